/** The simulator's answers, held against Etsy's own OpenAPI document. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { type Document, OpenAPIBackend } from "openapi-backend";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openShop, type SimulatedShop } from "./simulated-shop.ts";

const FILE = new URL("../../testing/fixtures/specs/etsy/etsy-open-api-v3.oas3.json.gz", import.meta.url);

let shop: SimulatedShop;
let api: OpenAPIBackend;
let receipt = "";

beforeAll(async () => {
  shop = await openShop(2, { sections: 3 });
  const definition: unknown = JSON.parse(gunzipSync(readFileSync(FILE)).toString("utf8"));
  mend(definition);
  api = new OpenAPIBackend({ definition: definition as Document, quick: true, ajvOpts: { strict: false, logger: false } });
  await api.init();
  receipt = shop.simulator.placeOrder(2, { lines: [{ sku: "ODD-ALL-A", quantity: 2 }] }).id;
  shop.simulator.refundOrder(2, receipt, { lines: [{ sku: "ODD-ALL-A", quantity: 1 }], restock: false });
  shop.simulator.fulfilOrder(2, receipt);
});
afterAll(() => shop.stop());

/** Two habits of the document that validators refuse: "nullable" without a type, and lists of values that leave null out. */
function mend(schema: unknown): void {
  if (typeof schema !== "object" || schema === null) return;
  if ("nullable" in schema && !("type" in schema)) delete schema.nullable;
  if ("nullable" in schema && "enum" in schema && Array.isArray(schema.enum)) schema.enum.push(null);
  for (const part of Object.values(schema)) mend(part);
}

it.each([
  ["getMe", () => "/users/me"],
  ["getShop", () => `/shops/${shop.shopId}`],
  ["getListingsByShop", () => `/shops/${shop.shopId}/listings?includes=Inventory&limit=100`],
  ["getShopSections", () => `/shops/${shop.shopId}/sections`],
  ["getListingsByShopSectionId", () => `/shops/${shop.shopId}/shop-sections/listings?shop_section_ids=1&shop_section_ids=2`],
  ["getListing", () => `/listings/${shop.listingId("ODD-ALL-A")}`],
  ["getListingInventory", () => `/listings/${shop.listingId("ODD-ALL-A")}/inventory?includes=Listing`],
  [
    "getListingsInventoryByListingIds",
    () => `/listings/batch/inventory?listing_ids=${shop.listingId("ODD-ALL-A")}&listing_ids=${shop.listingId("ODD-FILE")}`,
  ],
  ["getShopReceipts", () => `/shops/${shop.shopId}/receipts`],
  ["getShopReceipt", () => `/shops/${shop.shopId}/receipts/${receipt}`],
])("%s answers what the document says", async (operation, path) => {
  const answer = await shop.get(path());
  expect(answer.status).toBe(200);
  const { errors } = api.validateResponse(answer.body, operation, 200);
  expect((errors ?? []).map((error) => `${error.instancePath} ${error.message}`)).toEqual([]);
});

it("carries the buyer in every field that has one", async () => {
  const { body } = await shop.get(`/shops/${shop.shopId}/receipts/${receipt}`);
  const fields = ["buyer_email", "name", "first_line", "second_line", "city", "state", "zip", "formatted_address", "payment_email"];
  const words = ["message_from_seller", "message_from_buyer", "message_from_payment", "gift_message", "gift_sender"];
  for (const field of [...fields, ...words]) expect([field, String(body[field]).includes("BUYERMARK")]).toEqual([field, true]);
  const [line] = body.transactions as { variations: { formatted_value: string }[] }[];
  expect(line!.variations.some((variation) => variation.formatted_value.includes("BUYERMARK"))).toBe(true);
});

it("pages 100,000 listings without slowing down towards the end", async () => {
  await shop.stop();
  shop = await openShop(1);
  shop.sandbox.reset({ items: 100_000 });
  const fresh = shop.sandbox.simulators.etsy!.credentials(1) as unknown as {
    account: { externalId: string };
    credentials: { accessToken: string };
  };
  const bearer = { authorization: `Bearer ${fresh.credentials.accessToken}` };
  const read = async (offset: number) => {
    const started = performance.now();
    const answer = await shop.get(`/shops/${fresh.account.externalId}/listings?limit=100&offset=${offset}`, bearer);
    expect((answer.body.results as unknown[]).length).toBeGreaterThan(90);
    return performance.now() - started;
  };
  await read(0);
  const times = [await read(50_000), await read(99_000), await read(99_900)];
  expect(Math.min(...times)).toBeLessThan(100);
}, 60_000);
