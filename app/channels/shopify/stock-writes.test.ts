import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { StockReading } from "#app/domain/channel-words.ts";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import { readOf, writeFrom } from "../contract/steps.ts";
import type { StockWrite } from "../port.ts";
import { shopify } from "./connector.server.ts";

let bed: ChannelBed;
beforeAll(async () => {
  bed = await makeHarness(shopify);
}, 60_000);
afterAll(() => bed.stop());
beforeEach(() => bed.reset());

const skuOf = (index: number) => bed.world.goods[index]!.sku;
const readingOf = async (sku: string): Promise<StockReading> => (await readOf(bed, [sku]))[0]!;
const write = (reading: StockReading, parts: StockWrite["parts"]): StockWrite => ({
  ...writeFrom(
    bed,
    reading,
    parts.reduce((sum, part) => sum + part.to, 0),
  ),
  parts,
});
const sends = () => bed.trail.filter((entry) => entry.kind === "call" && entry.operation === "inventorySetQuantities").length;

describe("Shopify stock writes", () => {
  it("trap: one stale row fails the whole call; the others go through in a second one under a new key", async () => {
    const readings = await readOf(bed, [skuOf(0), skuOf(1), skuOf(2)]);
    bed.world.sell([{ sku: skuOf(1), quantity: 1 }]);
    bed.trail.length = 0;
    const results = await bed.channel.setStock(
      bed.context,
      readings.map((each) => writeFrom(bed, each, (each.quantity ?? 0) - 3)),
      bed.gate,
    );
    expect(results.map((each) => each.outcome)).toEqual(["confirmed", "conflict", "confirmed"]);
    expect(results[1]).toMatchObject({ reading: { quantity: bed.world.goods[1]!.quantity - 1 } });
    expect(sends()).toBe(2);
    expect(bed.world.shown(skuOf(1)).quantity).toBe(bed.world.goods[1]!.quantity - 1);
  });

  it("trap: a number over two locations is changed location by location, each compared", async () => {
    const reading = await readingOf(skuOf(0));
    expect(reading.parts).toHaveLength(2);
    const [main, shop] = [...reading.parts].sort((a, b) => b.quantity - a.quantity);
    expect(shop!.quantity).toBeGreaterThan(0);
    const parts = [
      { locationId: main!.locationId, from: main!.quantity, to: 1 },
      { locationId: shop!.locationId, from: shop!.quantity, to: 0 },
    ];
    const [result] = await bed.channel.setStock(bed.context, [write(reading, parts)], bed.gate);
    expect(result).toMatchObject({ outcome: "confirmed", quantity: 1 });
    expect((await readingOf(skuOf(0))).parts.map((part) => part.quantity).sort()).toEqual([0, 1]);
  });

  it("trap: a sale at the other location is caught, since unchanged places are compared as well", async () => {
    const reading = await readingOf(skuOf(0));
    const [main, shop] = [...reading.parts].sort((a, b) => b.quantity - a.quantity);
    // More than the shop has and as much as the main place can give whole: the sale is taken from the main place.
    bed.world.sell([{ sku: skuOf(0), quantity: 1 }]);
    const parts = [
      { locationId: shop!.locationId, from: shop!.quantity, to: 0 },
      { locationId: main!.locationId, from: main!.quantity, to: main!.quantity },
    ];
    const [result] = await bed.channel.setStock(bed.context, [write(reading, parts)], bed.gate);
    expect(result!.outcome).toBe("conflict");
    expect(bed.world.journal().filter((line) => line.by === "api")).toEqual([]);
  });

  it("trap: a fulfilment service's location is read by nobody as ours and never written", async () => {
    const listings = (await bed.channel.listListings(bed.context, null)).listings;
    const partner = listings.find((each) => each.sku === "PARTNER-MUG")!;
    expect(partner).toMatchObject({ quantity: null, parts: [] });
    expect(partner.problems.map((each) => each.kind)).toEqual(["not-stocked"]);
    const locations = (await bed.channel.listLocations?.(bed.context)) ?? [];
    expect(locations.filter((each) => each.fulfilmentService)).toHaveLength(1);
  });

  it("trap: oddities of the shop are named before anyone writes", async () => {
    const { listings } = await bed.channel.listListings(bed.context, null);
    const problemsOf = (sku: string | null) => listings.find((each) => each.sku === sku)!.problems.map((each) => each.kind);
    expect(problemsOf("PREORDER-LAMP")).toEqual(["oversell-allowed"]);
    expect(problemsOf("GIFT-WRAP")).toEqual(["untracked"]);
    expect(problemsOf("NEW-UNSTOCKED")).toEqual(["not-stocked"]);
    expect(problemsOf(null)).toEqual(["no-sku"]);
    expect(problemsOf(skuOf(0))).toEqual([]);
  });

  it("trap: an item that is not stocked at the location is the seller's to solve, and the batch goes on", async () => {
    const { listings } = await bed.channel.listListings(bed.context, null);
    const [main] = (await bed.channel.listLocations?.(bed.context)) ?? [];
    const unstocked = listings.find((each) => each.sku === "NEW-UNSTOCKED")!;
    const good = await readingOf(skuOf(0));
    const bad: StockWrite = { ...writeFrom(bed, good, 3), key: unstocked.quantityRef.key, ref: unstocked.quantityRef.ref };
    bad.parts = [{ locationId: main!.externalId, from: 0, to: 3 }];
    const results = await bed.channel.setStock(bed.context, [bad, writeFrom(bed, good, 5)], bed.gate);
    expect(results[0]).toMatchObject({ outcome: "rejected", who: "seller", code: "INVALID_LOCATION" });
    expect(results[1]).toMatchObject({ outcome: "confirmed", quantity: 5 });
  });

  it("trap: a key whose attempt failed is spent; the same write again is a conflict, not a loop", async () => {
    const reading = await readingOf(skuOf(0));
    const stale = writeFrom(bed, reading, 1, (reading.quantity ?? 0) + 5);
    expect((await bed.channel.setStock(bed.context, [stale], bed.gate))[0]!.outcome).toBe("conflict");
    const again = await bed.channel.setStock(bed.context, [stale], bed.gate);
    expect(again[0]).toMatchObject({ outcome: "conflict", reading: { quantity: reading.quantity } });
    expect(bed.world.journal()).toEqual([]);
  });

  it("trap: a draft product stays a draft in what a write confirms", async () => {
    const reading = await readingOf(skuOf(0));
    const saved = bed.simulator().save() as { shops: { account: number; products: { title: string; status: string }[] }[] };
    for (const shop of saved.shops) for (const product of shop.products) product.status = "DRAFT";
    bed.simulator().load(saved);
    const [result] = await bed.channel.setStock(bed.context, [writeFrom(bed, reading, 4)], bed.gate);
    expect(result).toMatchObject({ outcome: "confirmed", quantity: 4, state: "draft" });
  });

  it("trap: Shopify takes 250 rows a call; more are split, and every write is answered", async () => {
    await bed.reset({ items: 300 });
    const skus = bed.world.goods.map((good) => good.sku);
    const readings = (await readOf(bed, skus)).map((each) => ({ ...each, quantity: each.quantity ?? 0 }));
    bed.trail.length = 0;
    const results = await bed.channel.setStock(
      bed.context,
      readings.map((each) => writeFrom(bed, each, 0)),
      bed.gate,
    );
    expect(results.filter((each) => each.outcome === "confirmed")).toHaveLength(300);
    // Every good stands at two places, so 300 writes are 600 rows.
    expect(sends()).toBe(3);
    expect(bed.world.listings().filter((each) => skus.includes(each.sku) && each.quantity !== 0)).toEqual([]);
  });

  it("trap: points run out in the middle of a batch: what was not sent says so, what was sent stays proved", async () => {
    await bed.reset({ items: 300 });
    const readings = await readOf(
      bed,
      bed.world.goods.map((good) => good.sku),
    );
    let asked = 0;
    const results = await bed.channel.setStock(
      bed.context,
      readings.map((each) => writeFrom(bed, each, 1)),
      async (imminent) => {
        if (++asked === 2) bed.world.faults({ api: { throttle: 1 } });
        return bed.gate(imminent);
      },
    );
    bed.world.faults();
    const outcomes = new Set(results.map((each) => each.outcome));
    expect(outcomes).toEqual(new Set(["confirmed", "not-sent"]));
    for (const [index, result] of results.entries()) {
      const shown = bed.world.shown(skuOf(index)).quantity;
      expect(shown).toBe(result.outcome === "confirmed" ? 1 : bed.world.goods[index]!.quantity);
    }
  });

  it("chosen locations alone count, in the seller's order", async () => {
    const reading = await readingOf(skuOf(0));
    const [first, second] = reading.parts;
    const choose = (counted: string[]) => ({
      ...bed.context.settings,
      locations: reading.parts.map(({ locationId }) => ({
        externalId: locationId,
        counted: counted.includes(locationId),
        receiving: locationId === counted[0],
        rank: counted.indexOf(locationId),
        fulfilmentService: false,
      })),
    });
    const read = async (counted: string[]) => {
      const context = { ...bed.context, settings: choose(counted) };
      return (await bed.channel.readStock(context, [{ key: reading.key, ref: reading.ref ?? {} }]))[0]!;
    };
    expect(await read([second!.locationId])).toMatchObject({ quantity: second!.quantity, parts: [second] });
    const both = await read([second!.locationId, first!.locationId]);
    expect(both.parts).toEqual([second, first]);
    expect(both.quantity).toBe(reading.quantity);
  });
});
