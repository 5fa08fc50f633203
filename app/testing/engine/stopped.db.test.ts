import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findConnection } from "#app/data/connections.server.ts";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { withChannel } from "#app/flows/channel-door.server.ts";
import { pauseConnection, resumeAllWriting, resumeConnection, stopAllWriting } from "#app/flows/pause-connection.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { endFaults, shopFloor } from "./shop-floor.ts";

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  rig = await startRig({ items: 30, seed: 11 });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());
afterEach(async () => {
  await endFaults(floor);
  expect(await floor.wrongLevels()).toBe(0);
});

const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);
const wish = () => ({ sellerId: rig.sellerId, actorKey: "demo" });
const adjust = (itemId: string, by: number) => adjustStock(rig.house, { ...wish(), itemId, by, note: "test" });
const writes = async (channel: ChannelName, since: number) => (await floor.calls(channel, since)).filter((c) => c.changes);

describe("a paused connection", () => {
  it.each(CHANNELS)("%s: its sales count, nothing is written to it, and resuming catches up", async (channel) => {
    const { sku, start, itemId } = await floor.freshItem();
    const other = channel === "shopify" ? "ebay" : "shopify";
    await pauseConnection(rig.house, { ...wish(), connectionId: rig.connections[channel] });
    const since = await floor.lastCall(channel);
    await floor.order(channel, sku, 1);
    await floor.order(other, sku, 2);
    await adjust(itemId, 5);
    await adjust(itemId, -1);
    await rig.until(async () => (await rig.available(sku)) === start + 1);
    await rig.until(async () => (await rig.shown(sku))[other] === start + 1);
    await floor.sweeps(2);
    expect(await writes(channel, since)).toEqual([]);
    expect((await rig.shown(sku))[channel]).toBe(start - 1);
    await resumeConnection(rig.house, { ...wish(), connectionId: rig.connections[channel] });
    await floor.comesTo(sku, start + 1);
  });
});

describe("stopping all writing", () => {
  it("holds within a second, in the middle of slow writes to all channels, and resuming writes the rest", async () => {
    const items = await Promise.all(Array.from({ length: 12 }, () => floor.freshItem()));
    for (const channel of CHANNELS) await floor.faults(channel, { api: { latencyMs: 300 } });
    for (const { itemId } of items) await adjust(itemId, 3);
    for (const { itemId } of items) await adjust(itemId, -5);
    const since = new Map(await Promise.all(CHANNELS.map(async (c) => [c, await floor.lastCall(c)] as const)));
    await rig.until(
      async () => (await writes("etsy", since.get("etsy")!)).length > 0 || (await writes("ebay", since.get("ebay")!)).length > 0,
    );
    await stopAllWriting(rig.house, wish());
    const stopped = Date.now();
    await floor.sweeps(3);
    for (const channel of CHANNELS) {
      const late = (await writes(channel, since.get(channel)!)).filter((c) => Date.parse(c.sentAt) > stopped + 1_000);
      expect([channel, late]).toEqual([channel, []]);
    }
    const [left] = await sql<{ n: number }>("select count(*)::int as n from channel_quantity where dirty");
    expect(left?.n).toBeGreaterThan(0);
    await endFaults(floor);
    await resumeAllWriting(rig.house, wish());
    for (const { sku, start } of items) await floor.comesTo(sku, start - 2);
  }, 60_000);
});

describe("a token that has run out", () => {
  const renewable = ["shopify", "ebay", "etsy"] as const;
  it.each(renewable)("%s: is renewed once, however many calls meet it", async (channel) => {
    const { sku, start } = await floor.freshItem();
    await rig.worker.stop();
    await floor.faults(channel, { tokens: "expire" });
    const secret = async () =>
      (
        await sql<{ id: string }>("select id from connection_secret where connection_id = $1 and kind = 'credentials'", [
          rig.connections[channel],
        ])
      )[0]?.id;
    const before = await secret();
    const connection = (await findConnection(rig.house.db.plain, rig.connections[channel]))!;
    const number = await floor.number(channel, sku);
    const refs = [{ key: number.key as string, ref: number.ref as Record<string, never> }];
    const since = await floor.lastCall(channel);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => withChannel(rig.house, connection, "orders", (open) => open.channel.readStock(open.context, refs))),
    );
    expect(answers.map((a) => a[0]?.quantity)).toEqual(Array.from({ length: 8 }, () => start));
    const renewals = (await floor.calls(channel, since)).filter((c) => /token/i.test(c.operation));
    expect(renewals.map((c) => c.status)).toEqual([200]);
    expect(await secret()).not.toBe(before);
    expect((await findConnection(rig.house.db.plain, connection.id))?.blindSince).toBeNull();
    await rig.worker.start();
    await floor.order(channel, sku, 1);
    await floor.comesTo(sku, start - 1);
  });
});
