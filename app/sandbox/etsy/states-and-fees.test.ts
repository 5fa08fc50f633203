/** A listing's states, and where each change between them costs the seller money. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openShop, type SimulatedShop } from "./simulated-shop.ts";

let shop: SimulatedShop;
beforeEach(async () => {
  shop = await openShop(2);
});
afterEach(() => shop.stop());

const goods = () => shop.sandbox.world().simple.find((item) => item.account === 2)!;
const patch = (sku: string, fields: Record<string, string>) =>
  shop.send("PATCH", `/shops/${shop.shopId}/listings/${shop.listingId(sku)}`, new URLSearchParams(fields));
const topics = () => shop.queued.map((delivery) => delivery.topic);

describe("updateListing", () => {
  it("takes forms only", async () => {
    const path = `/shops/${shop.shopId}/listings/${shop.listingId(goods().sku)}`;
    expect((await shop.send("PATCH", path, { state: "inactive" })).status).toBe(400);
    expect(shop.shown(goods().sku).active).toBe(true);
  });

  it("to inactive and back is free within four months, and keeps the quantity", async () => {
    const { sku, quantity } = goods();
    expect((await patch(sku, { state: "inactive" })).body).toMatchObject({ state: "inactive", quantity });
    expect(shop.shown(sku)).toEqual({ quantity: 0, active: false });
    expect((await patch(sku, { state: "active" })).body).toMatchObject({ state: "active", quantity });
    expect(shop.simulator.fees(2)).toEqual({ renewals: 0, usdMinor: 0 });
  });

  it("back to active after four months renews for the fee", async () => {
    const { sku } = goods();
    await patch(sku, { state: "inactive" });
    shop.advance(100 * 24 * 3_600_000);
    shop.tokens.accessToken = (shop.simulator.credentials(2).credentials as { accessToken: string }).accessToken;
    expect((await patch(sku, { state: "active" })).status).toBe(200);
    expect(shop.simulator.fees(2)).toEqual({ renewals: 1, usdMinor: 20 });
  });

  it("sold_out to active puts exactly one unit on sale and costs the fee", async () => {
    expect((await patch("ODD-SOLD", { state: "active" })).body).toMatchObject({ state: "active", quantity: 1 });
    expect(shop.simulator.fees(2)).toEqual({ renewals: 1, usdMinor: 20 });
  });

  it("a sold_out listing takes neither PATCH to inactive (issue 538) nor PUT", async () => {
    expect((await patch("ODD-SOLD", { state: "inactive" })).body).toEqual({ error: "quantity cannot be empty" });
    const inventory = { products: [{ sku: "ODD-SOLD", offerings: [{ price: 22, quantity: 3, is_enabled: true, readiness_state_id: 0 }] }] };
    expect((await shop.send("PUT", `/listings/${shop.listingId("ODD-SOLD")}/inventory`, inventory)).status).toBe(400);
  });

  it.each(["sold_out", "draft", "gone"])("does not set the state %s", async (state) => {
    expect((await patch(goods().sku, { state })).status).toBe(400);
  });
});

describe("events", () => {
  it("a manual edit of a number sends none, unless it reaches zero", () => {
    const { sku } = goods();
    shop.simulator.setStock(2, { sku, quantity: 5 });
    expect(topics()).toEqual([]);
    shop.simulator.setStock(2, { sku, quantity: 0 });
    expect(topics()).toEqual(["listing.updated", "inventory.updated", "inventory.out_of_stock"]);
    expect(shop.shown(sku)).toEqual({ quantity: 0, active: false });
  });

  it("a sale sends order.paid, a cancel order.canceled, shipping order.shipped, a refund nothing", () => {
    const { sku } = goods();
    const { id } = shop.simulator.placeOrder(2, { lines: [{ sku, quantity: 1 }] });
    shop.simulator.refundOrder(2, id, { lines: [{ sku, quantity: 1 }], restock: false });
    shop.simulator.fulfilOrder(2, id);
    const other = shop.simulator.placeOrder(2, { lines: [{ sku, quantity: 1 }] });
    shop.simulator.cancelOrder(2, other.id, { restock: false });
    expect(topics()).toEqual(["order.paid", "order.shipped", "order.paid", "order.canceled"]);
  });

  it("carry a body of three flat fields and the plan of seven more tries", () => {
    shop.simulator.placeOrder(2, { lines: [{ sku: goods().sku, quantity: 1 }] });
    const delivery = shop.queued[0]!;
    expect(Object.keys(JSON.parse(delivery.body) as object).sort()).toEqual(["event_type", "resource_url", "shop_id"]);
    expect(delivery.retryAfterMs).toEqual([5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000]);
    const again = [delivery.sign(delivery.body, "good"), delivery.sign(delivery.body, "good")];
    expect(again[0]).toEqual(again[1]);
  });

  it("a price change is told, with the number it carries along untold", async () => {
    const { sku, priceMinor, quantity } = goods();
    const { body } = await shop.get(`/listings/${shop.listingId(sku)}/inventory`);
    const [product] = body.products as { offerings: { readiness_state_id: number }[] }[];
    const offering = {
      price: (priceMinor + 100) / 100,
      quantity: quantity - 1,
      is_enabled: true,
      readiness_state_id: product!.offerings[0]!.readiness_state_id,
    };
    await shop.send("PUT", `/listings/${shop.listingId(sku)}/inventory`, { products: [{ sku, offerings: [offering] }] });
    expect(topics()).toEqual(["inventory.updated"]);
  });
});

describe("the seller's hand after a cancel", () => {
  it("restock: true raises the number by hand; Etsy itself gives nothing back", () => {
    const { sku, quantity } = goods();
    const start = shop.sandbox.desks.etsy!.ground.journal.lastNumber;
    const { id } = shop.simulator.placeOrder(2, { lines: [{ sku, quantity: 2 }] });
    shop.simulator.cancelOrder(2, id, { restock: true });
    const lines = shop.sandbox.desks.etsy!.ground.journal.since(start, "etsy", 2);
    expect(lines.map(({ from, to, by }) => [from, to, by])).toEqual([
      [quantity, quantity - 2, "order"],
      [quantity - 2, quantity, "hand"],
    ]);
  });

  it("restock: false leaves it, and a sold out listing comes back by hand for the fee", () => {
    const { sku, quantity } = goods();
    const { id } = shop.simulator.placeOrder(2, { lines: [{ sku, quantity }] });
    expect(shop.shown(sku)).toEqual({ quantity: 0, active: false });
    shop.simulator.refundOrder(2, id, { lines: [{ sku, quantity: 1 }], restock: false });
    expect(shop.shown(sku).quantity).toBe(0);
    shop.simulator.refundOrder(2, id, { lines: [{ sku, quantity: 1 }], restock: true });
    expect(shop.shown(sku)).toEqual({ quantity: 1, active: true });
    expect(shop.simulator.fees(2).renewals).toBe(1);
  });
});

describe("the control's refusals", () => {
  it("too few, unknown SKUs, second cancels and edits", () => {
    const { sku, quantity } = goods();
    const order = (lines: { sku: string; quantity: number }[]) => () => shop.simulator.placeOrder(2, { lines });
    expect(order([{ sku, quantity: quantity + 1 }])).toThrow(expect.objectContaining({ status: 409 }));
    expect(order([{ sku: "NO-SUCH", quantity: 1 }])).toThrow(expect.objectContaining({ status: 404 }));
    const pool = [
      { sku: "ODD-POOL-RED", quantity: 5 },
      { sku: "ODD-POOL-BLUE", quantity: 5 },
    ];
    expect(order(pool)).toThrow(expect.objectContaining({ status: 409 }));
    expect(shop.shown("ODD-POOL-RED").quantity).toBe(9);
    const { id } = shop.simulator.placeOrder(2, { lines: [{ sku, quantity: 1 }] });
    shop.simulator.cancelOrder(2, id, { restock: false });
    expect(() => shop.simulator.cancelOrder(2, id, { restock: false })).toThrow(expect.objectContaining({ status: 409 }));
    expect(() => shop.simulator.editOrder(2, id, { lines: [] })).toThrow(expect.objectContaining({ status: 409 }));
  });
});

it("a restart of the sandbox meets the same shops, orders and fees", async () => {
  const { sku } = goods();
  shop.simulator.placeOrder(2, { lines: [{ sku, quantity: 2 }] });
  await patch("ODD-SOLD", { state: "active" });
  const before = [shop.simulator.state(2), shop.simulator.fees(2)];
  shop.simulator.load(JSON.parse(JSON.stringify(shop.simulator.save())));
  expect([shop.simulator.state(2), shop.simulator.fees(2)]).toEqual(before);
  expect((await shop.get(`/shops/${shop.shopId}/listings?limit=100`)).status).toBe(200);
});
