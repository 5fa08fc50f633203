/** Checks a delivery's signature and says what it means. Only the body is signed: topic and ids in the headers are claims. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { ChannelEvent, ToldListing } from "#app/domain/channel-words.ts";
import type { RawDelivery, Verified, VerifyKeys } from "../port.ts";
import { readOrder } from "./order-shape.ts";
import { quantityRefOf, readItem, type ShopItem } from "./product-shape.ts";
import { asFields, type Fields, idOf, OddValue } from "./values.ts";

/** X-WC-Webhook-Delivery-ID is made from hook and second and collides, so a digest of topic and body is the key; it ages. */
const KEY_LIVES_MS = 10 * 60_000;

export async function verify(delivery: RawDelivery, keys: VerifyKeys): Promise<Verified> {
  const signature = delivery.headers["x-wc-webhook-signature"];
  if (signature === undefined && isPing(delivery)) return { outcome: "handshake", status: 200, headers: {}, body: "" };
  if (!keys.connectionSecret) return { outcome: "refused", status: 401, reason: "no secret is known for this connection" };
  if (!isSigned(delivery.rawBody, signature ?? "", keys.connectionSecret)) {
    return { outcome: "refused", status: 401, reason: signature === undefined ? "not signed" : "the signature does not fit" };
  }
  const topic = topicOf(delivery);
  const deliveryKey = createHash("sha256").update(topic).update("\n").update(delivery.rawBody).digest("hex");
  try {
    const events = readEvents(topic, parse(delivery.rawBody), delivery.receivedAt);
    return { outcome: "accepted", account: null, topic, deliveryKey, keyLivesMs: KEY_LIVES_MS, events };
  } catch (error) {
    if (!(error instanceof OddValue)) throw error;
    return { outcome: "parked", account: null, topic, deliveryKey, reason: error.message };
  }
}

/** Sent when a hook is made, and again in the middle of real deliveries if that failed: a form, no X-WC header at all. */
function isPing(delivery: RawDelivery): boolean {
  if (Object.keys(delivery.headers).some((name) => name.startsWith("x-wc-"))) return false;
  return delivery.rawBody.length <= 64 && /^webhook_id=\d+$/.test(Buffer.from(delivery.rawBody).toString("latin1"));
}

function isSigned(rawBody: Uint8Array, signature: string, secret: string): boolean {
  const expected = Buffer.from(createHmac("sha256", secret).update(rawBody).digest("base64"));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function topicOf(delivery: RawDelivery): string {
  const topic = delivery.headers["x-wc-webhook-topic"] ?? "";
  return /^[a-z0-9._-]{1,100}$/i.test(topic) ? topic : "unknown";
}

function parse(rawBody: Uint8Array): Fields {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(rawBody));
  } catch {
    throw new OddValue("the body is not JSON");
  }
  return asFields(value, "the body");
}

/** The body's own shape decides where it can; the claimed topic only names what a bare id belongs to. */
function readEvents(topic: string, body: Fields, receivedAt: Date): ChannelEvent[] {
  const [resource, event] = topic.split(".");
  if (typeof body.code === "string" && body.id === undefined) return errorEvents(resource ?? "", body);
  if (Object.keys(body).length === 1 && body.id !== undefined) return removedEvents(topic, String(idOf(body.id, "id")));
  if ("line_items" in body) {
    const order = readOrder(body, receivedAt);
    return order ? [{ type: "order", order }] : [{ type: "nothing", topic }];
  }
  if ("manage_stock" in body) return productEvents(body, event ?? "");
  if (resource === "order" || resource === "product") throw new OddValue(`the body is neither an order nor a product`);
  return [{ type: "nothing", topic }];
}

function removedEvents(topic: string, id: string): ChannelEvent[] {
  // The id may be a listing's own or that of a variable product, whose variations went along without a word.
  if (topic.startsWith("product.")) {
    return [
      { type: "listing-removed", listingExternalId: id, parentId: null },
      { type: "listing-removed", listingExternalId: null, parentId: id },
    ];
  }
  if (topic.startsWith("order.")) return [{ type: "order-changed", orderId: id }];
  return [{ type: "nothing", topic }];
}

/** What was meant was gone by the time of delivery, or the hook's user may no longer see it: signed, but only a reason to look. */
function errorEvents(resource: string, body: Fields): ChannelEvent[] {
  const data = typeof body.data === "object" && body.data !== null ? (body.data as Fields) : {};
  if (data.status === 401 || data.status === 403) {
    return [{ type: "access-claimed-lost", reason: "The shop's webhook user may no longer see what it reports." }];
  }
  if (resource === "order") return [{ type: "orders-changed" }];
  return [{ type: "listing-changed", listingExternalId: null, parentId: null }];
}

function productEvents(body: Fields, event: string): ChannelEvent[] {
  const item = readItem(body, null);
  const listingExternalId = item.type === "variable" ? null : String(item.id);
  const parentId = item.type === "variable" ? String(item.id) : item.parentId === null ? null : String(item.parentId);
  const changed: ChannelEvent = { type: "listing-changed", listingExternalId, parentId, told: toldOf(item) };
  // A variable product without a number of its own has nothing to show; its variations report themselves.
  if (item.type === "variable" && item.managed === "none") return [changed];
  const { key } = quantityRefOf(item);
  const stock: ChannelEvent = { type: "stock-changed", key, listingExternalId, locationId: null, quantity: item.quantity };
  return event === "updated" ? [stock, changed] : [stock, { type: "listing-changed", listingExternalId, parentId }];
}

/** A variation's body says nothing of its product, a product's nothing of its variations. */
function toldOf(item: ShopItem): ToldListing {
  return {
    title: item.parentId === null && item.name !== "" ? item.name : null,
    skus: item.type === "variable" ? null : [item.sku],
    onSale: item.status === "publish",
  };
}
