/** The order feed under shifting pages, and the normal form of what eBay leaves unsaid. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import { ebay } from "./connector.server.ts";
import { type EbayOrder, orderShape, toChannelOrder } from "./order-form.ts";

const at = new Date("2026-11-23T12:00:00.000Z");

function orderOf(more: Partial<EbayOrder>, line: Partial<EbayOrder["lineItems"][number]> = {}): EbayOrder {
  return {
    orderId: "14-1",
    creationDate: at.toISOString(),
    lastModifiedDate: at.toISOString(),
    orderPaymentStatus: "PAID",
    orderFulfillmentStatus: "NOT_STARTED",
    cancelStatus: { cancelState: "NONE_REQUESTED" },
    lineItems: [
      {
        lineItemId: "1",
        legacyItemId: "110000000001",
        sku: "A",
        title: "Thing",
        quantity: 3,
        lineItemFulfillmentStatus: "NOT_STARTED",
        lineItemCost: { value: "30.00", currency: "USD" },
        refunds: [],
        ...line,
      },
    ],
    ...more,
  };
}
const form = (more: Partial<EbayOrder>, line: Partial<EbayOrder["lineItems"][number]> = {}) => {
  const order = toChannelOrder(orderOf(more, line), at);
  const { held, consumed, returnable, channelDeducted } = order.lines[0]!;
  return { status: order.status, paid: order.paid, held, consumed, returnable, deducted: [channelDeducted.min, channelDeducted.max] };
};
const refund = (...values: string[]) => ({ refunds: values.map((value) => ({ amount: { value, currency: "USD" } })) });

describe("order normal form", () => {
  it("unpaid and failed orders hold their units: eBay lowered at commit-to-buy", () => {
    for (const orderPaymentStatus of ["PENDING", "FAILED"])
      expect(form({ orderPaymentStatus })).toEqual({ status: "open", paid: false, held: 3, consumed: 0, returnable: 0, deducted: [3, 3] });
  });

  it("a cancelled order may or may not have gone back: consumed and returnable, deducted 0 to all", () => {
    expect(form({ cancelStatus: { cancelState: "CANCELED" }, orderPaymentStatus: "FULLY_REFUNDED" })).toEqual({
      status: "cancelled",
      paid: true,
      held: 0,
      consumed: 3,
      returnable: 3,
      deducted: [0, 3],
    });
  });

  it("a cancel that is only asked for changes nothing yet", () => {
    expect(form({ cancelStatus: { cancelState: "IN_PROGRESS" } })).toMatchObject({ status: "open", held: 3 });
  });

  it("refunds are money: whole units that it pays for, a courtesy moves none", () => {
    const part = { orderPaymentStatus: "PARTIALLY_REFUNDED" };
    expect(form(part, refund("10.00"))).toMatchObject({ held: 2, consumed: 1, returnable: 1 });
    expect(form(part, refund("10.00", "10.00"))).toMatchObject({ held: 1, consumed: 2, returnable: 2 });
    expect(form(part, refund("4.50"))).toMatchObject({ held: 3, consumed: 0, returnable: 0 });
    expect(form(part, { ...refund("3.33"), lineItemCost: { value: "10.00", currency: "USD" } })).toMatchObject({ held: 2, returnable: 1 });
    expect(form({ orderPaymentStatus: "FULLY_REFUNDED" }, refund("33.00"))).toMatchObject({ status: "refunded", held: 0, returnable: 3 });
  });

  it("a refund after shipping leaves everything consumed", () => {
    const shipped = { orderFulfillmentStatus: "FULFILLED", orderPaymentStatus: "PARTIALLY_REFUNDED" };
    expect(form(shipped, { ...refund("10.00"), lineItemFulfillmentStatus: "FULFILLED" })).toMatchObject({
      status: "shipped",
      held: 0,
      consumed: 3,
      returnable: 1,
    });
  });

  it("a variation is named by item and SKU, or by its specifics", () => {
    const line = {
      legacyVariationId: "61",
      variationAspects: [
        { name: "Size", value: "M" },
        { name: "Color", value: "Red" },
      ],
    };
    const named = (sku: string | undefined) => toChannelOrder(orderOf({}, { ...line, sku }), at).lines[0]!.listingExternalId;
    expect([named("A"), named(undefined), named("  ")]).toEqual([
      "110000000001:A",
      "110000000001:~Color=Red;Size=M",
      "110000000001:~Color=Red;Size=M",
    ]);
  });

  it("nothing but the named fields comes through the shape", () => {
    const raw = { ...orderOf({}), buyer: { username: "BUYERMARK" }, buyerCheckoutNotes: "BUYERMARK" };
    Object.assign(raw.lineItems[0]!, { giftDetails: { message: "BUYERMARK" } });
    expect(JSON.stringify(orderShape.parse(raw))).not.toContain("BUYERMARK");
  });

  it("currencies without decimals keep their units", () => {
    const line = { lineItemCost: { value: "3000", currency: "JPY" } };
    expect(toChannelOrder(orderOf({}, line), at).lines[0]!.unitPriceMinor).toBe(1_000);
  });
});

describe("order feed", () => {
  let bed: ChannelBed;
  beforeAll(async () => {
    bed = await makeHarness(ebay);
  });
  afterAll(() => bed.stop());
  beforeEach(() => bed.reset());
  const sellMany = (count: number) => {
    const ids = [];
    for (const { sku } of bed.world.goods)
      for (let unit = 0; unit < 10 && ids.length < count; unit++) ids.push(bed.world.sell([{ sku, quantity: 1 }]));
    return ids;
  };
  /** Walks the pages, doing something between them. */
  const walk = async (since: Date, between: (page: number) => void) => {
    const seen = new Set<string>();
    let page: string | null = null;
    for (let count = 0; count < 30; count++) {
      const answer = await bed.channel.readOrders(bed.context, { since, page });
      for (const order of answer.orders) seen.add(order.externalId);
      page = answer.nextPage;
      if (page === null) return seen;
      between(count);
    }
    throw new Error("the walk did not end");
  };

  it("orders that change while pages are read shift the rest forward: none is lost", async () => {
    const since = new Date(bed.clock.now().getTime() - 60_000);
    const ids = sellMany(240);
    bed.clock.advance(1_000);
    // More than the overlap of two pages, so that the walk must notice and begin again.
    const seen = await walk(since, (page) => {
      if (page === 0) for (const id of ids.slice(0, 25)) bed.world.fulfil(id);
    });
    expect(ids.filter((id) => !seen.has(id))).toEqual([]);
  });

  it("a page cut short goes on where it ended", async () => {
    const since = new Date(bed.clock.now().getTime() - 60_000);
    const ids = sellMany(20);
    bed.world.faults({ api: { truncatePage: 1 } });
    const seen = await walk(since, () => {});
    expect(ids.filter((id) => !seen.has(id))).toEqual([]);
  });

  it("an empty page that counts orders is no end of the feed", async () => {
    const since = new Date(bed.clock.now().getTime() - 60_000);
    sellMany(3);
    bed.world.faults({ api: { emptyPage: 1 } });
    await expect(bed.channel.readOrders(bed.context, { since, page: null })).rejects.toMatchObject({ kind: "unavailable" });
  });

  it("a cursor in the future or before eBay's memory is bent, not refused", async () => {
    for (const since of [new Date(bed.clock.now().getTime() + 60_000), new Date(0)])
      expect((await bed.channel.readOrders(bed.context, { since, page: null })).orders).toEqual([]);
  });

  it("more than fifty ids take several calls", async () => {
    const ids = sellMany(60);
    bed.trail.length = 0;
    const { orders } = await bed.channel.readOrdersById(bed.context, ids);
    expect(orders.map((order) => order.externalId).sort()).toEqual([...ids].sort());
    expect(bed.trail).toHaveLength(2);
  });
});
