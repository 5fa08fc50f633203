/** An order of the Fulfillment API in the house's words. Only the fields named here are read: the buyer's data stay outside. */
import { z } from "zod";
import type { ChannelOrder, OrderLine, OrderStatus } from "#app/domain/channel-words.ts";
import { toMinor } from "./money.ts";
import { listingExternalId, skuOrNull, specificsKey } from "./refs.ts";

const amountShape = z.object({ value: z.string(), currency: z.string() });
const lineShape = z.object({
  lineItemId: z.string().min(1),
  legacyItemId: z.string().optional(),
  legacyVariationId: z.string().optional(),
  sku: z.string().optional(),
  title: z.string().optional(),
  quantity: z.int().min(0),
  lineItemFulfillmentStatus: z.string().optional(),
  lineItemCost: amountShape.optional(),
  variationAspects: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
  refunds: z.array(z.object({ amount: amountShape.optional() })).optional(),
});
export const orderShape = z.object({
  orderId: z.string().min(1),
  creationDate: z.iso.datetime(),
  lastModifiedDate: z.iso.datetime(),
  orderPaymentStatus: z.string(),
  orderFulfillmentStatus: z.string().optional(),
  cancelStatus: z.object({ cancelState: z.string().optional() }).optional(),
  lineItems: z.array(lineShape),
});
export type EbayOrder = z.infer<typeof orderShape>;
type EbayLine = z.infer<typeof lineShape>;

export function toChannelOrder(order: EbayOrder, observedAt: Date): ChannelOrder {
  const status = statusOf(order);
  return {
    externalId: order.orderId,
    number: order.orderId,
    status,
    paid: ["PAID", "PARTIALLY_REFUNDED", "FULLY_REFUNDED"].includes(order.orderPaymentStatus),
    placedAt: new Date(order.creationDate),
    updatedAt: new Date(order.lastModifiedDate),
    observedAt,
    currency: order.lineItems.find((line) => line.lineItemCost)?.lineItemCost?.currency ?? null,
    lines: order.lineItems.map((line) => toLine(line, status)),
  };
}

function statusOf(order: EbayOrder): OrderStatus {
  // eBay spells it with one L; a request alone changes nothing yet.
  if (["CANCELED", "CANCELLED"].includes(order.cancelStatus?.cancelState ?? "")) return "cancelled";
  if (order.orderPaymentStatus === "FULLY_REFUNDED") return "refunded";
  const shipped = order.orderFulfillmentStatus === "FULFILLED" || (order.lineItems.length > 0 && order.lineItems.every(isShipped));
  return shipped ? "shipped" : "open";
}

function isShipped(line: EbayLine): boolean {
  return line.lineItemFulfillmentStatus === "FULFILLED";
}

/**
 * A cancelled or refunded unit counts as gone until the shown number rises, since eBay says neither whether it came back nor how
 * many units a refund stands for. Unpaid orders hold their units too: eBay lowers at the commitment to buy.
 */
function toLine(line: EbayLine, status: OrderStatus): OrderLine {
  const { quantity } = line;
  const cancelled = status === "cancelled";
  const back = cancelled || status === "refunded" ? quantity : refundedUnits(line);
  const consumed = isShipped(line) ? quantity : back;
  const variation = line.legacyVariationId ? { sku: skuOrNull(line.sku), specifics: specificsKey(line.variationAspects ?? []) } : null;
  return {
    externalId: line.lineItemId,
    listingExternalId: line.legacyItemId ? listingExternalId(line.legacyItemId, variation) : null,
    sku: skuOrNull(line.sku),
    title: line.title ?? "",
    quantity,
    held: quantity - consumed,
    consumed,
    returnable: back,
    channelDeducted: { min: cancelled ? 0 : quantity, max: quantity },
    unitPriceMinor: unitPrice(line),
  };
}

/** A refund carries money only: as many whole units as it pays for. A smaller sum is a courtesy and moves no unit. */
function refundedUnits(line: EbayLine): number {
  const unit = unitPrice(line);
  if (unit === null || unit <= 0) return 0;
  const { currency } = line.lineItemCost!;
  const refunded = (line.refunds ?? []).reduce(
    (sum, { amount }) => sum + (amount?.currency === currency ? (toMinor(amount.value, currency) ?? 0) : 0),
    0,
  );
  // One minor unit of tolerance per unit: the line's price need not divide evenly.
  return Math.min(line.quantity, Math.floor((refunded + line.quantity) / unit));
}

function unitPrice({ lineItemCost, quantity }: EbayLine): number | null {
  const total = lineItemCost ? toMinor(lineItemCost.value, lineItemCost.currency) : null;
  return total === null || quantity === 0 ? null : Math.round(total / quantity);
}
