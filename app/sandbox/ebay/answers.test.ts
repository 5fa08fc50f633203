/** What the simulator answers is held against eBay's own documents: no invented field, no number where eBay writes text. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type Document, OpenAPIBackend } from "openapi-backend";
import { beforeAll, describe, expect, it } from "vitest";
import { type Bench, openBench } from "./test-bench.ts";

type Json = { [key: string]: unknown };

async function openDocument(name: string): Promise<OpenAPIBackend> {
  const raw = readFileSync(new URL(`../../testing/fixtures/specs/ebay/${name}_oas3.json.gz`, import.meta.url));
  const definition = JSON.parse(gunzipSync(raw).toString("utf8")) as Json;
  const schemas = ((definition.components as Json).schemas ?? {}) as Record<string, Json>;
  for (const schema of Object.values(schemas)) if (schema.type === "object" && schema.properties) schema.additionalProperties = false;
  const paths = definition.paths as Json;
  if (paths["/user/"]) paths["/user"] = paths["/user/"];
  const api = new OpenAPIBackend({ definition: definition as unknown as Document, quick: true, ajvOpts: { strict: false, logger: false } });
  await api.init();
  return api;
}

describe("answers against eBay's documents", () => {
  let bench: Bench;
  let orderId: string;
  beforeAll(() => {
    bench = openBench();
    orderId = bench.simulator.placeOrder(1, { lines: ["G1-1", "G1-4", "G1-9"].map((sku) => ({ sku, quantity: 2 })) }).id;
    bench.simulator.refundOrder(1, orderId, { lines: [{ sku: "G1-4", quantity: 1 }], restock: false });
    const cancelled = bench.simulator.placeOrder(1, { lines: [{ sku: "G1-7", quantity: 1 }] });
    bench.simulator.cancelOrder(1, cancelled.id, { restock: true });
  });

  const cases: [document: string, method: string, path: () => string, documented: string, body?: object][] = [
    ["sell_fulfillment_v1", "GET", () => "/sell/fulfillment/v1/order?limit=1", "/order"],
    ["sell_fulfillment_v1", "GET", () => `/sell/fulfillment/v1/order/${orderId}`, "/order/1"],
    ["sell_inventory_v1", "GET", () => "/sell/inventory/v1/inventory_item?limit=2", "/inventory_item"],
    ["sell_inventory_v1", "GET", () => "/sell/inventory/v1/inventory_item/G1-7", "/inventory_item/x"],
    ["sell_inventory_v1", "GET", () => "/sell/inventory/v1/offer?sku=G1-7", "/offer"],
    [
      "sell_inventory_v1",
      "POST",
      () => "/sell/inventory/v1/bulk_get_inventory_item",
      "/bulk_get_inventory_item",
      { requests: [{ sku: "G1-9" }] },
    ],
    [
      "sell_inventory_v1",
      "POST",
      () => "/sell/inventory/v1/bulk_update_price_quantity",
      "/bulk_update_price_quantity",
      { requests: [{ sku: "G1-9", shipToLocationAvailability: { quantity: 3 } }] },
    ],
    ["commerce_notification_v1", "GET", () => "/commerce/notification/v1/subscription", "/subscription"],
  ];
  for (const [document, method, path, documented, body] of cases) {
    it(`${method} ${documented}`, async () => {
      const api = await openDocument(document);
      const answer = await bench.rest(method, path(), body ? { body } : {});
      expect(answer.status).toBe(200);
      const operation = api.matchOperation({ method, path: documented, headers: {} });
      expect(operation).toBeDefined();
      expect(api.validateResponse(answer.body, operation!, 200).errors ?? []).toEqual([]);
    });
  }

  it("GET /user", async () => {
    const api = await openDocument("commerce_identity_v1");
    const answer = await bench.send("GET", "/apiz.ebay.com/commerce/identity/v1/user/", { authorization: `Bearer ${bench.access()}` });
    const operation = api.matchOperation({ method: "GET", path: "/user", headers: {} });
    expect(api.validateResponse(JSON.parse(String(answer.body)), operation!, 200).errors ?? []).toEqual([]);
  });
});
