/** Standard Webhooks as Etsy sends them: one endpoint for the whole app, at least once, unordered, with a long plan of retries. */
import { createHmac, randomUUID } from "node:crypto";
import type { OutgoingDelivery, SignHow } from "../simulator.ts";
import type { Shop } from "./shop-state.ts";
import { type EtsyWorld, nowSeconds } from "./world.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const RETRY_AFTER_MS = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR];

export const OTHER_SECRET = `whsec_${Buffer.from("some other app's webhook secret!").toString("base64")}`;

export type OrderEvent = "order.paid" | "order.canceled" | "order.shipped" | "order.delivered";
export type ListingEvent =
  | "inventory.updated"
  | "inventory.out_of_stock"
  | "inventory.created"
  | "inventory.deleted"
  | "listing.created"
  | "listing.updated"
  | "listing.deleted";

export function queueOrderEvent(world: EtsyWorld, shop: Shop, topic: OrderEvent, receiptId: number): void {
  queue(world, shop, topic, `/shops/${shop.shopId}/receipts/${receiptId}`);
}

export function queueListingEvent(world: EtsyWorld, shop: Shop, topic: ListingEvent, listingId: number): void {
  queue(world, shop, topic, topic.startsWith("inventory.") ? `/listings/${listingId}/inventory` : `/listings/${listingId}`);
}

function queue(world: EtsyWorld, shop: Shop, topic: string, path: string): void {
  if (world.door === null) return;
  // Both spellings of the host and both types of shop_id have been seen from the real service.
  const host = world.host.random() < 0.5 ? "openapi.etsy.com" : "api.etsy.com";
  const shopId = world.host.random() < 0.5 ? shop.shopId : String(shop.shopId);
  const body = JSON.stringify({ event_type: topic, resource_url: `https://${host}/v3/application${path}`, shop_id: shopId });
  world.host.deliver(shop.account, signedDelivery(world, world.door, topic, body));
}

export function signedDelivery(world: EtsyWorld, url: string, topic: string, body: string): OutgoingDelivery {
  const id = `msg_${randomUUID().replaceAll("-", "")}`;
  const form = world.host.random();
  return {
    url,
    topic,
    headers: { "content-type": "application/json", "webhook-id": id },
    body,
    retryAfterMs: RETRY_AFTER_MS,
    sign: (signedBody, how) => signatureHeaders(world, id, signedBody, how, form),
  };
}

/** `form` picks between the header's seen shapes: with prefix, bare, and several (a secret being replaced). */
export function signatureHeaders(world: EtsyWorld, id: string, body: string, how: SignHow, form: number): Record<string, string> {
  const timestamp = String(nowSeconds(world));
  const headers = { "webhook-timestamp": timestamp };
  const signed = `${id}.${timestamp}.${body}`;
  switch (how) {
    case "none":
      return headers;
    case "bad":
      return { ...headers, "webhook-signature": `v1,${hmac(world.app.webhookSecret, `${signed} `)}` };
    case "otherKey":
      return { ...headers, "webhook-signature": `v1,${hmac(OTHER_SECRET, signed)}` };
    case "good": {
      const good = hmac(world.app.webhookSecret, signed);
      if (form < 0.2) return { ...headers, "webhook-signature": good };
      if (form < 0.4) return { ...headers, "webhook-signature": `v1,${hmac(OTHER_SECRET, signed)} v1,${good}` };
      return { ...headers, "webhook-signature": `v1,${good}` };
    }
    default:
      return how satisfies never;
  }
}

function hmac(secret: string, text: string): string {
  return createHmac("sha256", Buffer.from(secret.replace(/^whsec_/, ""), "base64"))
    .update(text)
    .digest("base64");
}
