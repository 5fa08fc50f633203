import { describe, expect, it } from "vitest";
import { openShop } from "./shop-under-test.ts";

type Line = { id: number; quantity: number; meta_data: { key: string; value: string }[] };
type OrderBody = { id: number; status: string; line_items: Line[] };

const meta = (order: OrderBody, key: string) => order.line_items[0]?.meta_data.find((one) => one.key === key)?.value;

async function order(shop: ReturnType<typeof openShop>, quantity: number, more: Record<string, unknown> = {}): Promise<OrderBody> {
  const answer = await shop.call("POST", "orders", { line_items: [{ product_id: shop.idOf("S-1"), quantity }], ...more });
  expect(answer.status).toBe(201);
  return answer.body as OrderBody;
}

describe("what an order's status does to stock", () => {
  it.each([
    ["pending", 10],
    ["processing", 7],
    ["on-hold", 7],
    ["completed", 7],
    ["failed", 10],
  ])("created as %s it shows %i", async (status, shown) => {
    const shop = openShop();
    await order(shop, 3, { status });
    expect(shop.shown("S-1")).toBe(shown);
  });

  it("set_paid makes a pending order processing and lowers", async () => {
    const shop = openShop();
    expect((await order(shop, 3, { set_paid: true })).status).toBe("processing");
    expect(shop.shown("S-1")).toBe(7);
  });

  it.each([
    ["cancelled", 10, undefined],
    ["pending", 10, undefined],
    ["refunded", 7, "3"],
    ["failed", 7, "3"],
    ["completed", 7, "3"],
  ])("processing -> %s shows %i and keeps %s as reduced", async (status, shown, reduced) => {
    const shop = openShop();
    const { id } = await order(shop, 3, { status: "processing" });
    const answer = await shop.call("PUT", `orders/${id}`, { status });
    expect(shop.shown("S-1")).toBe(shown);
    expect(meta(answer.body as OrderBody, "_reduced_stock")).toBe(reduced);
  });

  it("lowers once, however often the status moves between those that lower", async () => {
    const shop = openShop();
    const { id } = await order(shop, 3, { status: "on-hold" });
    for (const status of ["processing", "completed", "processing"]) await shop.call("PUT", `orders/${id}`, { status });
    expect(shop.shown("S-1")).toBe(7);
  });

  it("an order through REST may oversell: the number goes below zero and out of stock", async () => {
    const shop = openShop();
    await order(shop, 12, { status: "processing" });
    const { body } = await shop.call("GET", `products/${shop.idOf("S-1")}`);
    expect(body).toMatchObject({ stock_quantity: -2, stock_status: "outofstock" });
  });

  it("trash and deletion bring no stock back", async () => {
    const shop = openShop();
    const first = await order(shop, 2, { status: "processing" });
    const second = await order(shop, 1, { status: "processing" });
    await shop.call("DELETE", `orders/${first.id}`);
    await shop.call("DELETE", `orders/${second.id}`, undefined, { force: "true" });
    expect(shop.shown("S-1")).toBe(7);
    expect((await shop.call("GET", `orders/${first.id}`)).body).toMatchObject({ status: "trash" });
    expect((await shop.call("GET", `orders/${second.id}`)).status).toBe(404);
  });

  it("an edited line moves stock by the difference; quantity 0 takes it away and gives it back", async () => {
    const shop = openShop();
    const { id, line_items } = await order(shop, 3, { status: "processing" });
    await shop.call("PUT", `orders/${id}`, { line_items: [{ id: line_items[0]!.id, quantity: 5 }] });
    expect(shop.shown("S-1")).toBe(5);
    const after = await shop.call("PUT", `orders/${id}`, { line_items: [{ id: line_items[0]!.id, quantity: 0 }] });
    expect(shop.shown("S-1")).toBe(10);
    expect((after.body as OrderBody).line_items).toEqual([]);
  });

  it("an unknown product gives an empty line, an unknown status is refused", async () => {
    const shop = openShop();
    const answer = await shop.call("POST", "orders", { status: "processing", line_items: [{ product_id: 999_999, quantity: 2 }] });
    expect(answer).toMatchObject({ status: 201, body: { line_items: [{ name: "", product_id: 0, total: "0.00" }] } });
    expect((await shop.call("POST", "orders", { status: "shipped" })).body).toMatchObject({ code: "rest_invalid_param" });
  });
});

describe("refunds", () => {
  const refundOf = (line: number, quantity: number, more: Record<string, unknown> = {}) => ({
    api_refund: false,
    line_items: [{ id: line, quantity, refund_total: 5 * quantity }],
    ...more,
  });

  it("restock by default, and the meta says so", async () => {
    const shop = openShop();
    const made = await order(shop, 3, { status: "processing" });
    const answer = await shop.call("POST", `orders/${made.id}/refunds`, refundOf(made.line_items[0]!.id, 2));
    expect(answer).toMatchObject({ status: 201, body: { line_items: [{ quantity: -2 }] } });
    expect(shop.shown("S-1")).toBe(9);
    const now = (await shop.call("GET", `orders/${made.id}`)).body as OrderBody;
    expect([now.status, now.line_items[0]!.quantity]).toEqual(["processing", 3]);
    expect([meta(now, "_reduced_stock"), meta(now, "_restock_refunded_items")]).toEqual(["1", "2"]);
  });

  it("without restock leave the number and the mark; a later cancel then brings those units back too", async () => {
    const shop = openShop();
    const made = await order(shop, 3, { status: "processing" });
    await shop.call("POST", `orders/${made.id}/refunds`, refundOf(made.line_items[0]!.id, 2, { api_restock: false }));
    expect(shop.shown("S-1")).toBe(7);
    await shop.call("PUT", `orders/${made.id}`, { status: "cancelled" });
    expect(shop.shown("S-1")).toBe(10);
  });

  it("of money alone leave stock, a full one sets refunded", async () => {
    const shop = openShop();
    const made = await order(shop, 2, { status: "processing" });
    await shop.call("POST", `orders/${made.id}/refunds`, { api_refund: false, amount: "10.00" });
    expect(shop.shown("S-1")).toBe(8);
    expect((await shop.call("GET", `orders/${made.id}`)).body).toMatchObject({ status: "refunded" });
  });

  it("are refused with 500 and the bare number as data where there is no gateway, or too much is asked", async () => {
    const shop = openShop();
    const made = await order(shop, 2, { status: "processing" });
    const noGateway = await shop.call("POST", `orders/${made.id}/refunds`, { amount: "5.00" });
    expect(noGateway).toMatchObject({ status: 500, body: { code: "woocommerce_rest_cannot_create_order_refund", data: 500 } });
    expect((await shop.call("POST", `orders/${made.id}/refunds`, { api_refund: false, amount: "50.00" })).body).toMatchObject({
      message: "Invalid refund amount.",
    });
  });
});
