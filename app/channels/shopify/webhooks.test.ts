import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { RawDelivery, VerifyKeys } from "../port.ts";
import { shopify } from "./connector.server.ts";

const SECRET = "a-secret-of-our-own-app";
const keys: VerifyKeys = {
  app: { clientId: "id", clientSecret: SECRET },
  connectionSecret: null,
  endpointUrl: "https://app.example.com/webhooks/shopify",
};

function delivery(topic: string, body: unknown, headers: Record<string, string> = {}, secret = SECRET): RawDelivery {
  const rawBody = Buffer.from(JSON.stringify(body));
  return {
    method: "POST",
    path: "/webhooks/shopify",
    query: {},
    headers: {
      "x-shopify-topic": topic,
      "x-shopify-shop-domain": "anna-a.myshopify.com",
      "x-shopify-webhook-id": "5f1f4d0a-0f5e-4d9c-9a3c-2f1d7d3a9b11",
      "x-shopify-hmac-sha256": createHmac("sha256", secret).update(rawBody).digest("base64"),
      ...headers,
    },
    rawBody,
    receivedAt: new Date("2026-11-23T10:00:00Z"),
  };
}
const verify = (topic: string, body: unknown, headers?: Record<string, string>) => shopify.verify(delivery(topic, body, headers), keys);

describe("Shopify webhooks", () => {
  it("trap: an uninstall is accepted without any call, though the shop's token is dead by then", async () => {
    expect(await verify("app/uninstalled", { id: 7, myshopify_domain: "anna-a.myshopify.com", email: "BUYERMARK" })).toEqual({
      outcome: "accepted",
      account: { address: "anna-a.myshopify.com", externalId: "gid://shopify/Shop/7" },
      topic: "app/uninstalled",
      deliveryKey: "5f1f4d0a-0f5e-4d9c-9a3c-2f1d7d3a9b11",
      keyLivesMs: null,
      events: [{ type: "access-claimed-lost", reason: "app/uninstalled", removed: true }],
    });
  });

  it("an uninstall whose body leaves the domain out goes by the header", async () => {
    expect(await verify("app/uninstalled", { id: 7, myshopify_domain: null })).toMatchObject({ outcome: "accepted" });
  });

  it.each([
    ["app/uninstalled", { id: 7, myshopify_domain: "clara-b.myshopify.com" }],
    ["shop/redact", { shop_id: 7, shop_domain: "clara-b.myshopify.com" }],
    ["customers/redact", { shop_id: 7, shop_domain: "clara-b.myshopify.com", customer: { email: "BUYERMARK" } }],
  ])("trap: headers are not signed, so %s for a shop that the body does not name is parked", async (topic, body) => {
    const result = await verify(topic, body);
    expect(result).toMatchObject({ outcome: "parked", topic });
    expect(JSON.stringify(result)).not.toContain("BUYERMARK");
  });

  it.each([{ customer: { id: 1 } }, { data_request: { id: 99 } }, { previous: [], current: [] }])(
    "trap: the topic is not signed, so another body of the same shop is no wish to erase it (%o)",
    async (more) => {
      const body = { shop_id: 7, shop_domain: "anna-a.myshopify.com" };
      expect(await verify("shop/redact", body)).toMatchObject({ outcome: "accepted" });
      expect(await verify("shop/redact", { ...body, ...more })).toMatchObject({ outcome: "parked", topic: "shop/redact" });
    },
  );

  it("compliance requests carry a reference and no buyer", async () => {
    const body = { shop_id: 7, shop_domain: "anna-a.myshopify.com", customer: { id: 1, email: "BUYERMARK" }, data_request: { id: 99 } };
    const result = await verify("customers/data_request", body);
    expect(result).toMatchObject({
      outcome: "accepted",
      events: [{ type: "compliance", topic: "customers/data_request", reference: "99" }],
    });
    expect(JSON.stringify(result)).not.toContain("BUYERMARK");
  });

  it.each(["customers/data_request", "customers/redact", "shop/redact"])("%s with a wrong signature is refused with 401", async (topic) => {
    expect(await shopify.verify(delivery(topic, { shop_id: 7 }, {}, "another"), keys)).toMatchObject({ outcome: "refused", status: 401 });
  });

  it("a secret that was just rotated still verifies what was signed before", async () => {
    const app = { ...keys.app, clientSecret: "the-new-one", previousClientSecret: SECRET };
    expect(await shopify.verify(delivery("orders/paid", { id: 5 }), { ...keys, app })).toMatchObject({ outcome: "accepted" });
  });

  it.each([
    ["orders/edited", { order_edit: { id: 3, order_id: 8, line_items: {} } }],
    ["refunds/create", { id: 3, order_id: 8, note: "BUYERMARK" }],
    ["orders/cancelled", { id: 8, email: "BUYERMARK" }],
    ["orders/create", { id: 1, admin_graphql_api_id: "gid://shopify/Order/8" }],
  ])("%s leads to its order and to nothing else", async (topic, body) => {
    expect(await verify(topic, body)).toMatchObject({ events: [{ type: "order-changed", orderId: "gid://shopify/Order/8" }] });
  });

  it("a stock delivery names item, place and the claimed number", async () => {
    expect(await verify("inventory_levels/update", { inventory_item_id: 11, location_id: 22, available: -3 })).toMatchObject({
      events: [
        {
          type: "stock-changed",
          key: "gid://shopify/InventoryItem/11",
          locationId: "gid://shopify/Location/22",
          quantity: -3,
          listingExternalId: null,
        },
      ],
    });
  });

  it.each([null, undefined, "5", 1.5, 1e300])("trap: available may be %s; the hint stays, the number does not", async (available) => {
    expect(await verify("inventory_levels/update", { inventory_item_id: 11, location_id: 22, available })).toMatchObject({
      events: [{ type: "stock-changed", quantity: null }],
    });
  });

  it("trap: a product of more than a hundred variants is a hint for the whole product, not for the variants in the body", async () => {
    const variants = Array.from({ length: 100 }, (_, index) => ({ id: index + 1, sku: `V-${index}` }));
    expect(await verify("products/update", { id: 9, variants, variant_gids: [] })).toMatchObject({
      events: [{ type: "listing-changed", listingExternalId: null, parentId: "gid://shopify/Product/9" }],
    });
  });

  it("what a product's body claims is told, so that a mere number asks for no look; a body that may be cut tells no SKUs", async () => {
    const variants = [{ sku: "MUG-R" }, { sku: "" }];
    const told = async (more: Record<string, unknown>) => {
      const verified = await verify("products/update", { id: 9, title: "Mug", status: "active", variants, ...more });
      return verified.outcome === "accepted" ? verified.events[0] : verified.outcome;
    };
    expect(await told({})).toMatchObject({ told: { title: "Mug", skus: ["MUG-R", null], onSale: true } });
    expect(await told({ status: "draft", variants: Array.from({ length: 100 }, () => ({ sku: "A" })) })).toMatchObject({
      told: { skus: null, onSale: false },
    });
    expect(await told({ title: 5 })).not.toHaveProperty("told");
  });

  it("a deleted product names only its id", async () => {
    expect(await verify("products/delete", { id: 9 })).toMatchObject({
      events: [{ type: "listing-removed", parentId: "gid://shopify/Product/9" }],
    });
  });

  it("topics that nobody asked for do nothing", async () => {
    expect(await verify("themes/publish", { id: 9 })).toMatchObject({
      outcome: "accepted",
      events: [{ type: "nothing", topic: "themes/publish" }],
    });
  });

  it.each([
    ["x-shopify-shop-domain", "evil.example"],
    ["x-shopify-shop-domain", ""],
    ["x-shopify-topic", "orders/<script>"],
  ])("trap: %s %s is a claim that cannot be used, so it is parked", async (name, value) => {
    expect(await verify("orders/paid", { id: 5 }, { [name]: value })).toMatchObject({ outcome: "parked" });
  });

  it("without a usable delivery id the bytes are the key", async () => {
    const first = await verify("orders/paid", { id: 5 }, { "x-shopify-webhook-id": "" });
    const second = await verify("orders/paid", { id: 5 }, { "x-shopify-webhook-id": "\u0000" });
    const other = await verify("orders/paid", { id: 6 }, { "x-shopify-webhook-id": "" });
    expect(first).toEqual(second);
    expect(first).not.toEqual(other);
  });
});
