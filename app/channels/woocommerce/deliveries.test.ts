import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { RawDelivery } from "../port.ts";
import { verify } from "./deliveries.ts";

const SECRET = "abc123";
const KEYS = { app: {}, connectionSecret: SECRET, endpointUrl: "https://app.example.com/webhooks/woocommerce/1" };

function delivery(topic: string, body: unknown, headers: Record<string, string> = {}): RawDelivery {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return {
    method: "POST",
    path: "/webhooks/woocommerce/1",
    query: {},
    headers: {
      "x-wc-webhook-topic": topic,
      "x-wc-webhook-delivery-id": "same",
      "x-wc-webhook-signature": createHmac("sha256", SECRET).update(text).digest("base64"),
      ...headers,
    },
    rawBody: Buffer.from(text),
    receivedAt: new Date("2026-11-23T13:00:00Z"),
  };
}

const product = (more: Record<string, unknown> = {}) => ({
  id: 5,
  type: "simple",
  status: "publish",
  name: "Mug",
  sku: "MUG",
  parent_id: 0,
  manage_stock: true,
  stock_quantity: 3,
  backorders: "no",
  ...more,
});

async function eventsOf(topic: string, body: unknown) {
  const verified = await verify(delivery(topic, body), KEYS);
  if (verified.outcome !== "accepted") throw new Error(`was ${verified.outcome}`);
  return verified.events;
}

describe("deliveries of a shop", () => {
  it("the unsigned ping is answered on the spot, also in the middle of real ones and before a secret is known", async () => {
    const ping = { ...delivery("x", "webhook_id=12"), headers: { "content-type": "application/x-www-form-urlencoded" } };
    expect(await verify(ping, KEYS)).toMatchObject({ outcome: "handshake", status: 200 });
    expect(await verify(ping, { ...KEYS, connectionSecret: null })).toMatchObject({ outcome: "handshake" });
  });

  it("what only looks like a ping is refused", async () => {
    const withHeader = { ...delivery("x", "webhook_id=12"), headers: { "x-wc-webhook-topic": "order.updated" } };
    const longer = { ...delivery("x", "webhook_id=12&order=1"), headers: {} };
    expect((await verify(withHeader, KEYS)).outcome).toBe("refused");
    expect((await verify(longer, KEYS)).outcome).toBe("refused");
  });

  it("without a secret nobody comes in", async () => {
    expect(await verify(delivery("product.updated", product()), { ...KEYS, connectionSecret: null })).toMatchObject({
      outcome: "refused",
      status: 401,
    });
  });

  it("two deliveries that share their id have keys of their own; the same twice has the same", async () => {
    const key = async (body: unknown) => {
      const verified = await verify(delivery("product.updated", body), KEYS);
      return verified.outcome === "accepted" ? [verified.deliveryKey, verified.keyLivesMs] : verified.outcome;
    };
    expect(await key(product())).not.toEqual(await key(product({ stock_quantity: 2 })));
    expect(await key(product())).toEqual(await key(product()));
    expect((await key(product()))[1]).toBe(600_000);
  });

  it.each([
    ["a simple product", product(), { key: "p:5", listingExternalId: "5", quantity: 3 }],
    ["a variation under its own id", product({ type: "variation", parent_id: 4 }), { key: "v:4:5", listingExternalId: "5", quantity: 3 }],
    [
      "a variation of a pool",
      product({ type: "variation", parent_id: 4, manage_stock: "parent" }),
      { key: "p:4", listingExternalId: "5", quantity: 3 },
    ],
    ["the pool itself", product({ type: "variable" }), { key: "p:5", listingExternalId: null, quantity: 3 }],
    [
      "one without a number",
      product({ manage_stock: false, stock_quantity: null }),
      { key: "p:5", listingExternalId: "5", quantity: null },
    ],
  ])("stock of %s", async (_what, body, expected) => {
    const [stock, listing] = await eventsOf("product.updated", body);
    expect(stock).toEqual({ type: "stock-changed", locationId: null, ...expected });
    expect(listing).toMatchObject({ type: "listing-changed", listingExternalId: expected.listingExternalId });
  });

  it("a variable product without a number, and one that left the shelf, ask to be looked at again", async () => {
    expect(await eventsOf("product.updated", product({ type: "variable", manage_stock: false, stock_quantity: null }))).toEqual([
      { type: "listing-changed", listingExternalId: null, parentId: "5", told: { title: "Mug", skus: null, onSale: true } },
    ]);
    expect((await eventsOf("product.updated", product({ status: "draft" }))).map((one) => one.type)).toEqual([
      "stock-changed",
      "listing-changed",
    ]);
  });

  it("what it claims of the listing is told, so that a mere number asks for no look at it; a new or restored one always does", async () => {
    const told = async (topic: string, more: Record<string, unknown>) => (await eventsOf(topic, product(more)))[1];
    expect(await told("product.updated", {})).toMatchObject({ parentId: null, told: { title: "Mug", skus: ["MUG"], onSale: true } });
    const variation = { type: "variation", parent_id: 4 };
    expect(await told("product.updated", variation)).toMatchObject({ parentId: "4", told: { title: null, skus: ["MUG"], onSale: true } });
    expect(await told("product.updated", { status: "draft" })).toMatchObject({ told: { onSale: false } });
    expect(await told("product.restored", {})).toEqual({ type: "listing-changed", listingExternalId: "5", parentId: null });
  });

  it("a bare id means: gone to the trash", async () => {
    expect(await eventsOf("order.deleted", { id: 77 })).toEqual([{ type: "order-changed", orderId: "77" }]);
    expect(await eventsOf("product.deleted", { id: 5 })).toEqual([
      { type: "listing-removed", listingExternalId: "5", parentId: null },
      { type: "listing-removed", listingExternalId: null, parentId: "5" },
    ]);
  });

  it("a signed error object under order.created is only a reason to look", async () => {
    const gone = { code: "woocommerce_rest_shop_order_invalid_id", message: "Invalid ID.", data: { status: 404 } };
    expect(await eventsOf("order.created", gone)).toEqual([{ type: "orders-changed" }]);
    const lost = { code: "woocommerce_rest_cannot_view", message: "Sorry", data: { status: 401 } };
    expect((await eventsOf("order.created", lost))[0]).toMatchObject({ type: "access-claimed-lost" });
  });

  it("the topic is a claim: a product under an order's topic is still a product", async () => {
    expect((await eventsOf("order.updated", product()))[0]).toMatchObject({ type: "stock-changed", key: "p:5" });
  });

  it.each([
    ["numbers beyond range", product({ stock_quantity: 1e15 })],
    ["a word for a number", product({ stock_quantity: "three" })],
    ["a string for an id", product({ id: "5" })],
    ["the zero sign", product({ sku: "A\u0000B" })],
    ["half a sign", '{"id":5,"type":"simple","status":"publish","sku":"\\ud800","manage_stock":true,"stock_quantity":1}'],
    ["no JSON", "not json"],
    ["bytes that are no text", '{"a":"\ufffd'],
    ["something else", { hello: 1, world: 2 }],
  ])("signed but odd is parked with its reason: %s", async (_what, body) => {
    const verified = await verify(delivery("product.updated", body), KEYS);
    expect(verified).toMatchObject({ outcome: "parked", topic: "product.updated" });
  });
});
