import { readFileSync } from "node:fs";
import { type Document, OpenAPIBackend } from "openapi-backend";
import { describe, expect, it } from "vitest";
import { openShop } from "./shop-under-test.ts";

describe("a shop", () => {
  it("saved and loaded again is the same shop, with the same key, orders and hooks", async () => {
    const shop = openShop(9);
    await shop.call("POST", "webhooks", { topic: "order.updated", delivery_url: "http://127.0.0.1:9/", secret: "s" });
    shop.send();
    const { id } = shop.simulator.placeOrder(1, { lines: [{ sku: "S-5", quantity: 2 }] });
    const before = shop.simulator.state(1);
    const saved: unknown = JSON.parse(JSON.stringify(shop.simulator.save()));
    shop.simulator.load(saved);
    expect(shop.simulator.state(1)).toEqual(before);
    expect(
      (await shop.call("GET", "orders", undefined, { modified_after: "2026-11-23T12:59:59", dates_are_gmt: "true" })).body,
    ).toHaveLength(1);
    shop.send();
    shop.simulator.cancelOrder(1, id, { restock: true });
    expect(shop.shown("S-5")).toBe(10);
    expect(shop.send().map((one) => one.topic)).toEqual(["order.updated"]);
  });

  it("cancelled without restock: the shop gives the units back all the same, and the merchant takes them off by hand", () => {
    const shop = openShop();
    const { id } = shop.simulator.placeOrder(1, { lines: [{ sku: "S-1", quantity: 2 }] });
    shop.simulator.cancelOrder(1, id, { restock: false });
    expect(shop.journal.map(({ from, to, by }) => [from, to, by])).toEqual([
      [10, 8, "order"],
      [8, 10, "order"],
      [10, 8, "hand"],
    ]);
  });

  it("sells no more than it shows, unless backorders are allowed or nothing is counted", async () => {
    const shop = openShop();
    const sell = (sku: string, quantity: number) => () => shop.simulator.placeOrder(1, { lines: [{ sku, quantity }] });
    expect(sell("S-1", 11)).toThrow(/shows only 10/);
    expect(() =>
      shop.simulator.placeOrder(1, {
        lines: [
          { sku: "S-1", quantity: 6 },
          { sku: "S-1", quantity: 6 },
        ],
      }),
    ).toThrow(/shows only 10/);
    expect(sell("NONE", 1)).toThrow(/No product NONE/);
    await shop.call("PUT", `products/${shop.idOf("S-2")}`, { backorders: "yes" });
    sell("S-2", 11)();
    expect(shop.shown("S-2")).toBe(-1);
    expect(sell("GIFT-WRAP", 3)).not.toThrow();
    expect(shop.journal.filter((line) => line.sku === "GIFT-WRAP")).toEqual([]);
  });

  it("answers as the API description says", async () => {
    const file = new URL("../../testing/fixtures/specs/woocommerce/woocommerce-rest-v3-subset.oas3.json", import.meta.url);
    const text = readFileSync(file, "utf8");
    const definition = JSON.parse(text) as Document & { components: { schemas: Record<string, { properties: Record<string, unknown> }> } };
    // A real server was seen sending a number here, and stands above the document.
    for (const line of ["LineItem", "RefundLineItem"]) definition.components.schemas[line]!.properties.price = { type: "number" };
    const api = new OpenAPIBackend({ definition, quick: true, ajvOpts: { strict: false, logger: false } });
    await api.init();
    const shop = openShop(9);
    const { id } = shop.simulator.placeOrder(1, { lines: [{ sku: "S-5", quantity: 2 }] });
    shop.simulator.refundOrder(1, id, { lines: [{ sku: "S-5", quantity: 1 }], restock: true });
    const parent = (await shop.call("GET", "products", undefined, { type: "variable" })).body as { id: number }[];
    const hook = { topic: "order.updated", delivery_url: "https://app.example.com/", secret: "s" };
    const calls: [string, string, unknown?][] = [
      ["GET", "products"],
      ["GET", `products/${shop.idOf("S-1")}`],
      ["GET", `products/${parent[0]!.id}/variations`],
      [
        "POST",
        "products/batch",
        {
          update: [
            { id: shop.idOf("S-1"), stock_quantity: 3 },
            { id: 1, stock_quantity: 3 },
          ],
        },
      ],
      ["GET", "orders"],
      ["GET", `orders/${id}`],
      ["GET", `orders/${id}/refunds`],
      ["POST", "webhooks", hook],
      ["GET", "webhooks"],
      ["GET", "products/999999"],
    ];
    for (const [method, endpoint, body] of calls) {
      const answer = await shop.call(method, endpoint, body);
      const operation = api.matchOperation({ method, path: `/${endpoint}`, headers: {}, query: {}, body: {} });
      expect(operation, endpoint).toBeTruthy();
      const { errors } = api.validateResponse(answer.body, operation!, answer.status);
      expect(errors ?? [], `${method} ${endpoint}`).toEqual([]);
    }
  });
});
