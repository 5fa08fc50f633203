/** Lowerings as differences, against the simulated shop: what they save, and that none is ever counted twice. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ChannelBed, makeHarness } from "#app/testing/channel-harness.ts";
import { writingContract } from "../contract/writing.ts";
import type { ChannelCall } from "../port.ts";
import { woocommerce } from "./connector.server.ts";
import { letAll, listingOf, writeOf } from "./trap-steps.ts";

let bed: ChannelBed;
beforeAll(async () => {
  bed = await makeHarness(woocommerce);
});
afterAll(() => bed.stop());
beforeEach(() => bed.reset({ items: 12 }));

const chosen = () => ({ ...bed.context, settings: { ...bed.context.settings, stockWrites: "differences" } });
const first = async () => {
  const listing = await listingOf(bed.context, bed.world.goods[0]!.sku);
  return { listing, sku: listing.sku!, start: listing.quantity! };
};
const changes = () => bed.world.journal().filter((line) => line.by === "api");

describe("with differences chosen the channel contract holds as it does without", () => {
  writingContract(() => ({ ...bed, context: chosen() }));
});

describe("a difference", () => {
  it("leaves a sale of the same moment standing, where an absolute number brings the unit back", async () => {
    const { listing, sku, start } = await first();
    const sellFirst = async (imminent: { key: string }[]) => {
      bed.world.sell([{ sku, quantity: 1 }]);
      return letAll(imminent);
    };
    const [result] = await bed.channel.setStock(chosen(), [writeOf(listing, start, start - 3)], sellFirst);
    expect(bed.world.shown(sku).quantity).toBe(start - 4);
    // Our part is done for good; what else happened is for the engine to find out.
    expect(result).toMatchObject({ outcome: "unknown", answered: true });

    await bed.reset({ items: 12 });
    const again = await first();
    await bed.channel.setStock(bed.context, [writeOf(again.listing, start, start - 3)], sellFirst);
    expect(bed.world.shown(sku).quantity).toBe(start - 3);
  });

  it("whose answer is lost is not sent again: what follows is the number itself, and only after a look", async () => {
    const { listing, sku, start } = await first();
    const write = writeOf(listing, start, start - 3);
    bed.world.faults({ api: { lostReply: 1 } });
    const [lost] = await bed.channel.setStock(chosen(), [write], letAll);
    expect(lost).toMatchObject({ outcome: "unknown" });
    expect(lost).not.toHaveProperty("answered");
    bed.world.faults();
    const again = { ...write, unsettled: true };
    const sent: string[] = [];
    const seen = chosen();
    const context = {
      ...seen,
      http: (call: ChannelCall) => {
        if (call.body !== undefined) sent.push(String(call.body));
        return seen.http(call);
      },
    };
    expect(await bed.channel.setStock(chosen(), [again], letAll)).toMatchObject([
      { outcome: "conflict", reading: { quantity: start - 3 } },
    ]);
    expect(await bed.channel.setStock(context, [{ ...again, from: start - 3, to: start - 5 }], letAll)).toMatchObject([
      { outcome: "confirmed" },
    ]);
    expect(sent).toEqual([JSON.stringify({ update: [{ id: Number(listing.externalId), stock_quantity: start - 5 }] })]);
    expect(changes().map(({ from, to }) => [from, to])).toEqual([
      [start, start - 3],
      [start - 3, start - 5],
    ]);
    expect(bed.world.shown(sku).quantity).toBe(start - 5);
  });

  it("goes down to zero, and comes back by the number", async () => {
    const { listing, start } = await first();
    expect(await bed.channel.setStock(chosen(), [writeOf(listing, start, 0)], letAll)).toMatchObject([
      { outcome: "confirmed", quantity: 0 },
    ]);
    expect(await bed.channel.setStock(chosen(), [writeOf(listing, 0, 4)], letAll)).toMatchObject([{ outcome: "confirmed", quantity: 4 }]);
  });
});

it.each([
  ["a version whose source is known to take them", { storeVersion: "10.0.2" }, "offered"],
  ["the choice", { storeVersion: "11.2.0", stockWrites: "differences" }, "chosen"],
  ["an older version, whatever was chosen", { storeVersion: "9.8.1", stockWrites: "differences" }, undefined],
  ["no version", { stockWrites: "differences" }, undefined],
  ["a shop that ignored one", { storeVersion: "10.0.2", stockWrites: "differences", differencesIgnored: true }, undefined],
])("differences with %s", (_what, settings, expected) => {
  expect(woocommerce.capabilities(settings).differences).toBe(expected);
});
