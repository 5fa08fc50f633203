/** Orders as state: the feed, its cursor, and the normal form of every kind of change. */
import { expect, it } from "vitest";
import { type Bed, collectOrders, isOrder, lineTotals, listingsOf, readOrder } from "./steps.ts";

const MINUTE_MS = 60_000;

export function orderContract(bed: Bed): void {
  /** One order of two units of the first good. */
  const sellTwo = () => {
    const { sku } = bed().world.goods[0]!;
    return { sku, id: bed().world.sell([{ sku, quantity: 2 }]) };
  };

  it("a sale is held, and lowered by the channel itself", async () => {
    const b = bed();
    const { sku, id } = sellTwo();
    const order = await readOrder(b, id);
    expect(order.status).toBe("open");
    expect(lineTotals(order, sku)).toEqual({
      lines: 1,
      quantity: 2,
      held: 2,
      consumed: 0,
      returnable: 0,
      givenBack: 0,
      deductedMin: 2,
      deductedMax: 2,
    });
    expect(b.world.shown(sku).quantity).toBe(b.world.goods[0]!.quantity - 2);
  });

  it("an order names its number, times, currency, price and the listing as listListings does", async () => {
    const b = bed();
    const good = b.world.goods[0]!;
    const [listing] = await listingsOf(b, [good.sku]);
    const before = b.clock.now().getTime();
    const { id } = sellTwo();
    const order = await readOrder(b, id);
    expect(order.number).not.toBe("");
    expect(order.currency).toMatch(/^[A-Z]{3}$/);
    expect(order.lines[0]).toMatchObject({ listingExternalId: listing!.externalId, sku: good.sku, unitPriceMinor: good.priceMinor });
    // Some platforms keep whole seconds only.
    expect(Math.abs(order.placedAt.getTime() - before)).toBeLessThan(5_000);
    expect(Math.abs(order.updatedAt.getTime() - before)).toBeLessThan(5_000);
    expect(order.observedAt.getTime()).toBeGreaterThanOrEqual(before);
  });

  it("an order of several goods holds each of them once", async () => {
    const b = bed();
    const lines = b.world.goods.slice(0, 3).map(({ sku }, index) => ({ sku, quantity: index + 1 }));
    const order = await readOrder(b, b.world.sell(lines));
    expect(order.lines.map(({ sku, held }) => ({ sku, quantity: held })).sort((x, y) => x.quantity - y.quantity)).toEqual(lines);
    expect(new Set(order.lines.map((line) => line.externalId)).size).toBe(3);
  });

  it("shipped units are consumed", async () => {
    const { sku, id } = sellTwo();
    bed().world.fulfil(id);
    const order = await readOrder(bed(), id);
    expect(order.status).toBe("shipped");
    expect(lineTotals(order, sku)).toMatchObject({ held: 0, consumed: 2, givenBack: 0, returnable: 0 });
  });

  it("a cancel with restock gives back, or leaves the return to be seen on the shelf", async () => {
    const b = bed();
    const { sku, id } = sellTwo();
    b.world.cancel(id);
    const order = await readOrder(b, id);
    expect(order.status).toBe("cancelled");
    const byRise = b.channel.capabilities(b.context.settings).returnsShowAsRise;
    expect(lineTotals(order, sku)).toMatchObject(
      byRise ? { held: 0, consumed: 2, returnable: 2, givenBack: 0 } : { held: 0, consumed: 0, returnable: 0, givenBack: 2 },
    );
    await b.arrived();
    expect(b.world.shown(sku).quantity).toBe(b.world.goods[0]!.quantity);
  });

  it("a cancel without restock gives nothing back, where the platform can do that", async () => {
    const b = bed();
    const { sku, id } = sellTwo();
    b.world.cancel(id, { restock: false });
    const order = await readOrder(b, id);
    const totals = lineTotals(order, sku);
    expect(totals.held).toBe(0);
    if (b.traits.cancelsWithoutRestock) {
      expect(totals).toMatchObject({ consumed: 2, givenBack: 0 });
      expect(b.world.shown(sku).quantity).toBe(b.world.goods[0]!.quantity - 2);
    } else {
      // The platform puts the units back whatever was wanted, and the order says so.
      expect(totals.consumed + totals.givenBack).toBe(2);
    }
  });

  it("a refund of one unit with restock gives one back, or says that one may come back", async () => {
    const b = bed();
    const { sku, id } = sellTwo();
    b.world.refund(id, [{ sku, quantity: 1 }]);
    const totals = lineTotals(await readOrder(b, id), sku);
    if (b.traits.refundsNameUnits) expect(totals).toMatchObject({ held: 1, consumed: 0, givenBack: 1 });
    else {
      expect(totals.givenBack).toBe(0);
      expect(totals.held + totals.consumed).toBe(2);
      expect(totals.returnable).toBeGreaterThanOrEqual(1);
      expect(totals.returnable).toBeLessThanOrEqual(2);
    }
  });

  it("a refund without restock gives nothing back", async () => {
    const b = bed();
    const { sku, id } = sellTwo();
    b.world.refund(id, [{ sku, quantity: 1 }], { restock: false });
    const totals = lineTotals(await readOrder(b, id), sku);
    expect(totals.givenBack).toBe(0);
    expect(totals.held + totals.consumed).toBe(2);
    expect(b.world.shown(sku).quantity).toBe(b.world.goods[0]!.quantity - 2);
  });

  it("a full refund with restock leaves nothing held", async () => {
    const b = bed();
    const { sku, id } = sellTwo();
    b.world.refund(id, [{ sku, quantity: 2 }]);
    const order = await readOrder(b, id);
    expect(["refunded", "cancelled"]).toContain(order.status);
    const totals = lineTotals(order, sku);
    expect(totals.held).toBe(0);
    expect(b.traits.refundsNameUnits ? totals.givenBack : totals.returnable).toBe(2);
  });

  it("an edited order holds what it says now, or cannot be edited", async () => {
    const b = bed();
    const { sku, id } = sellTwo();
    if (!b.traits.editsOrders) {
      expect(() => b.world.edit(id, [{ sku, quantity: 3 }])).toThrow();
      return;
    }
    const other = b.world.goods[1]!.sku;
    b.world.edit(id, [
      { sku, quantity: 1 },
      { sku: other, quantity: 2 },
    ]);
    const order = await readOrder(b, id);
    expect(lineTotals(order, sku)).toMatchObject({ held: 1, consumed: 0 });
    expect(lineTotals(order, other)).toMatchObject({ held: 2, consumed: 0 });
    expect(b.world.shown(sku).quantity).toBe(b.world.goods[0]!.quantity - 1);
    expect(b.world.shown(other).quantity).toBe(b.world.goods[1]!.quantity - 2);
  });

  it("held, consumed and given back always add up, whatever happens to an order", async () => {
    const b = bed();
    const { sku, id } = sellTwo();
    const steps = [
      () => b.world.refund(id, [{ sku, quantity: 1 }]),
      () => b.world.fulfil(id),
      () => b.world.refund(id, [{ sku, quantity: 1 }]),
    ];
    for (const step of steps) {
      b.clock.advance(2_000);
      step();
      const totals = lineTotals(await readOrder(b, id), sku);
      for (const part of [totals.held, totals.consumed, totals.givenBack, totals.returnable, totals.deductedMin])
        expect(part).toBeGreaterThanOrEqual(0);
      expect(totals.held + totals.consumed + totals.givenBack).toBe(totals.quantity);
      expect(totals.returnable).toBeLessThanOrEqual(totals.quantity);
      expect(totals.deductedMin).toBeLessThanOrEqual(totals.deductedMax);
    }
  });

  it("the feed loses no order over many pages", async () => {
    const b = bed();
    const since = new Date(b.clock.now().getTime() - MINUTE_MS);
    const placed: string[] = [];
    for (const good of b.world.goods) for (let unit = 0; unit < 10; unit++) placed.push(b.world.sell([{ sku: good.sku, quantity: 1 }]));
    const read = await collectOrders(b, since);
    expect(placed.filter((id) => !read.some((order) => isOrder(order.externalId, id)))).toEqual([]);
    expect(placed).toHaveLength(240);
  });

  it("an order page can be asked again by its cursor", async () => {
    const b = bed();
    const since = new Date(b.clock.now().getTime() - MINUTE_MS);
    for (const good of b.world.goods) for (let unit = 0; unit < 10; unit++) b.world.sell([{ sku: good.sku, quantity: 1 }]);
    const first = await b.channel.readOrders(b.context, { since, page: null });
    expect(first.nextPage).not.toBeNull();
    const once = await b.channel.readOrders(b.context, { since, page: first.nextPage });
    const again = await b.channel.readOrders(b.context, { since, page: first.nextPage });
    expect(again.orders.map((order) => order.externalId)).toEqual(once.orders.map((order) => order.externalId));
  });

  it("a change of an old order brings it back into the feed, oldest change first", async () => {
    const b = bed();
    const { id: first } = sellTwo();
    const { id: second } = sellTwo();
    b.clock.advance(10 * MINUTE_MS);
    const since = b.clock.now();
    b.clock.advance(2_000);
    b.world.fulfil(second);
    b.clock.advance(2_000);
    b.world.fulfil(first);
    const read = (await collectOrders(b, since)).filter((order) => isOrder(order.externalId, first) || isOrder(order.externalId, second));
    expect(read.map((order) => isOrder(order.externalId, second))).toEqual([true, false]);
  });

  it("a cancelled order comes through the feed by its change alone", async () => {
    const b = bed();
    const { id } = sellTwo();
    b.clock.advance(10 * MINUTE_MS);
    const since = b.clock.now();
    b.clock.advance(2_000);
    b.world.cancel(id);
    expect((await readOrder(b, id, since)).status).toBe("cancelled");
  });

  it("orders are found by their ids, and an unknown id is simply not there", async () => {
    const b = bed();
    const sold = [sellTwo().id, sellTwo().id, sellTwo().id];
    const ids = (await collectOrders(b, new Date(b.clock.now().getTime() - MINUTE_MS))).map((order) => order.externalId);
    const { orders, nextPage } = await b.channel.readOrdersById(b.context, [ids[0]!.replace(/\d/g, "9"), ...ids]);
    expect(nextPage).toBeNull();
    expect(orders.map((order) => order.externalId).sort()).toEqual([...ids].sort());
    expect(sold.every((id) => ids.some((externalId) => isOrder(externalId, id)))).toBe(true);
  });

  it("reading an order twice gives the same snapshot", async () => {
    const b = bed();
    const { id } = sellTwo();
    const first = await readOrder(b, id);
    const { orders } = await b.channel.readOrdersById(b.context, [first.externalId]);
    expect({ ...orders[0], observedAt: null }).toEqual({ ...first, observedAt: null });
  });

  it("an order feed that lags shows the order later, not never", async () => {
    const b = bed();
    b.world.faults({ api: { orderLagMs: 5 * MINUTE_MS } });
    const since = new Date(b.clock.now().getTime() - MINUTE_MS);
    const { id } = sellTwo();
    expect((await collectOrders(b, since)).filter((order) => isOrder(order.externalId, id))).toEqual([]);
    b.clock.advance(6 * MINUTE_MS);
    expect((await readOrder(b, id, since)).status).toBe("open");
  });

  it("buyers' data is in what the platform sends and in nothing that comes out", async () => {
    const b = bed();
    await b.openDoor();
    const { id } = sellTwo();
    b.world.fulfil(id);
    const order = await readOrder(b, id);
    const verified = await Promise.all((await b.arrived()).map((delivery) => b.channel.verify(delivery, b.verifyKeys())));
    expect(b.buyerSightings()).toBeGreaterThan(0);
    expect(JSON.stringify([order, verified])).not.toContain("BUYERMARK");
  });
}
