/** Etsy's API cannot set a whole listing to zero, and brings a sold out one back only for money. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "#app/domain/channel-words.ts";
import type { EtsySimulator } from "#app/sandbox/etsy/simulator.ts";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import { collectListings, only } from "../contract/steps.ts";
import type { StockWrite, WriteGate, WriteResult } from "../port.ts";
import { etsy } from "./connector.server.ts";

const DAY_MS = 24 * 3_600_000;

let bed: ChannelBed;
let second: ChannelBed;
let journalStart = 0;

beforeAll(async () => {
  bed = await makeHarness(etsy);
}, 60_000);
afterAll(() => bed.stop());
beforeEach(async () => {
  await bed.reset();
  second = { ...bed, context: bed.contextOf(2) };
  journalStart = bed.sandbox.desks.etsy!.ground.journal.lastNumber;
});

const simulator = () => bed.simulator() as EtsySimulator;
const shown = (sku: string) =>
  only(
    simulator()
      .state(2)
      .listings.filter((listing) => listing.sku === sku),
  );
const addressOf = async (sku: string) => only((await collectListings(second)).filter((listing) => listing.sku === sku)).quantityRef;
const goods = () => bed.sandbox.world().simple.find((item) => item.account === 2)!.sku;
const journal = () => bed.sandbox.desks.etsy!.ground.journal.since(journalStart, "etsy", 2);
const calls = () => bed.trail.flatMap((entry) => (entry.kind === "call" && entry.changes ? [entry.operation] : []));

/** Passes everything; `then` runs between the connector's reading and its changing call. */
const gateAnd =
  (then: () => void): WriteGate =>
  async (imminent) => {
    then();
    return new Set(imminent.map(({ key }) => key));
  };

async function write(
  address: { key: string; ref: JsonObject },
  from: number,
  to: number,
  more: { maySpend?: boolean; gate?: WriteGate } = {},
): Promise<WriteResult> {
  const wanted: StockWrite = {
    ...address,
    from,
    to,
    readAt: bed.clock.now(),
    idempotencyKey: "test",
    parts: [],
    maySpend: more.maySpend ?? false,
  };
  return only(await bed.channel.setStock(second.context, [wanted], more.gate ?? bed.gate));
}

const readBack = async (address: { key: string; ref: JsonObject }) => only(await bed.channel.readStock(second.context, [address]));

describe("nothing left", () => {
  it("takes the listing off sale and says that it was us", async () => {
    const address = await addressOf(goods());
    const before = shown(goods()).quantity;
    const result = await write(address, before, 0);
    expect(result).toMatchObject({
      outcome: "confirmed",
      quantity: 0,
      state: "inactive",
      note: "deactivated-by-us",
      ref: { deactivatedByUs: true },
    });
    expect(shown(goods())).toMatchObject({ quantity: 0, active: false });
    expect(calls()).toEqual(["updateListing"]);
  });

  it("reads as zero afterwards, and an unchanged zero costs no changing call", async () => {
    const address = await addressOf(goods());
    const down = await write(address, shown(goods()).quantity, 0);
    const ours = { ...address, ref: down.outcome === "confirmed" ? down.ref! : {} };
    expect(await readBack(ours)).toMatchObject({ quantity: 0, state: "inactive" });
    bed.trail.length = 0;
    expect(await write(ours, 0, 0)).toMatchObject({ outcome: "confirmed", quantity: 0, state: "inactive" });
    expect(calls()).toEqual([]);
  });

  it("comes back for free, numbers first", async () => {
    const address = await addressOf(goods());
    const down = await write(address, shown(goods()).quantity, 0);
    const ours = { ...address, ref: down.outcome === "confirmed" ? down.ref! : {} };
    bed.trail.length = 0;
    const up = await write(ours, 0, 3);
    expect(up).toMatchObject({ outcome: "confirmed", quantity: 3, state: "active", ref: { deactivatedByUs: false } });
    expect(calls()).toEqual(["updateListingInventory", "updateListing"]);
    expect(shown(goods())).toMatchObject({ quantity: 3, active: true });
    expect(simulator().fees(2)).toEqual({ renewals: 0, usdMinor: 0 });
  });

  it("never shows the quantity that was left behind while it comes back", async () => {
    const [red, large] = [await addressOf("ODD-ALL-A"), await addressOf("ODD-ALL-B")];
    const writes = [
      { ...red, from: 5, to: 0 },
      { ...large, from: 3, to: 0 },
    ].map((one): StockWrite => ({ ...one, readAt: bed.clock.now(), idempotencyKey: one.key, parts: [], maySpend: false }));
    const down = await bed.channel.setStock(second.context, writes, bed.gate);
    expect(down.map((result) => result.outcome === "confirmed" && result.note)).toEqual(["deactivated-by-us", "deactivated-by-us"]);
    const ours = { ...red, ref: { ...red.ref, deactivatedByUs: true } };
    expect(await write(ours, 0, 2)).toMatchObject({ outcome: "confirmed", quantity: 2 });
    expect([shown("ODD-ALL-A").quantity, shown("ODD-ALL-B").quantity]).toEqual([2, 0]);
    expect(
      journal()
        .filter((line) => line.sku === "ODD-ALL-B")
        .map((line) => line.to),
    ).toEqual([0]);
  });

  it("is a plain zero for one variation of several", async () => {
    const red = await addressOf("ODD-ALL-A");
    expect(await write(red, 5, 0)).toMatchObject({ outcome: "confirmed", quantity: 0, state: "active" });
    expect(calls()).toEqual(["updateListingInventory"]);
  });

  it("stays down when the gate closes between numbers and going on sale", async () => {
    const address = await addressOf(goods());
    const down = await write(address, shown(goods()).quantity, 0);
    const ours = { ...address, ref: down.outcome === "confirmed" ? down.ref! : {} };
    let asked = 0;
    const gate: WriteGate = async (imminent) => (++asked === 1 ? new Set(imminent.map(({ key }) => key)) : new Set());
    expect(await write(ours, 0, 3, { gate })).toMatchObject({ outcome: "not-sent" });
    expect(asked).toBe(2);
    expect(shown(goods())).toMatchObject({ quantity: 0, active: false });
  });

  it("heals a sibling's address in the same reading", async () => {
    const [red, large] = [await addressOf("ODD-ALL-A"), await addressOf("ODD-ALL-B")];
    await write(large, 3, 0);
    const down = await write(red, 5, 0);
    const ours = { ...red, ref: down.outcome === "confirmed" ? down.ref! : {} };
    const readings = await bed.channel.readStock(second.context, [ours, large]);
    expect(readings.map((reading) => reading.quantity)).toEqual([0, 0]);
    expect(readings[1]?.ref).toEqual({ ...large.ref, deactivatedByUs: true });
  });

  it("forgets its own mark when the seller puts the listing back on sale", async () => {
    const address = await addressOf(goods());
    const down = await write(address, shown(goods()).quantity, 0);
    const ours = { ...address, ref: down.outcome === "confirmed" ? down.ref! : {} };
    simulator().setStock(2, { sku: goods(), quantity: 6 });
    expect(await readBack(ours)).toMatchObject({ quantity: 6, state: "active", ref: { deactivatedByUs: false } });
  });
});

describe("renewal fees", () => {
  it("are never spent without consent", async () => {
    const address = await addressOf("ODD-SOLD");
    const result = await write(address, 0, 5);
    expect(result).toMatchObject({ outcome: "rejected", who: "seller", code: "renewal-fee" });
    expect(calls()).toEqual([]);
    expect(simulator().fees(2)).toEqual({ renewals: 0, usdMinor: 0 });
  });

  it("bring a sold out listing back with consent: one unit first, the true number right after", async () => {
    const address = await addressOf("ODD-SOLD");
    const result = await write(address, 0, 5, { maySpend: true });
    expect(result).toMatchObject({ outcome: "confirmed", quantity: 5, state: "active", note: "renewed-for-a-fee" });
    expect(calls()).toEqual(["updateListing", "updateListingInventory"]);
    expect(
      journal()
        .filter((line) => line.sku === "ODD-SOLD")
        .map((line) => line.to),
    ).toEqual([1, 5]);
    expect(simulator().fees(2)).toEqual({ renewals: 1, usdMinor: 20 });
  });

  it("tell what stands there when the gate closes after the renewal", async () => {
    const address = await addressOf("ODD-SOLD");
    let asked = 0;
    const gate: WriteGate = async (imminent) => (++asked === 1 ? new Set(imminent.map(({ key }) => key)) : new Set());
    expect(await write(address, 0, 5, { maySpend: true, gate })).toMatchObject({
      outcome: "confirmed",
      quantity: 1,
      state: "active",
      note: "renewed-for-a-fee",
    });
  });

  it("see the renewed unit sold again before the numbers could follow", async () => {
    const address = await addressOf("ODD-SOLD");
    let asked = 0;
    const gate = gateAnd(() => {
      if (++asked === 2) simulator().placeOrder(2, { lines: [{ sku: "ODD-SOLD", quantity: 1 }] });
    });
    const result = await write(address, 0, 5, { maySpend: true, gate });
    expect(result).toMatchObject({ outcome: "conflict", reading: { quantity: 0, state: "sold-out" } });
    expect(shown("ODD-SOLD")).toMatchObject({ quantity: 0, active: false });
  });

  it("are asked for when our own pause outlasted the listing's four months", async () => {
    const address = await addressOf(goods());
    const down = await write(address, shown(goods()).quantity, 0);
    const ours = { ...address, ref: down.outcome === "confirmed" ? down.ref! : {} };
    bed.clock.advance(100 * DAY_MS);
    second = { ...bed, context: bed.contextOf(2) };
    expect(await write(ours, 0, 3)).toMatchObject({ outcome: "rejected", who: "seller" });
    expect(simulator().fees(2).renewals).toBe(0);
    expect(await write(ours, 0, 3, { maySpend: true })).toMatchObject({ outcome: "confirmed", quantity: 3 });
    expect(simulator().fees(2)).toEqual({ renewals: 1, usdMinor: 20 });
  });
});

describe("what somebody else took off sale", () => {
  it.each(["ODD-RESTING", "ODD-DRAFT", "ODD-EXPIRED", "ODD-ALL-HIDDEN"])("stays there: %s", async (sku) => {
    const address = await addressOf(sku);
    const { quantity, state } = await readBack(address);
    const result = await write(address, quantity!, 2, { maySpend: true });
    expect(result).toMatchObject({ outcome: "conflict", reading: { quantity, state } });
    expect(calls()).toEqual([]);
  });
});

describe("the last unit sold between our reading and our call", () => {
  it("makes lowering to zero a done thing, though Etsy refuses the call (issue 538)", async () => {
    simulator().setStock(2, { sku: goods(), quantity: 1 });
    const address = await addressOf(goods());
    const gate = gateAnd(() => void simulator().placeOrder(2, { lines: [{ sku: goods(), quantity: 1 }] }));
    expect(await write(address, 1, 0, { gate })).toMatchObject({ outcome: "confirmed", quantity: 0, state: "sold-out" });
    expect(shown(goods())).toMatchObject({ quantity: 0, active: false });
  });

  it("makes raising a conflict, since a sold out listing takes no PUT", async () => {
    simulator().setStock(2, { sku: goods(), quantity: 1 });
    const address = await addressOf(goods());
    const gate = gateAnd(() => void simulator().placeOrder(2, { lines: [{ sku: goods(), quantity: 1 }] }));
    expect(await write(address, 1, 4, { gate })).toMatchObject({ outcome: "conflict", reading: { quantity: 0, state: "sold-out" } });
    expect(journal().filter((line) => line.sku === goods() && line.by === "api")).toEqual([]);
  });
});

it("a buyer between GET and PUT is overwritten without a word: the platform gives no way to see it but the order", async () => {
  const address = await addressOf(goods());
  const before = shown(goods()).quantity;
  const gate = gateAnd(() => void simulator().placeOrder(2, { lines: [{ sku: goods(), quantity: 1 }] }));
  expect(await write(address, before, before - 2, { gate })).toMatchObject({ outcome: "confirmed", quantity: before - 2 });
  expect(
    journal()
      .filter((line) => line.sku === goods())
      .map(({ by, to }) => [by, to]),
  ).toEqual([
    ["order", before - 1],
    ["api", before - 2],
  ]);
});

describe("a lost answer to a change of state", () => {
  async function first() {
    const { sku, quantity } = bed.world.goods[0]!;
    const { quantityRef } = only((await collectListings(bed)).filter((listing) => listing.sku === sku));
    return { sku, quantity, ...quantityRef };
  }
  const writeFirst = async (address: { key: string; ref: JsonObject }, from: number, to: number) =>
    only(
      await bed.channel.setStock(
        bed.context,
        [{ key: address.key, ref: address.ref, from, to, readAt: bed.clock.now(), idempotencyKey: "lost", parts: [], maySpend: false }],
        bed.gate,
      ),
    );

  it("is settled by looking: off sale, and known to be our doing", async () => {
    const { sku, quantity, ...address } = await first();
    bed.world.faults({ api: { lostReply: 1 } });
    expect(await writeFirst(address, quantity, 0)).toMatchObject({
      outcome: "confirmed",
      quantity: 0,
      state: "inactive",
      ref: { deactivatedByUs: true },
    });
    expect(bed.world.shown(sku)).toMatchObject({ quantity: 0, active: false });
  });

  it("stays unknown where the call never took effect", async () => {
    const { quantity, ...address } = await first();
    bed.callTimeoutMs = 300;
    const context = {
      ...bed.context,
      http: async (call: Parameters<typeof bed.context.http>[0]) => {
        bed.world.faults(call.method === "PATCH" ? { api: { timeout: 1 } } : {});
        return bed.context.http(call);
      },
    };
    const write = { ...address, from: quantity, to: 0, readAt: bed.clock.now(), idempotencyKey: "lost", parts: [], maySpend: false };
    expect(only(await bed.channel.setStock(context, [{ ...write, key: address.key, ref: address.ref }], bed.gate))).toMatchObject({
      outcome: "unknown",
    });
  });
});
