/** What updateListingInventory refuses, and what its full replacement does. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openShop, type SimulatedShop } from "./simulated-shop.ts";

type Offering = { price: unknown; quantity: unknown; is_enabled: unknown; readiness_state_id?: unknown };
type Body = {
  products: { sku: string; property_values: Record<string, unknown>[]; offerings: Offering[] }[];
  price_on_property: number[];
  quantity_on_property: number[];
  sku_on_property: number[];
};
type Inventory = {
  products: {
    product_id: number;
    sku: string;
    property_values: { property_id: number; property_name: string; scale_id: null; value_ids: number[]; values: string[] }[];
    offerings: {
      offering_id: number;
      quantity: number;
      is_enabled: boolean;
      price: { amount: number; divisor: number };
      readiness_state_id: number;
    }[];
  }[];
} & Pick<Body, "price_on_property" | "quantity_on_property" | "sku_on_property">;

let shop: SimulatedShop;
beforeAll(async () => {
  shop = await openShop(2);
});
afterAll(() => shop.stop());

let id = "";
let body: Body;
const read = async () => (await shop.get(`/listings/${id}/inventory`)).body as unknown as Inventory;
const put = (given: unknown = body) => shop.send("PUT", `/listings/${id}/inventory`, given);

/** A valid PUT body that changes nothing. */
async function valid(sku: string): Promise<Body> {
  id = shop.listingId(sku);
  const { products, price_on_property, quantity_on_property, sku_on_property } = await read();
  return {
    products: products.map((product) => ({
      sku: product.sku,
      property_values: product.property_values.map(({ property_id, property_name, scale_id, value_ids, values }) => ({
        property_id,
        property_name,
        scale_id,
        value_ids,
        values,
      })),
      offerings: product.offerings.map((offering) => ({
        price: offering.price.amount / offering.price.divisor,
        quantity: offering.quantity,
        is_enabled: offering.is_enabled,
        readiness_state_id: offering.readiness_state_id,
      })),
    })),
    price_on_property,
    quantity_on_property,
    sku_on_property,
  };
}

describe("refused with 400", () => {
  beforeEach(async () => {
    body = await valid("ODD-ALL-A");
  });
  const first = () => body.products[0]!.offerings[0]!;

  it.each<[string, () => void, RegExp]>([
    [
      "Money where a float is wanted",
      () => Object.assign(first(), { price: { amount: 100, divisor: 100, currency_code: "USD" } }),
      /price: must be a float/,
    ],
    ["a quantity above 999", () => Object.assign(first(), { quantity: 1000 }), /between 0 and 999/],
    ["a negative quantity", () => Object.assign(first(), { quantity: -1 }), /between 0 and 999/],
    ["a quantity as text", () => Object.assign(first(), { quantity: "3" }), /quantity/],
    ["a missing readiness_state_id", () => void delete first().readiness_state_id, /readiness_state_id/],
    ["readiness_state_id null on a physical listing", () => Object.assign(first(), { readiness_state_id: null }), /processing profile/],
    ["an unknown readiness_state_id", () => Object.assign(first(), { readiness_state_id: 12 }), /processing profile/],
    ["product_id from the GET", () => Object.assign(body.products[0]!, { product_id: 1 }), /product_id/],
    ["scale_name from the GET", () => Object.assign(body.products[0]!.property_values[0]!, { scale_name: null }), /scale_name/],
    ["brackets in a value", () => Object.assign(body.products[0]!.property_values[0]!, { values: ["Red (dark)"] }), /parentheses/],
    [
      "different quantities with an empty quantity_on_property",
      () => Object.assign(body, { quantity_on_property: [] }),
      /quantity_on_property/,
    ],
    ["different SKUs with an empty sku_on_property", () => Object.assign(body, { sku_on_property: [] }), /sku_on_property/],
    ["a property in *_on_property that no product has", () => Object.assign(body, { price_on_property: [77] }), /price_on_property/],
    ["two products with the same options", () => void body.products.push(body.products[0]!), /same property values/],
    ["no products", () => Object.assign(body, { products: [] }), /products/],
    [
      "no enabled offering above zero",
      () => {
        for (const product of body.products) for (const offering of product.offerings) if (offering.is_enabled) offering.quantity = 0;
      },
      /One offering must have quantity greater than 0/,
    ],
  ])("%s", async (_name, spoil, text) => {
    spoil();
    const before = await read();
    const answer = await put();
    expect(answer.status).toBe(400);
    expect(String(answer.body.error)).toMatch(text);
    expect(await read()).toEqual(before);
  });

  it("a listing with three properties, even when nothing changes", async () => {
    body = await valid("ODD-THREE-A");
    expect((await put()).status).toBe(400);
  });

  it("a form instead of JSON", async () => {
    expect((await shop.send("PUT", `/listings/${id}/inventory`, new URLSearchParams({ products: "[]" }))).status).toBe(400);
  });
});

describe("a full replacement", () => {
  it("deletes what is left out, and gives every product and offering a new id", async () => {
    body = await valid("ODD-POOL-RED");
    const before = await read();
    body.products.pop();
    const answer = await put();
    expect(answer.status).toBe(200);
    const after = await read();
    expect(after.products.map((product) => product.sku)).toEqual(["ODD-POOL-RED", "ODD-POOL-BLUE"]);
    const ids = (given: Inventory) => given.products.flatMap((product) => [product.product_id, product.offerings[0]!.offering_id]);
    expect(ids(after).filter((one) => ids(before).includes(one))).toEqual([]);
    expect(shop.simulator.state(2).listings.some((listing) => listing.sku === "ODD-POOL-GREEN")).toBe(false);
  });

  it("journals each number it moved, and sends no webhook for a quantity", async () => {
    body = await valid("ODD-SIZE-S-OAK");
    for (const product of body.products) if (product.sku.includes("-S-")) product.offerings[0]!.quantity = 2;
    const start = shop.sandbox.desks.etsy!.ground.journal.lastNumber;
    shop.queued.length = 0;
    expect((await put()).status).toBe(200);
    const lines = shop.sandbox.desks.etsy!.ground.journal.since(start, "etsy", 2);
    expect(lines.map(({ sku, from, to, by, call }) => [sku, from, to, by, call]).sort()).toEqual([
      ["ODD-SIZE-S-ASH", 7, 2, "api", "updateListingInventory"],
      ["ODD-SIZE-S-OAK", 7, 2, "api", "updateListingInventory"],
    ]);
    expect(shop.queued).toEqual([]);
  });

  it("takes readiness_state_id null from a digital listing", async () => {
    body = await valid("ODD-FILE");
    expect((await put()).status).toBe(200);
  });

  it("answers 409 to whoever comes while another change of the listing is under way", async () => {
    body = await valid("ODD-ALL-A");
    const request = () =>
      shop.simulator.handle({
        method: "PUT",
        path: `/openapi.etsy.com/v3/application/listings/${id}/inventory`,
        query: new URLSearchParams(),
        headers: {
          "x-api-key": `${shop.app.keystring}:${shop.app.sharedSecret}`,
          authorization: `Bearer ${shop.tokens.accessToken}`,
          "content-type": "application/json",
        },
        body: Buffer.from(JSON.stringify(body)),
      });
    const statuses = (await Promise.all([request(), request()])).map((answer) => answer.status);
    expect(statuses).toEqual([200, 409]);
  });

  it("is refused for a listing of another shop and for one that does not exist", async () => {
    body = await valid("ODD-ALL-A");
    id = shop.simulator.state(1).listings[0]!.id;
    expect((await put()).status).toBe(403);
    id = "999999999";
    expect((await put()).status).toBe(404);
  });
});
