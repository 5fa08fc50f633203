import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DoorGround, EBAY_USER, ETSY_SHOP, openDoorGround, type Signed, signed } from "#app/testing/door-ground.ts";
import { testDatabase } from "#app/testing/test-database.ts";

let ground: DoorGround;
beforeAll(async () => {
  ground = await openDoorGround(testDatabase());
});
afterAll(() => ground.stop());

const deliver = async ({ path, headers, body }: Signed): Promise<number> => {
  const answer = await fetch(`${ground.url}${path}`, { method: "POST", headers, body });
  await answer.arrayBuffer();
  return answer.status;
};
const level = (id: number) => JSON.stringify({ inventory_item_id: id, location_id: 1, available: 5, updated_at: "2026-11-23T12:00:00Z" });
const sale = (orderId: string) =>
  JSON.stringify({
    metadata: { topic: "ORDER_CONFIRMATION", schemaVersion: "1.0", deprecated: false },
    notification: {
      notificationId: orderId,
      eventDate: "x",
      publishDate: "x",
      publishAttemptCount: 1,
      data: { user: { userId: EBAY_USER, username: "u" }, order: { orderId, orderLineItems: [] } },
    },
  });
const receipt = (id: number) =>
  JSON.stringify({
    event_type: "order.paid",
    resource_url: `https://openapi.etsy.com/v3/application/shops/${ETSY_SHOP}/receipts/${id}`,
    shop_id: ETSY_SHOP,
  });

/** One good delivery per channel, each with a fresh identity. */
const GOOD: Record<keyof DoorGround["connections"], () => Signed> = {
  shopify: () => signed.shopify(level(Math.floor(Math.random() * 1e9)), randomUUID()),
  ebay: () => signed.ebay(sale(randomUUID())),
  etsy: () => signed.etsy(receipt(Math.floor(Math.random() * 1e9)), `msg_${randomUUID()}`),
  woocommerce: () =>
    signed.woocommerce(JSON.stringify({ id: Math.floor(Math.random() * 1e9) }), ground.connections.woocommerce, "product.deleted"),
};
const CHANNELS = Object.keys(GOOD) as (keyof typeof GOOD)[];

describe.each(CHANNELS)("the door of %s", (channel) => {
  const count = async () => (await ground.recorded(ground.connections[channel])).length;

  it("records a signed delivery once, however often it comes", async () => {
    const before = await count();
    const delivery = GOOD[channel]();
    expect(await deliver(delivery)).toBe(200);
    const again = await Promise.all(Array.from({ length: 8 }, () => deliver(delivery)));
    expect(new Set(again)).toEqual(new Set([200]));
    expect(await count()).toBe(before + 1);
  });

  it("records all of many that arrive together", async () => {
    const before = await count();
    const statuses = await Promise.all(Array.from({ length: 60 }, () => deliver(GOOD[channel]())));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await count()).toBe(before + 60);
  });

  it("refuses in the platform's own way what is changed, unsigned or signed by somebody else, and keeps nothing", async () => {
    const before = await count();
    const { path, headers, body } = GOOD[channel]();
    const other = GOOD[channel]();
    const bare = Object.fromEntries(Object.entries(headers).filter(([name]) => !/hmac|signature/.test(name)));
    const statuses = [
      await deliver({ path, headers, body: `${body.slice(0, -1)},"more":1}` }),
      await deliver({ path, headers: bare, body }),
      await deliver({
        path,
        headers: { ...headers, ...Object.fromEntries(Object.entries(other.headers).filter(([name]) => /hmac|signature/.test(name))) },
        body,
      }),
      await deliver({ path, headers, body: "" }),
    ];
    for (const status of statuses) expect([401, 403, 412]).toContain(status);
    expect(await count()).toBe(before);
  });
});

/** Signed, and odd: what has to be taken, put aside, and never answered with 5xx. */
const ODD_TEXTS = [
  "\u0000",
  "a\u0000b",
  "\ud800",
  "\udc00x",
  "x".repeat(100_000),
  "'; drop table seller; --",
  "\u202e",
  "9".repeat(400),
  "-1",
  "1e999",
  "NaN",
  "",
];
const ODD_VALUES: unknown[] = [null, true, [], {}, -1, 1e300, 0.5, Number.MAX_SAFE_INTEGER, ...ODD_TEXTS];

describe("odd values", () => {
  it.each([
    "inventory_levels/update",
    "orders/updated",
    "products/update",
    "app/uninstalled",
    "shop/redact",
    "nonsense",
    "a\u00ff",
    "x".repeat(5_000),
  ])("from Shopify under topic %j are answered 2xx", async (topic) => {
    for (const value of ODD_VALUES) {
      for (const body of [
        JSON.stringify({ id: value, inventory_item_id: value, admin_graphql_api_id: value, shop_domain: value, shop_id: value }),
        JSON.stringify(value),
        "{",
        "",
      ]) {
        const delivery = signed.shopify(body, randomUUID(), topic);
        expect([await deliver(delivery), body.slice(0, 60)]).toEqual([200, body.slice(0, 60)]);
      }
    }
  });

  it("in Shopify's unsigned headers change nothing but themselves", async () => {
    for (const value of ["", "x".repeat(4_000), "../..", "%00", "a b", "ÿÿ"]) {
      const { headers, ...delivery } = signed.shopify(level(1), randomUUID());
      for (const name of ["x-shopify-webhook-id", "x-shopify-shop-domain", "x-shopify-topic", "x-shopify-triggered-at"]) {
        expect([await deliver({ ...delivery, headers: { ...headers, [name]: value } }), name, value.slice(0, 9)]).toEqual([
          200,
          name,
          value.slice(0, 9),
        ]);
      }
    }
  });

  it("from eBay are answered 2xx", async () => {
    for (const value of ODD_VALUES) {
      const data = { user: { userId: EBAY_USER }, order: { orderId: value }, publicUserId: value, userId: value };
      for (const topic of [
        "ORDER_CONFIRMATION",
        "ITEM_MARKED_SHIPPED",
        "AUTHORIZATION_REVOCATION",
        "MARKETPLACE_ACCOUNT_DELETION",
        "NEW",
        value,
      ]) {
        for (const notificationId of [randomUUID(), value]) {
          expect(await deliver(signed.ebay(JSON.stringify({ metadata: { topic }, notification: { notificationId, data } })))).toBe(200);
        }
      }
      expect(await deliver(signed.ebay(JSON.stringify(value) ?? ""))).toBe(200);
    }
  });

  it("from Etsy are answered 2xx", async () => {
    for (const value of ODD_VALUES) {
      for (const body of [
        { event_type: value, resource_url: "x", shop_id: ETSY_SHOP },
        { event_type: "order.paid", resource_url: value, shop_id: ETSY_SHOP },
        { event_type: "order.paid", resource_url: "x", shop_id: value },
        value,
      ]) {
        expect(await deliver(signed.etsy(JSON.stringify(body), `msg_${randomUUID()}`))).toBe(200);
      }
    }
  });

  it("from WooCommerce are answered 2xx, in orders and products too", async () => {
    for (const value of ODD_VALUES) {
      const order = {
        id: value,
        status: value,
        date_modified_gmt: value,
        date_created_gmt: value,
        currency: value,
        line_items: [
          { id: value, product_id: value, variation_id: value, quantity: value, sku: value, name: value, total: value, price: value },
        ],
        refunds: [],
      };
      const product = { id: value, manage_stock: value, stock_quantity: value, type: value, parent_id: value, sku: value, name: value };
      for (const [topic, body] of [
        ["order.updated", order],
        ["product.updated", product],
        ["order.updated", { ...order, id: 7, status: "processing" }],
        ["x", value],
        ["order.created", { code: value, message: value }],
      ] as const) {
        const status = await deliver(signed.woocommerce(JSON.stringify(body), ground.connections.woocommerce, topic));
        expect([status, topic, JSON.stringify(value)?.slice(0, 40)]).toEqual([200, topic, JSON.stringify(value)?.slice(0, 40)]);
      }
    }
  });

  it("were kept with their reasons, in words, beside the good ones", async () => {
    for (const channel of ["shopify", "etsy", "woocommerce"] as const) {
      const parked = (await ground.recorded(ground.connections[channel])).filter(({ status }) => status === "parked");
      expect(parked.length, channel).toBeGreaterThan(0);
      for (const { parked_reason } of parked) expect(parked_reason).toMatch(/\w+ \w+/);
    }
  });
});

describe("what is no delivery", () => {
  it("answers eBay's challenge for exactly the registered address", async () => {
    const answer = await fetch(`${ground.url}/ebay?challenge_code=abc`);
    const { createHash } = await import("node:crypto");
    const expected = createHash("sha256")
      .update(`abc${"v".repeat(40)}http://127.0.0.1/webhooks/ebay`)
      .digest("hex");
    expect([answer.status, await answer.json()]).toEqual([200, { challengeResponse: expected }]);
  });

  it("answers WooCommerce's unsigned ping and keeps nothing of it", async () => {
    const before = (await ground.recorded(ground.connections.woocommerce)).length;
    const answer = await fetch(`${ground.url}/woocommerce/${ground.connections.woocommerce}`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "webhook_id=12",
    });
    expect(answer.status).toBe(200);
    expect((await ground.recorded(ground.connections.woocommerce)).length).toBe(before);
  });

  it("drops what is signed but meant for a shop that we do not know", async () => {
    const { headers, ...delivery } = signed.shopify(level(1), randomUUID());
    expect(await deliver({ ...delivery, headers: { ...headers, "x-shopify-shop-domain": "stranger.myshopify.com" } })).toBe(200);
    expect(await deliver(signed.woocommerce("{}", randomUUID()))).toBe(404);
  });
});
