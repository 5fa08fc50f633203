import { describe, expect, it } from "vitest";
import { openShop } from "./shop-under-test.ts";

describe("writing numbers", () => {
  it("alone the schema is checked: digits in a string are a number, words and fractions are refused", async () => {
    const shop = openShop();
    const id = shop.idOf("S-1");
    expect((await shop.call("PUT", `products/${id}`, { stock_quantity: "7" })).body).toMatchObject({ stock_quantity: 7 });
    for (const bad of ["abc", 1.5]) {
      const answer = await shop.call("PUT", `products/${id}`, { stock_quantity: bad });
      expect(answer).toMatchObject({
        status: 400,
        body: { code: "rest_invalid_param", data: { details: { stock_quantity: { code: "rest_invalid_type" } } } },
      });
    }
    expect(shop.shown("S-1")).toBe(7);
  });

  it("in a batch nothing is checked: a word becomes a zero, without an error", async () => {
    const shop = openShop();
    const answer = await shop.call("POST", "products/batch", { update: [{ id: shop.idOf("S-1"), stock_quantity: "x" }] });
    expect(answer).toMatchObject({ status: 200, body: { update: [{ stock_quantity: 0 }] } });
    expect(shop.journal.at(-1)).toEqual({ sku: "S-1", from: 10, to: 0, by: "api", call: "batchProduct" });
  });

  it("where stock is not managed a number is answered with 200 and changes nothing", async () => {
    const shop = openShop();
    const id = shop.idOf("GIFT-WRAP");
    const answer = await shop.call("PUT", `products/${id}`, { stock_quantity: 5 });
    expect(answer).toMatchObject({ status: 200, body: { manage_stock: false, stock_quantity: null } });
    expect((await shop.call("PUT", `products/${id}`, { manage_stock: true, stock_quantity: 5 })).body).toMatchObject({ stock_quantity: 5 });
    expect((await shop.call("PUT", `products/${id}`, { manage_stock: false })).body).toMatchObject({ stock_quantity: null });
  });

  it("null is a zero, negative numbers are taken, and inventory_delta adds to what stands there", async () => {
    const shop = openShop();
    const id = shop.idOf("S-1");
    expect((await shop.call("PUT", `products/${id}`, { inventory_delta: -4 })).body).toMatchObject({ stock_quantity: 6 });
    expect((await shop.call("PUT", `products/${id}`, { stock_quantity: -3 })).body).toMatchObject({
      stock_quantity: -3,
      stock_status: "outofstock",
    });
    expect((await shop.call("PUT", `products/${id}`, { backorders: "notify" })).body).toMatchObject({
      stock_status: "onbackorder",
      backordered: true,
    });
    expect((await shop.call("PUT", `products/${id}`, { stock_quantity: null })).body).toMatchObject({ stock_quantity: 0 });
  });

  it("variations of a pool mirror their parent and take no number of their own", async () => {
    const shop = openShop();
    const parent = (await shop.call("POST", "products", { name: "Pool", type: "variable", manage_stock: true, stock_quantity: 8 }))
      .body as { id: number };
    const made = await shop.call("POST", `products/${parent.id}/variations`, { sku: "P-1", regular_price: "3" });
    const child = made.body as { id: number };
    expect(made.body).toMatchObject({ manage_stock: "parent", stock_quantity: 8 });
    await shop.call("PUT", `products/${parent.id}/variations/${child.id}`, { stock_quantity: 3 });
    expect(shop.shown("P-1")).toBe(8);
    shop.simulator.placeOrder(1, { lines: [{ sku: "P-1", quantity: 2 }] });
    expect((await shop.call("GET", `products/${parent.id}`)).body).toMatchObject({ stock_quantity: 6 });
  });

  it("each item of a batch answers for itself, in order; the whole is 200", async () => {
    const shop = openShop();
    const parent = (await shop.call("POST", "products", { name: "V", type: "variable" })).body as { id: number };
    const child = (await shop.call("POST", `products/${parent.id}/variations`, { sku: "V-1", manage_stock: true })).body as { id: number };
    const update = [
      { id: shop.idOf("S-1"), stock_quantity: 4 },
      { id: 999_999, stock_quantity: 4 },
      { id: child.id, stock_quantity: 4 },
    ];
    const { status, body } = await shop.call("POST", "products/batch", { update });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      update: [
        { stock_quantity: 4 },
        { id: 999_999, error: { code: "woocommerce_rest_product_invalid_id" } },
        { id: child.id, error: { code: "woocommerce_rest_invalid_product_id", data: { status: 404 } } },
      ],
    });
    const foreign = await shop.call("POST", `products/${parent.id}/variations/batch`, {
      update: [{ id: shop.idOf("S-1"), stock_quantity: 1 }],
    });
    expect(foreign.body).toMatchObject({ update: [{ error: { code: "woocommerce_rest_product_variation_invalid_id" } }] });
    expect((await shop.call("POST", "products/batch", {})).body).toEqual([]);
  });

  it("more than 100 in a batch are 413, and nothing is written", async () => {
    const shop = openShop();
    const update = Array.from({ length: 101 }, () => ({ id: shop.idOf("S-1"), stock_quantity: 1 }));
    expect((await shop.call("POST", "products/batch", { update })).status).toBe(413);
    expect(shop.shown("S-1")).toBe(10);
  });
});

describe("products come and go", () => {
  it("a missing id is 404 to a read and 400 to a write", async () => {
    const shop = openShop();
    expect((await shop.call("GET", "products/999999")).status).toBe(404);
    expect((await shop.call("PUT", "products/999999", { stock_quantity: 1 })).status).toBe(400);
    expect((await shop.call("GET", "nonsense")).body).toMatchObject({ code: "rest_no_route" });
  });

  it("the trash answers with the status from before, still answers by id, and is left by a PUT", async () => {
    const shop = openShop();
    const id = shop.idOf("S-1");
    expect((await shop.call("DELETE", `products/${id}`)).body).toMatchObject({ status: "publish" });
    expect((await shop.call("GET", `products/${id}`)).body).toMatchObject({ status: "trash" });
    expect((await shop.call("GET", "products", undefined, { include: String(id) })).body).toEqual([]);
    expect((await shop.call("PUT", `products/${id}`, { status: "publish" })).body).toMatchObject({ status: "publish" });
    expect((await shop.call("GET", "products", undefined, { include: String(id) })).body).toHaveLength(1);
  });

  it("a SKU is taken once, whatever its case; one in the trash is refused in other words", async () => {
    const shop = openShop();
    expect((await shop.call("POST", "products", { name: "X", sku: "s-1" })).body).toMatchObject({
      code: "product_invalid_sku",
      data: { resource_id: shop.idOf("S-1") },
    });
    await shop.call("DELETE", `products/${shop.idOf("S-2")}`);
    expect((await shop.call("POST", "products", { name: "X", sku: "S-2" })).body).toMatchObject({
      code: "woocommerce_rest_product_not_created",
    });
  });

  it("asked by SKU, variations are found too", async () => {
    const shop = openShop(9);
    const { body } = await shop.call("GET", "products", undefined, { sku: "S-1,S-5,NONE" });
    expect((body as { type: string; parent_id: number }[]).map((one) => one.type).sort()).toEqual(["simple", "variation"]);
  });
});
