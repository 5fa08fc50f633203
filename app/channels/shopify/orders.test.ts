import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import { lineTotals, readOrder } from "../contract/steps.ts";
import { shopify } from "./connector.server.ts";
import { toOrder, type WholeOrder } from "./order-form.ts";

let bed: ChannelBed;
beforeAll(async () => {
  bed = await makeHarness(shopify);
}, 60_000);
afterAll(() => bed.stop());
beforeEach(() => bed.reset());

const skuOf = (index: number) => bed.world.goods[index]!.sku;

describe("Shopify orders", () => {
  it("trap: an order longer than one page of lines is read to its end", async () => {
    const lines = bed.world.goods.slice(0, 20).map(({ sku }) => ({ sku, quantity: 1 }));
    const order = await readOrder(bed, bed.world.sell(lines));
    expect(order.lines.map((line) => line.sku)).toEqual(lines.map((line) => line.sku));
  });

  it("trap: more refunds, and longer ones, than one page holds are all counted", async () => {
    const lines = bed.world.goods.slice(0, 9).map(({ sku }) => ({ sku, quantity: 4 }));
    const id = bed.world.sell(lines);
    bed.world.refund(
      id,
      lines.map(({ sku }) => ({ sku, quantity: 1 })),
      { restock: false },
    );
    for (let count = 0; count < 3; count++) bed.world.refund(id, [{ sku: skuOf(0), quantity: 1 }]);
    const order = await readOrder(bed, id);
    expect(lineTotals(order, skuOf(0))).toMatchObject({ held: 0, consumed: 1, givenBack: 3 });
    for (const { sku } of lines.slice(1)) expect(lineTotals(order, sku), sku).toMatchObject({ held: 3, consumed: 1, givenBack: 0 });
  });

  it("trap: a line whose product was deleted stays, without a listing", async () => {
    const id = bed.world.sell([{ sku: skuOf(3), quantity: 2 }]);
    bed.world.removeListing(skuOf(3));
    expect((await readOrder(bed, id)).lines[0]).toMatchObject({ listingExternalId: null, sku: skuOf(3), held: 2 });
  });

  it("trap: an untracked product is sold without any number going down", async () => {
    const order = await readOrder(bed, bed.world.sell([{ sku: "GIFT-WRAP", quantity: 3 }]));
    expect(order.lines[0]).toMatchObject({ held: 3, channelDeducted: { min: 0, max: 0 } });
  });

  it("trap: continue selling when out of stock drives the number below zero, and the reading says so", async () => {
    bed.world.sell([{ sku: "PREORDER-LAMP", quantity: 5 }]);
    const { listings } = await bed.channel.listListings(bed.context, null);
    expect(listings.find((each) => each.sku === "PREORDER-LAMP")?.quantity).toBe(-2);
  });

  it("trap: read_orders reaches back sixty days and no further", async () => {
    const day = 86_400_000;
    const now = bed.clock.now().getTime();
    const old = bed.world.sell([{ sku: skuOf(0), quantity: 1 }], new Date(now - 61 * day));
    const recent = bed.world.sell([{ sku: skuOf(0), quantity: 1 }], new Date(now - 59 * day));
    const { orders } = await bed.channel.readOrders(bed.context, { since: new Date(now - 90 * day), page: null });
    expect(orders.map((order) => order.externalId)).toEqual([`gid://shopify/Order/${recent}`]);
    expect(orders.some((order) => order.externalId.endsWith(old))).toBe(false);
    expect(bed.channel.capabilities({}).historyDays).toBe(60);
  });

  it("trap: times have whole seconds; a change within the second of the cursor is found", async () => {
    const second = Math.ceil(bed.clock.now().getTime() / 1000) * 1000;
    bed.clock.advance(second + 100 - bed.clock.now().getTime());
    const id = bed.world.sell([{ sku: skuOf(0), quantity: 1 }]);
    const { orders } = await bed.channel.readOrders(bed.context, { since: new Date(second + 900), page: null });
    expect(orders.map((order) => order.externalId)).toEqual([`gid://shopify/Order/${id}`]);
  });

  it("an order of several hundred changes is found by its newest", async () => {
    const id = bed.world.sell([{ sku: skuOf(0), quantity: 5 }]);
    for (const quantity of [4, 3, 4, 2]) bed.world.edit(id, [{ sku: skuOf(0), quantity }]);
    const order = await readOrder(bed, id);
    expect(lineTotals(order, skuOf(0))).toMatchObject({ held: 2, consumed: 0 });
    expect(bed.world.shown(skuOf(0)).quantity).toBe(bed.world.goods[0]!.quantity - 2);
  });
});

describe("Shopify's order form", () => {
  const whole = (change: Partial<WholeOrder>, line: Partial<WholeOrder["lines"][number]> = {}): WholeOrder => ({
    id: "gid://shopify/Order/1",
    name: "#1001",
    createdAt: "2026-11-01T10:00:00Z",
    updatedAt: "2026-11-01T10:00:00Z",
    cancelledAt: null,
    currencyCode: "JPY",
    displayFinancialStatus: "PENDING",
    displayFulfillmentStatus: "UNFULFILLED",
    lines: [
      {
        id: "gid://shopify/LineItem/1",
        sku: "A",
        name: "A",
        quantity: 3,
        currentQuantity: 3,
        unfulfilledQuantity: 3,
        originalUnitPriceSet: { shopMoney: { amount: "1200.0", currencyCode: "JPY" } },
        variant: { id: "gid://shopify/ProductVariant/1", inventoryItem: { tracked: true } },
        ...line,
      },
    ],
    refundRows: [],
    ...change,
  });
  const now = new Date("2026-11-01T11:00:00Z");

  it("prices of a currency without minor units are not multiplied", () => {
    expect(toOrder(whole({}), now).lines[0]!.unitPriceMinor).toBe(1200);
  });

  it("trap: an unpaid order holds its units as well", () => {
    expect(toOrder(whole({}), now)).toMatchObject({ paid: false, status: "open", lines: [{ held: 3 }] });
  });

  it("trap: a cancelled order without refund rows does not say whether its units came back", () => {
    expect(toOrder(whole({ cancelledAt: "2026-11-01T10:30:00Z" }), now).lines[0]).toMatchObject({
      held: 0,
      consumed: 3,
      returnable: 3,
      channelDeducted: { min: 0, max: 3 },
    });
  });

  it("trap: a refund row that says RETURN but was not restocked gives nothing back", () => {
    const refundRows = [{ quantity: 1, restockType: "RETURN", restocked: false, lineItem: { id: "gid://shopify/LineItem/1" } }];
    expect(
      toOrder(whole({ refundRows, displayFulfillmentStatus: "FULFILLED" }, { currentQuantity: 2, unfulfilledQuantity: 0 }), now),
    ).toMatchObject({
      status: "shipped",
      lines: [{ held: 0, consumed: 3 }],
    });
  });

  it("half shipped: the rest is held", () => {
    const order = toOrder(whole({ displayFulfillmentStatus: "PARTIALLY_FULFILLED" }, { unfulfilledQuantity: 1 }), now);
    expect(order).toMatchObject({ status: "open", lines: [{ held: 1, consumed: 2, channelDeducted: { min: 3, max: 3 } }] });
  });
});
