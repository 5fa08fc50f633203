import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { openShop } from "./shop-under-test.ts";

const DOOR = "http://127.0.0.1:9/door";

async function withHooks(...topics: string[]) {
  const shop = openShop();
  for (const topic of topics) {
    const answer = await shop.call("POST", "webhooks", { topic, delivery_url: DOOR, secret: "plain", name: topic });
    expect(answer.status).toBe(201);
    expect(answer.body).not.toHaveProperty("secret");
  }
  return { shop, pings: shop.send() };
}

const sell = (shop: ReturnType<typeof openShop>, sku = "S-1") => shop.simulator.placeOrder(1, { lines: [{ sku, quantity: 1 }] }).id;

describe("webhooks", () => {
  it("creation sends an unsigned ping without any X-WC header", async () => {
    const { pings } = await withHooks("order.updated");
    expect(pings).toHaveLength(1);
    expect(pings[0]!.body).toMatch(/^webhook_id=\d+$/);
    expect(Object.keys(pings[0]!.headers).filter((name) => name.startsWith("x-wc-"))).toEqual([]);
  });

  it("a sale fires order.created, order.updated and product.updated, each signed over its raw body", async () => {
    const { shop } = await withHooks("order.created", "order.updated", "product.updated");
    sell(shop);
    const sent = shop.send();
    expect(sent.map((one) => one.topic).sort()).toEqual(["order.created", "order.updated", "product.updated"]);
    for (const { body, headers } of sent) {
      expect(headers["x-wc-webhook-signature"]).toBe(createHmac("sha256", "plain").update(body).digest("base64"));
      expect(body).not.toMatch(/[^\\]\//);
    }
  });

  it("our own write comes back as product.updated, a variation under its own id", async () => {
    const { shop } = await withHooks("product.updated");
    const parent = (await shop.call("POST", "products", { name: "V", type: "variable" })).body as { id: number };
    const child = (await shop.call("POST", `products/${parent.id}/variations`, { sku: "V-1", manage_stock: true })).body as { id: number };
    await shop.call("PUT", `products/${parent.id}/variations/${child.id}`, { stock_quantity: 4 });
    const sent = shop.send().map((one) => JSON.parse(one.body) as Record<string, unknown>);
    expect(sent).toMatchObject([{ id: child.id, type: "variation", parent_id: parent.id, stock_quantity: 4 }]);
  });

  it("the body is built at delivery, and what waits already is not queued twice", async () => {
    const { shop } = await withHooks("product.updated");
    shop.setFaults({ webhooks: { delayMs: 30_000 } });
    const id = shop.idOf("S-1");
    for (const stock of [9, 8, 7]) await shop.call("PUT", `products/${id}`, { stock_quantity: stock });
    const sent = shop.send();
    expect(sent).toHaveLength(1);
    expect(JSON.parse(sent[0]!.body)).toMatchObject({ stock_quantity: 7 });
  });

  it("an order that is gone by then is delivered as a signed error object", async () => {
    const { shop } = await withHooks("order.created");
    const id = sell(shop);
    await shop.call("DELETE", `orders/${id}`, undefined, { force: "true" });
    const [sent] = shop.send();
    expect(JSON.parse(sent!.body)).toEqual({
      code: "woocommerce_rest_shop_order_invalid_id",
      message: "Invalid ID.",
      data: { status: 404 },
    });
    expect(sent!.headers["x-wc-webhook-signature"]).toBeTruthy();
  });

  it("two deliveries of one hook within a second share their delivery id", async () => {
    const { shop } = await withHooks("product.updated");
    sell(shop, "S-1");
    sell(shop, "S-2");
    const [first, second] = shop.send();
    expect(first!.body).not.toBe(second!.body);
    expect(first!.headers["x-wc-webhook-delivery-id"]).toBe(second!.headers["x-wc-webhook-delivery-id"]);
    shop.advance(1_000);
    sell(shop, "S-1");
    expect(shop.send()[0]!.headers["x-wc-webhook-delivery-id"]).not.toBe(first!.headers["x-wc-webhook-delivery-id"]);
  });

  it("the seventh failure in a row switches a hook off; six and a success do not", async () => {
    const { shop } = await withHooks("product.updated");
    const status = async () => ((await shop.call("GET", "webhooks")).body as { status: string }[])[0]!.status;
    const fail = (times: number) => {
      for (let n = 0; n < times; n++) {
        sell(shop, `S-${(n % 6) + 1}`);
        for (const sent of shop.send()) sent.answer(n % 2 === 0 ? 500 : null);
      }
    };
    fail(6);
    expect(await status()).toBe("active");
    sell(shop);
    for (const sent of shop.send()) sent.answer(302);
    fail(6);
    expect(await status()).toBe("active");
    fail(1);
    expect(await status()).toBe("disabled");
    sell(shop);
    expect(shop.queue).toEqual([]);
  });

  it("nothing is ever tried again; a ping that failed goes out beside the next delivery", async () => {
    const { shop, pings } = await withHooks("product.updated");
    pings[0]!.answer(null);
    sell(shop);
    expect(shop.queue.every((one) => one.retryAfterMs.length === 0)).toBe(true);
    expect(shop.send().map((one) => one.topic)).toEqual(["ping", "product.updated"]);
  });

  it("product.deleted fires on the trash with a bare id, and not at all on deletion for good", async () => {
    const { shop } = await withHooks("product.deleted");
    const id = shop.idOf("S-1");
    await shop.call("DELETE", `products/${shop.idOf("S-2")}`, undefined, { force: "true" });
    expect(shop.send()).toEqual([]);
    await shop.call("DELETE", `products/${id}`);
    expect(shop.send().map((one) => one.body)).toEqual([JSON.stringify({ id })]);
  });

  it("unknown topics, other schemes and the trash are refused", async () => {
    const { shop } = await withHooks("order.updated");
    const post = async (body: unknown) => ((await shop.call("POST", "webhooks", body)).body as { code: string }).code;
    expect(await post({ topic: "inventory.updated", delivery_url: DOOR })).toBe("woocommerce_rest_shop_webhook_invalid_topic");
    expect(await post({ topic: "order.updated", delivery_url: "ftp://x" })).toBe("woocommerce_rest_shop_webhook_invalid_delivery_url");
    expect(await post({ topic: "order.updated" })).toBe("rest_missing_callback_param");
    const [hook] = (await shop.call("GET", "webhooks")).body as { id: number }[];
    expect((await shop.call("DELETE", `webhooks/${hook!.id}`)).status).toBe(501);
  });
});
