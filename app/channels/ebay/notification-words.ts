/** What a signed notification says, topic by topic. Only ids are read, and only such as can be stored. */
import { z } from "zod";
import type { ChannelEvent } from "#app/domain/channel-words.ts";

/** No control characters, no halves of surrogate pairs, no endless texts: PostgreSQL and people must be able to take it. */
const id = z.string().regex(/^[\p{L}\p{N}\p{P}\p{S} ]{1,200}$/u);

export const messageShape = z.object({
  metadata: z.object({ topic: z.string().regex(/^[A-Z0-9_]{1,80}$/) }),
  notification: z.object({ notificationId: id, data: z.unknown() }),
});

export type Meaning = {
  /** eBay's immutable user id of the seller; null where the message names none. */
  userId: string | null;
  events: ChannelEvent[];
};

const userShape = z.object({ userId: id });
const confirmationShape = z.object({ user: userShape, order: z.object({ orderId: id }) });
const shippedShape = z.object({ publicUserId: id, orderId: id });
const cancellationShape = z.object({
  orderCancellation: z.object({ seller: userShape, cancellationLineItems: z.array(z.object({ orderId: id })).max(500) }),
});
const revocationShape = z.object({
  userId: id,
  revokeReason: z
    .string()
    .regex(/^[A-Z_]{1,60}$/)
    .optional(),
});

/** null: the topic is known but the body cannot be used. */
export function readMeaning(topic: string, data: unknown): Meaning | null {
  switch (topic) {
    case "ORDER_CONFIRMATION": {
      const read = confirmationShape.safeParse(data);
      if (!read.success) return null;
      return { userId: read.data.user.userId, events: [{ type: "order-changed", orderId: read.data.order.orderId }] };
    }
    case "ITEM_MARKED_SHIPPED": {
      // Flat by the documents, wrapped in a recorded test delivery.
      const read = shippedShape.safeParse((data as { itemMarkedShipped?: unknown } | null)?.itemMarkedShipped ?? data);
      if (!read.success) return null;
      return { userId: read.data.publicUserId, events: [{ type: "order-changed", orderId: read.data.orderId }] };
    }
    case "ORDER_CANCELLATION_ACTIVITY": {
      const read = cancellationShape.safeParse(data);
      if (!read.success) return null;
      const { seller, cancellationLineItems } = read.data.orderCancellation;
      const orderIds = [...new Set(cancellationLineItems.map((line) => line.orderId))];
      return { userId: seller.userId, events: orderIds.map((orderId) => ({ type: "order-changed", orderId })) };
    }
    // User names can be taken over by others: for the two destructive topics only the user id counts.
    case "AUTHORIZATION_REVOCATION": {
      const read = revocationShape.safeParse(data);
      return read.success
        ? { userId: read.data.userId, events: [{ type: "access-claimed-lost", reason: read.data.revokeReason ?? "UNKNOWN" }] }
        : null;
    }
    case "MARKETPLACE_ACCOUNT_DELETION": {
      const read = userShape.safeParse(data);
      // Sent for every eBay user, mostly strangers: the id serves to find a seller of ours and is kept nowhere else.
      return read.success ? { userId: read.data.userId, events: [{ type: "compliance", topic, reference: null }] } : null;
    }
    default:
      return { userId: null, events: [{ type: "nothing", topic }] };
  }
}
