/** Deliveries: Standard Webhooks as Etsy really sends them, and what somebody else might send in its name. */
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { RawDelivery, Verified, VerifyKeys } from "../port.ts";
import { verifyDelivery } from "./webhooks.ts";

const KEY = Buffer.from("a secret of thirty-two letters !");
const KEYS: VerifyKeys = {
  app: { keystring: "k", sharedSecret: "s", webhookSecret: `whsec_${KEY.toString("base64")}` },
  connectionSecret: null,
  endpointUrl: "https://app.example/webhooks/etsy",
};
const NOW = new Date("2026-11-23T12:00:00Z");
const seconds = Math.floor(NOW.getTime() / 1000);

const sign = (id: string, timestamp: string, body: string, key = KEY) =>
  createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");

function deliver(body: string, more: { id?: string; at?: number; signature?: (good: string) => string } = {}): RawDelivery {
  const id = more.id ?? "msg_1";
  const timestamp = String(more.at ?? seconds);
  const good = sign(id, timestamp, body);
  const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": more.signature?.(good) ?? `v1,${good}` };
  return { method: "POST", path: "/webhooks/etsy", query: {}, headers, rawBody: Buffer.from(body), receivedAt: NOW };
}

const body = (more: Record<string, unknown> = {}) =>
  JSON.stringify({
    event_type: "order.paid",
    resource_url: "https://openapi.etsy.com/v3/application/shops/77/receipts/4242",
    shop_id: 77,
    ...more,
  });
const verify = (delivery: RawDelivery, keys = KEYS): Verified => verifyDelivery(delivery, keys);

describe("signature", () => {
  it.each([
    ["with prefix", (good: string) => `v1,${good}`],
    ["bare", (good: string) => good],
    ["behind the old key's", (good: string) => `v1,${sign("msg_1", String(seconds), "{}", Buffer.from("old"))} v1,${good}`],
  ])("is accepted %s", (_name, signature) => {
    expect(verify(deliver(body(), { signature }))).toMatchObject({ outcome: "accepted", deliveryKey: "msg_1", keyLivesMs: null });
  });

  it.each([
    ["empty", () => ""],
    ["of another length", (good: string) => good.slice(0, 8)],
    ["of another body", () => `v1,${sign("msg_1", String(seconds), "{}")}`],
    ["of another key", () => `v1,${sign("msg_1", String(seconds), body(), Buffer.from("other"))}`],
    ["of another version only", (good: string) => `v2,${good}`],
  ])("is refused with 401 when it is %s", (_name, signature) => {
    expect(verify(deliver(body(), { signature }))).toMatchObject({ outcome: "refused", status: 401 });
  });

  it("covers id and time stamp: neither can be exchanged", () => {
    const first = deliver(body());
    const swapped = { ...first, headers: { ...first.headers, "webhook-id": "msg_2" } };
    expect(verify(swapped)).toMatchObject({ outcome: "refused" });
  });

  it.each([
    [301, "refused"],
    [-301, "refused"],
    [299, "accepted"],
    [-299, "accepted"],
  ])("%i s away from our clock is %s", (away, outcome) => {
    expect(verify(deliver(body(), { at: seconds + away }))).toMatchObject({ outcome });
  });

  it("without a configured secret nothing gets in", () => {
    const apps: VerifyKeys["app"][] = [{}, { webhookSecret: "" }, { webhookSecret: "whsec_" }];
    for (const app of apps) {
      expect(verify(deliver(body()), { ...KEYS, app })).toMatchObject({ outcome: "refused", status: 401 });
    }
  });
});

describe("body", () => {
  it.each([77, "77"])("names the shop as %j", (shop_id) => {
    expect(verify(deliver(body({ shop_id })))).toMatchObject({ outcome: "accepted", account: { externalId: "77" } });
  });

  it.each([
    ["order.paid", "shops/77/receipts/4242", { type: "order-changed", orderId: "4242" }],
    ["order.canceled", "shops/77/receipts/4242", { type: "order-changed", orderId: "4242" }],
    ["inventory.out_of_stock", "listings/55/inventory", { type: "stock-changed", listingExternalId: "55", quantity: null }],
    ["inventory.updated", "shops/77/listings/55", { type: "stock-changed", listingExternalId: "55", quantity: null }],
    ["listing.updated", "listings/55", { type: "listing-changed", parentId: "55" }],
    ["listing.deleted", "listings/55", { type: "listing-removed", parentId: "55" }],
    ["shop.renamed", "shops/77/listings/55", { type: "nothing", topic: "shop.renamed" }],
  ])("%s is read from the path alone", (event_type, path, event) => {
    for (const host of ["openapi.etsy.com", "api.etsy.com", "169.254.169.254"]) {
      const resource_url = `https://${host}/v3/application/${path}`;
      const verified = verify(deliver(body({ event_type, resource_url })));
      expect(verified).toMatchObject({ outcome: "accepted", topic: event_type });
      expect(verified.outcome === "accepted" && verified.events[0]).toMatchObject(event);
      expect(JSON.stringify(verified)).not.toContain(host);
    }
  });

  it("inventory.updated is told of prices, SKUs and states, so the listing is looked at as well; running out is a number alone", () => {
    const events = (event_type: string) => {
      const verified = verify(deliver(body({ event_type, resource_url: "https://api.etsy.com/v3/application/listings/55/inventory" })));
      return verified.outcome === "accepted" ? verified.events.map((one) => one.type) : verified.outcome;
    };
    expect(events("inventory.updated")).toEqual(["stock-changed", "listing-changed"]);
    expect(events("inventory.out_of_stock")).toEqual(["stock-changed"]);
  });

  it.each([
    ["no JSON", "order paid"],
    ["an array", "[]"],
    ["a number too large to be an id", body({ shop_id: 1e25 })],
    ["a shop id with a zero byte", body({ shop_id: "77\u0000" })],
    ["a topic with a zero byte", body({ event_type: "order.paid\u0000" })],
    [
      "a lone surrogate in the topic",
      '{"event_type":"order\\ud800","resource_url":"https://api.etsy.com/v3/application/listings/1","shop_id":77}',
    ],
    ["an address without ids", body({ resource_url: "https://openapi.etsy.com/v3/application/shops/77" })],
    ["an order address without a receipt", body({ resource_url: "https://openapi.etsy.com/v3/application/listings/5" })],
    ["no address", body({ resource_url: "\\\\" })],
    ["two different shops", body({ shop_id: 78 })],
    ["the withdrawn nested form", JSON.stringify({ event_id: 1, data: { event_type: "order.paid" } })],
  ])("%s is parked with a reason", (_name, text) => {
    const verified = verify(deliver(text));
    expect(verified).toMatchObject({ outcome: "parked", deliveryKey: "msg_1" });
    expect(verified.outcome === "parked" && verified.reason.length).toBeGreaterThan(10);
  });

  it("bytes that are no UTF-8 are parked", () => {
    const raw = Buffer.from([0xff, 0xfe, 0x00]);
    const timestamp = String(seconds);
    const signature = createHmac("sha256", KEY).update(`msg_1.${timestamp}.`).update(raw).digest("base64");
    const delivery = deliver("");
    const headers = { ...delivery.headers, "webhook-signature": signature };
    expect(verify({ ...delivery, headers, rawBody: raw })).toMatchObject({ outcome: "parked" });
  });
});

it("turns an id that no table should hold into a digest, the same each time", () => {
  const long = "x".repeat(5_000);
  const keys = [1, 2].map(() => verify(deliver(body(), { id: long }))).map((verified) => "deliveryKey" in verified && verified.deliveryKey);
  expect(keys[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(keys[1]).toBe(keys[0]);
});
