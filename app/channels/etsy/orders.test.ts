/** Receipts that hide, come late, change under our eyes, or are full of the buyer. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EtsySimulator } from "#app/sandbox/etsy/simulator.ts";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import { collectListings, collectOrders, only, readOrder } from "../contract/steps.ts";
import { etsy } from "./connector.server.ts";

let bed: ChannelBed;

beforeAll(async () => {
  bed = await makeHarness(etsy);
}, 60_000);
afterAll(() => bed.stop());
beforeEach(() => bed.reset());

const simulator = () => bed.simulator() as EtsySimulator;
const anHourAgo = () => new Date(bed.clock.now().getTime() - 3_600_000);
const sku = () => bed.world.goods[0]!.sku;

describe("two streams", () => {
  it("cancelled receipts are hidden from the default stream and found by the other", async () => {
    const kept = bed.world.sell([{ sku: sku(), quantity: 1 }]);
    const gone = bed.world.sell([{ sku: sku(), quantity: 1 }]);
    bed.world.cancel(gone, { restock: false });
    const streams = bed.trail.length;
    const orders = await collectOrders(bed, anHourAgo());
    expect(orders.map((order) => [order.externalId, order.status]).sort()).toEqual([
      [kept, "open"],
      [gone, "cancelled"],
    ]);
    expect(bed.trail.length - streams).toBe(2);
  });

  it("asks for the default stream first, so that a cancel in between is never in neither", async () => {
    const id = bed.world.sell([{ sku: sku(), quantity: 1 }]);
    let calls = 0;
    const context = {
      ...bed.context,
      http: async (call: Parameters<typeof bed.context.http>[0]) => {
        if (++calls === 2) bed.world.cancel(id, { restock: false });
        return bed.context.http(call);
      },
    };
    const { orders } = await bed.channel.readOrders(context, { since: anHourAgo(), page: null });
    expect(orders.map((order) => order.status)).toEqual(["open", "cancelled"]);
  });
});

describe("paging by time", () => {
  it("loses no order that changes while the pages are read", async () => {
    const ids: string[] = [];
    for (let count = 0; count < 130; count++) {
      ids.push(bed.world.sell([{ sku: bed.world.goods[count % 13]!.sku, quantity: 1 }]));
      bed.clock.advance(1_000);
    }
    const since = new Date(bed.clock.now().getTime() - 600_000);
    const first = await bed.channel.readOrders(bed.context, { since, page: null });
    expect(first.nextPage).not.toBeNull();
    // The oldest ones change and move to the end: by position, as many unread ones would slip through.
    for (const id of ids.slice(0, 20)) bed.world.fulfil(id);
    const found = new Set(first.orders.map((order) => order.externalId));
    let page = first.nextPage;
    while (page !== null) {
      const answer = await bed.channel.readOrders(bed.context, { since, page });
      for (const order of answer.orders) found.add(order.externalId);
      page = answer.nextPage;
    }
    expect(ids.filter((id) => !found.has(id))).toEqual([]);
  });

  it("gets past more than a page of orders in one second, each once", async () => {
    const base = Math.ceil(bed.clock.now().getTime() / 1000) * 1000;
    bed.clock.advance(base - bed.clock.now().getTime());
    const ids = Array.from(
      { length: 230 },
      (_, count) => simulator().placeOrder(1, { lines: [{ sku: bed.world.goods[count % 20]!.sku, quantity: 1 }] }).id,
    );
    bed.clock.advance(5_000);
    const later = bed.world.sell([{ sku: bed.world.goods[21]!.sku, quantity: 1 }]);
    const orders = await collectOrders(bed, new Date(base - 60_000));
    expect(orders.map((order) => order.externalId).sort()).toEqual([...ids, later].sort());
  });
});

describe("what an order holds", () => {
  it("an order whose payment is still open holds its units, and no webhook told of it", async () => {
    await bed.openDoor();
    const { id } = simulator().placeUnpaidOrder(1, { lines: [{ sku: sku(), quantity: 2 }] });
    expect(await bed.arrived()).toEqual([]);
    const order = await readOrder(bed, id);
    expect(order).toMatchObject({ status: "open", paid: false });
    expect(only(order.lines)).toMatchObject({ held: 2, consumed: 0, channelDeducted: { min: 2, max: 2 } });
    simulator().payOrder(1, id);
    expect((await bed.arrived()).length).toBe(1);
    expect(await readOrder(bed, id)).toMatchObject({ paid: true });
  });

  it("a partial refund names money only: the units stay where they are and all of them may come back", async () => {
    const id = bed.world.sell([{ sku: sku(), quantity: 3 }]);
    bed.world.refund(id, [{ sku: sku(), quantity: 1 }], { restock: false });
    const order = await readOrder(bed, id);
    expect(order.status).toBe("open");
    expect(only(order.lines)).toMatchObject({ held: 3, consumed: 0, returnable: 3 });
    bed.world.fulfil(id);
    expect(only((await readOrder(bed, id)).lines)).toMatchObject({ held: 0, consumed: 3, returnable: 3 });
  });

  it("a cancel gives nothing back by itself: consumed, and returnable", async () => {
    const id = bed.world.sell([{ sku: sku(), quantity: 2 }]);
    bed.world.cancel(id, { restock: false });
    expect(only((await readOrder(bed, id)).lines)).toMatchObject({ held: 0, consumed: 2, returnable: 2, channelDeducted: { max: 2 } });
  });

  it("names a deleted listing's SKU though nothing is listed under it any more", async () => {
    const id = bed.world.sell([{ sku: sku(), quantity: 1 }]);
    bed.world.removeListing(sku());
    expect(only((await readOrder(bed, id)).lines)).toMatchObject({ sku: sku(), held: 1 });
  });

  it("takes no word of what the buyer typed as personalization", async () => {
    const pair = (await collectListings(bed)).find((listing) => listing.externalId.includes(":"))!;
    const id = bed.world.sell([{ sku: pair.sku!, quantity: 1 }]);
    const order = await readOrder(bed, id);
    expect(only(order.lines).listingExternalId).toBe(pair.externalId);
    expect(bed.buyerSightings()).toBeGreaterThan(0);
    expect(JSON.stringify(order)).not.toContain("BUYERMARK");
  });
});

it("a refund that does not move the receipt's time (issues 604, 629) is seen only by asking for that receipt", async () => {
  const id = bed.world.sell([{ sku: sku(), quantity: 1 }]);
  bed.clock.advance(10_000);
  const cursor = bed.clock.now();
  bed.clock.advance(10_000);
  simulator().options.refundsMoveTime = false;
  bed.world.refund(id, [{ sku: sku(), quantity: 1 }], { restock: false });
  expect(await collectOrders(bed, cursor)).toEqual([]);
  const { orders } = await bed.channel.readOrdersById(bed.context, [id]);
  expect(only(orders).status).toBe("refunded");
});
