import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { endFaults, shopFloor } from "./shop-floor.ts";

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  // Polls and looks rest, so that every call counted here was caused by the change itself.
  rig = await startRig({ items: 24, seed: 19, pace: { pollMs: 600_000, quietPollMs: 600_000, scanMs: 600_000 } });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());
afterEach(async () => {
  await endFaults(floor);
  expect(await floor.wrongLevels()).toBe(0);
});

type Cost = { changing: number; total: number };
async function costs(change: () => Promise<unknown>, end: () => Promise<void>): Promise<Record<ChannelName, Cost>> {
  const before = new Map(await Promise.all(CHANNELS.map(async (c) => [c, await floor.lastCall(c)] as const)));
  await change();
  await end();
  // Whatever an echo could still set off would show within the next rounds.
  await floor.sweeps(3);
  await rig.settle();
  return Object.fromEntries(
    await Promise.all(
      CHANNELS.map(async (c) => {
        const calls = await floor.calls(c, before.get(c)!);
        return [c, { changing: calls.filter((call) => call.changes).length, total: calls.length }] as const;
      }),
    ),
  ) as Record<ChannelName, Cost>;
}

describe("our own writes that come back as webhooks", () => {
  it("a lowering costs one write per channel and a bounded number of readings", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    const spent = await costs(
      () => adjustStock(rig.house, { sellerId: rig.sellerId, actorKey: "demo", itemId, by: -2, note: "test" }),
      () => floor.comesTo(sku, start - 2),
    );
    for (const channel of CHANNELS) {
      expect([channel, spent[channel].changing]).toEqual([channel, 1]);
      expect([channel, spent[channel].total <= 4]).toEqual([channel, true]);
    }
  });

  it("a raise costs one write per channel, its reading and its orders", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    const spent = await costs(
      () => adjustStock(rig.house, { sellerId: rig.sellerId, actorKey: "demo", itemId, by: 3, note: "test" }),
      () => floor.comesTo(sku, start + 3),
    );
    for (const channel of CHANNELS) {
      expect([channel, spent[channel].changing]).toEqual([channel, 1]);
      expect([channel, spent[channel].total <= 6]).toEqual([channel, true]);
    }
  });

  it.each(CHANNELS)("a sale on %s writes nothing there and once on each other channel", async (channel) => {
    const { sku, start } = await floor.freshItem();
    const spent = await costs(
      () => floor.order(channel, sku, 1),
      () => floor.comesTo(sku, start - 1),
    );
    for (const each of CHANNELS) {
      expect([each, spent[each].changing]).toEqual([each, each === channel ? 0 : 1]);
      expect([each, spent[each].total <= 8]).toEqual([each, true]);
    }
    const written = await Promise.all(
      CHANNELS.map(async (c) => (await floor.journal(c, sku)).filter((j) => j.by === "api").map((j) => j.to)),
    );
    expect(written.flat()).toEqual([start - 1, start - 1, start - 1]);
  });

  it("echoes that come twice and late ask for nothing", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    for (const channel of CHANNELS) await floor.faults(channel, { webhooks: { duplicate: 1, delayMs: 900 } });
    const spent = await costs(
      () => adjustStock(rig.house, { sellerId: rig.sellerId, actorKey: "demo", itemId, by: -1, note: "test" }),
      () => floor.comesTo(sku, start - 1),
    );
    for (const channel of CHANNELS) {
      expect([channel, spent[channel].changing]).toEqual([channel, 1]);
      expect([channel, spent[channel].total <= 5]).toEqual([channel, true]);
    }
  });

  it("a hundred changes in a row melt into few writes", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    for (const channel of CHANNELS) await floor.faults(channel, { api: { latencyMs: 150 } });
    const spent = await costs(
      async () => {
        for (let n = 0; n < 100; n++)
          await adjustStock(rig.house, { sellerId: rig.sellerId, actorKey: "demo", itemId, by: n % 2 === 0 ? -1 : 1, note: "test" });
        await adjustStock(rig.house, { sellerId: rig.sellerId, actorKey: "demo", itemId, by: -3, note: "test" });
      },
      () => floor.comesTo(sku, start - 3),
    );
    for (const channel of CHANNELS) expect([channel, spent[channel].changing <= 25]).toEqual([channel, true]);
  });
});

it("nothing is called while nothing happens", async () => {
  await rig.settle();
  const before = new Map(await Promise.all(CHANNELS.map(async (c) => [c, await floor.lastCall(c)] as const)));
  await floor.sweeps(4);
  for (const channel of CHANNELS) expect([channel, await floor.calls(channel, before.get(channel)!)]).toEqual([channel, []]);
});
