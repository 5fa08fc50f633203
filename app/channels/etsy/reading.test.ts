/** Reading numbers and listings when Etsy answers partly, late, or while things move. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { EtsySimulator } from "#app/sandbox/etsy/simulator.ts";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import { collectListings, only } from "../contract/steps.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";
import { etsy } from "./connector.server.ts";

let bed: ChannelBed;

beforeAll(async () => {
  bed = await makeHarness(etsy);
}, 60_000);
afterAll(() => bed.stop());

const simulator = () => bed.simulator() as EtsySimulator;
const callsOf = (operation: string) => bed.trail.filter((entry) => entry.kind === "call" && entry.operation === operation).length;

/** A context whose answers pass through `change` first. */
function tampered(context: ChannelContext, change: (url: URL, text: string, nth: number) => string): ChannelContext {
  let nth = 0;
  return {
    ...context,
    http: async (call) => {
      const answer = await context.http(call);
      return { ...answer, text: change(new URL(call.url), answer.text, ++nth) };
    },
  };
}

describe("one unknown id refuses the whole batch", () => {
  beforeEach(() => bed.reset({ items: 150 }));

  it("and is found by halving, every other number still read", async () => {
    const listings = (await collectListings(bed)).slice(0, 99);
    const refs = [...listings.map((listing) => listing.quantityRef), { key: "999999999", ref: { listingId: 999_999_999 } }];
    bed.trail.length = 0;
    const readings = await bed.channel.readStock(bed.context, refs);
    expect(readings.map((reading) => reading.quantity)).toEqual([...listings.map((listing) => listing.quantity), null]);
    expect(readings[99]).toMatchObject({ key: "999999999", state: "missing" });
    expect(callsOf("getListingsInventoryByListingIds")).toBeLessThanOrEqual(15);
  });

  it("costs one call for a hundred when all are known", async () => {
    const refs = (await collectListings(bed)).slice(0, 100).map((listing) => listing.quantityRef);
    bed.trail.length = 0;
    await bed.channel.readStock(bed.context, refs);
    expect(callsOf("getListingsInventoryByListingIds")).toBe(1);
  });
});

describe("answers with holes", () => {
  beforeEach(() => bed.reset());

  it("a listing left out of a good answer is asked for again, never missing", async () => {
    const refs = (await collectListings(bed)).map((listing) => listing.quantityRef);
    const once = tampered(bed.context, (_url, text, nth) => {
      const answer = JSON.parse(text) as { results: unknown[] };
      return nth === 1 ? JSON.stringify({ ...answer, results: answer.results.slice(3) }) : text;
    });
    const readings = await bed.channel.readStock(once, refs);
    expect(readings.filter((reading) => reading.state === "missing")).toEqual([]);
    expect(readings.every((reading) => typeof reading.quantity === "number")).toBe(true);
  });

  it("an answer without any of them is no answer", async () => {
    const refs = (await collectListings(bed)).slice(0, 3).map((listing) => listing.quantityRef);
    const empty = tampered(bed.context, () => JSON.stringify({ count: 0, results: [] }));
    await expect(bed.channel.readStock(empty, refs)).rejects.toMatchObject({ kind: "unavailable" });
  });

  it("a listing of an unknown shape does not hide the others", async () => {
    const all = await collectListings(bed);
    const odd = tampered(bed.context, (_url, text) => text.replace('"quantity_on_property":[]', '"quantity_on_property":"none"'));
    const listed = await collectListings({ ...bed, context: odd });
    expect(listed.length).toBe(all.length);
    expect(listed.filter((listing) => listing.state === "untracked").length).toBe(1);
    const readings = await bed.channel.readStock(
      odd,
      all.map((listing) => listing.quantityRef),
    );
    expect(readings.filter((reading) => reading.quantity === null).length).toBe(1);
  });

  it("a field that we do not know in an inventory stops the write, not the reading", async () => {
    const [listing] = await collectListings(bed);
    const future = tampered(bed.context, (_url, text) => text.replaceAll('"is_enabled":', '"min_order":2,"is_enabled":'));
    const reading = only(await bed.channel.readStock(future, [listing!.quantityRef]));
    expect(reading.quantity).toBe(listing!.quantity);
    const write = {
      ...listing!.quantityRef,
      from: reading.quantity!,
      to: 1,
      readAt: reading.sentAt,
      idempotencyKey: "k",
      parts: [],
      maySpend: false,
    };
    expect(only(await bed.channel.setStock(future, [write], bed.gate))).toMatchObject({ outcome: "rejected", who: "us" });
    expect(callsOf("updateListingInventory")).toBe(0);
  });

  it("a page cut short is read on, and an empty one in the middle is an error", async () => {
    const all = (await collectListings(bed)).map((listing) => listing.externalId).sort();
    bed.world.faults({ api: { truncatePage: 1 } });
    expect((await collectListings(bed)).map((listing) => listing.externalId).sort()).toEqual(all);
    bed.world.faults({ api: { emptyPage: 1 } });
    await expect(collectListings(bed)).rejects.toBeInstanceOf(ChannelError);
  });
});

describe("offset paging while listings change state", () => {
  it("loses no listing that stays", async () => {
    await bed.reset({ items: 350 });
    const stays = new Set((await collectListings(bed)).map((listing) => listing.externalId));
    const found = new Set<string>();
    let page: string | null = null;
    let nth = 0;
    do {
      const answer = await bed.channel.listListings(bed.context, page);
      for (const listing of answer.listings) found.add(listing.externalId);
      page = answer.nextPage;
      if (++nth > 3) continue;
      // Sold out now: they leave the list of active ones in front of the place where we are.
      for (const listing of answer.listings.slice(0, 5)) {
        stays.delete(listing.externalId);
        bed.world.setByHand(listing.sku!, 0);
      }
      // Even the row that marks our place goes.
      const marker = answer.listings[answer.listings.length - 1]!;
      stays.delete(marker.externalId);
      bed.world.setByHand(marker.sku!, 0);
    } while (page !== null);
    expect([...stays].filter((id) => !found.has(id))).toEqual([]);
  });

  it("reads the state of a listing with its number, so a sale to zero is sold out at once", async () => {
    await bed.reset();
    const { sku, quantity } = bed.world.goods[0]!;
    const { quantityRef } = only((await collectListings(bed)).filter((listing) => listing.sku === sku));
    bed.world.sell([{ sku, quantity }]);
    expect(only(await bed.channel.readStock(bed.context, [quantityRef]))).toMatchObject({ quantity: 0, state: "sold-out" });
  });
});

it("sees an old number for as long as Etsy serves one", async () => {
  await bed.reset();
  const { sku, quantity } = bed.world.goods[0]!;
  const { quantityRef } = only((await collectListings(bed)).filter((listing) => listing.sku === sku));
  bed.world.faults({ api: { staleReadMs: 60_000 } });
  bed.clock.advance(120_000);
  simulator().placeOrder(1, { lines: [{ sku, quantity: 1 }] });
  expect(only(await bed.channel.readStock(bed.context, [quantityRef])).quantity).toBe(quantity);
  bed.clock.advance(61_000);
  expect(only(await bed.channel.readStock(bed.context, [quantityRef])).quantity).toBe(quantity - 1);
});

describe("a shop of more listings than Etsy pages through", () => {
  const READABLE = 150;
  const whole = async () => {
    simulator().options.listCeiling = null;
    return collectListings(bed);
  };
  const walk = async () => {
    const found = new Set<string>();
    let page: string | null = null;
    for (;;) {
      const answer = await bed.channel.listListings(bed.contextOf(1, { listCeiling: READABLE }), page);
      for (const listing of answer.listings) found.add(listing.externalId);
      if (answer.nextPage === null) return { found, ...answer };
      page = answer.nextPage;
    }
  };
  beforeEach(() => bed.reset({ items: 350 }));
  afterEach(() => Object.assign(simulator().options, { listCeiling: null, sections: 0 }));

  it.each(["empty", "refused", "repeats"] as const)(
    "is listed up to the last row that comes, and said to be cut, when what lies behind is %s",
    async (behind) => {
      const all = await whole();
      simulator().options.listCeiling = { rows: READABLE, behind };
      const { found, total, cut } = await walk();
      expect(found.size).toBeGreaterThanOrEqual(READABLE);
      expect(found.size).toBeLessThan(all.length);
      expect(total).toBe(new Set(all.map((one) => one.externalParentId)).size);
      expect(cut).toContain("sections");
    },
  );

  it("is listed whole where each listing stands in a section", async () => {
    const all = await whole();
    simulator().options.listCeiling = { rows: READABLE, behind: "refused" };
    simulator().options.sections = 6;
    const inSections = all.filter((one) => Number(one.externalParentId) % 7 !== 0 || one.state !== "active");
    const { found, cut } = await walk();
    expect(inSections.filter((one) => !found.has(one.externalId))).toEqual([]);
    expect(cut).toBeDefined();
  });

  it("is listed whole and not cut where Etsy pages on after all", async () => {
    const all = await whole();
    const { found, cut } = await walk();
    expect(found.size).toBe(all.length);
    expect(cut).toBeUndefined();
  });
});
