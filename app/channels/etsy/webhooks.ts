/**
 * Etsy's deliveries: Standard Webhooks signatures, one door for all shops of the app. They say only where to look; the address
 * in them is taken apart and never fetched, since its host is whatever the sender wrote.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { ChannelEvent } from "#app/domain/channel-words.ts";
import type { RawDelivery, Verified, VerifyKeys } from "../port.ts";

const REFUSED = 401;
const TOLERANCE_S = 5 * 60;

export function verifyDelivery(delivery: RawDelivery, keys: VerifyKeys): Verified {
  const secret = secretOf(keys);
  // No secret, no entry: an app without webhook access has nothing that a delivery could prove.
  if (!secret) return refuse("no webhook secret is configured for Etsy");
  const id = delivery.headers["webhook-id"];
  const timestamp = delivery.headers["webhook-timestamp"];
  const signatures = delivery.headers["webhook-signature"];
  if (!id || !timestamp || !signatures) return refuse("a signature header is missing");
  if (!/^\d{1,12}$/.test(timestamp)) return refuse("the time stamp is not a number");
  if (Math.abs(delivery.receivedAt.getTime() / 1000 - Number(timestamp)) > TOLERANCE_S) return refuse("the time stamp is too far away");
  const expected = createHmac("sha256", secret).update(`${id}.${timestamp}.`).update(delivery.rawBody).digest();
  if (!signatures.split(/\s+/).some((given) => matches(given, expected))) return refuse("the signature does not match");
  return readDelivery(delivery.rawBody, deliveryKeyOf(id));
}

const refuse = (reason: string): Verified => ({ outcome: "refused", status: REFUSED, reason });

function secretOf({ app }: VerifyKeys): Buffer | null {
  if (typeof app.webhookSecret !== "string") return null;
  const key = Buffer.from(app.webhookSecret.replace(/^whsec_/, ""), "base64");
  return key.length > 0 ? key : null;
}

/** With and without the "v1," before it; several may stand in the header while a secret is being replaced. */
function matches(given: string, expected: Buffer): boolean {
  const bytes = Buffer.from(given.replace(/^v1,/, ""), "base64");
  return bytes.length === expected.length && timingSafeEqual(bytes, expected);
}

/** The id itself, unless it is of a kind that no table should have to hold. */
function deliveryKeyOf(id: string): string {
  return /^[\w.:-]{1,200}$/.test(id) ? id : `sha256:${createHash("sha256").update(id).digest("hex")}`;
}

const SAFE_TEXT = z.string().regex(/^[\w.-]{1,60}$/);
const bodySchema = z.object({
  event_type: SAFE_TEXT,
  resource_url: z.string().max(500),
  shop_id: z.union([z.int().positive(), z.string().regex(/^[1-9]\d{0,17}$/)]),
});

function readDelivery(rawBody: Uint8Array, deliveryKey: string): Verified {
  const parsed = bodySchema.safeParse(parse(rawBody));
  if (!parsed.success)
    return { outcome: "parked", account: null, topic: "unknown", deliveryKey, reason: "the body is not what Etsy documents" };
  const { event_type: topic, resource_url: resource, shop_id } = parsed.data;
  const account = { externalId: String(shop_id) };
  const target = readResource(resource);
  if (target?.shopId !== undefined && target.shopId !== account.externalId) {
    return { outcome: "parked", account, topic, deliveryKey, reason: "the body names two different shops" };
  }
  const events = eventsOf(topic, target);
  if (!events) return { outcome: "parked", account, topic, deliveryKey, reason: "the resource address is not one that this event has" };
  return { outcome: "accepted", account, topic, deliveryKey, keyLivesMs: null, events };
}

function parse(rawBody: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(rawBody));
  } catch {
    return undefined;
  }
}

type Resource = { shopId?: string; receiptId?: string; listingId?: string };

/** Ids out of the path, whatever the host; null where the path is none we know. */
function readResource(url: string): Resource | null {
  if (!URL.canParse(url)) return null;
  const path = new URL(url).pathname.replace(/\/$/, "");
  const found =
    /^\/v3\/application(?:\/shops\/(?<shop>\d{1,18}))?(?:\/receipts\/(?<receipt>\d{1,18})|\/listings\/(?<listing>\d{1,18})(?:\/.*)?)$/.exec(
      path,
    );
  if (!found?.groups) return null;
  const { shop, receipt, listing } = found.groups;
  return { ...(shop ? { shopId: shop } : {}), ...(receipt ? { receiptId: receipt } : {}), ...(listing ? { listingId: listing } : {}) };
}

/** null: this kind of event needs an id that the address does not have. */
function eventsOf(topic: string, target: Resource | null): ChannelEvent[] | null {
  const [subject] = topic.split(".");
  if (subject === "order") return target?.receiptId ? [{ type: "order-changed", orderId: target.receiptId }] : null;
  if (subject === "inventory") {
    if (!target?.listingId) return null;
    const stock: ChannelEvent = { type: "stock-changed", key: null, listingExternalId: target.listingId, locationId: null, quantity: null };
    // Told of prices, SKUs and states, never of a quantity (contract 5).
    const named = { listingExternalId: target.listingId, parentId: target.listingId };
    return topic === "inventory.updated" ? [stock, { type: "listing-changed", ...named }] : [stock];
  }
  if (subject === "listing") {
    if (!target?.listingId) return null;
    const type = topic === "listing.deleted" ? "listing-removed" : "listing-changed";
    return [{ type, listingExternalId: target.listingId, parentId: target.listingId }];
  }
  return [{ type: "nothing", topic }];
}
