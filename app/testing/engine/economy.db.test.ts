/**
 * What a change costs in calls to the platforms, with polls and looks switched off: the work of one sale, and nothing after it.
 * The bounds are those of one undisturbed safe write (settled.md 39) plus, on the channel of the sale, its order and its number.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { type Call, endFaults, shopFloor } from "./shop-floor.ts";

const NEVER_MS = 3_600_000;

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  rig = await startRig({ items: 24, seed: 31, pace: { pollMs: NEVER_MS, quietPollMs: NEVER_MS, scanMs: NEVER_MS, sweepMs: 300 } });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());
afterEach(async () => {
  await endFaults(floor);
  expect(await floor.wrongLevels()).toBe(0);
});

type Calls = Record<ChannelName, Call[]>;
const marks = async () => Object.fromEntries(await Promise.all(CHANNELS.map(async (c) => [c, await floor.lastCall(c)] as const)));

/** Calls since the marks; a token or a public key is not the price of a change. */
async function callsSince(since: Record<string, number>): Promise<Calls> {
  const found = await Promise.all(CHANNELS.map(async (c) => [c, (await floor.calls(c, since[c] ?? 0)).filter(isWork)] as const));
  return Object.fromEntries(found) as Calls;
}
const ORDER_READS = /order|receipt/i;
const isWork = ({ operation }: Call) => !/token|public_key/i.test(operation);
const names = (calls: Call[]) => calls.map((c) => c.operation);

/** Everything was delivered, worked through, written and echoed, and the sweeps found nothing more to do. */
async function quiet(): Promise<void> {
  await rig.settle();
  await floor.sweeps(3);
  await rig.settle();
}

/** An echo that overtakes the answer to its write has a test of its own; here each comes when the answer is long on record. */
const ECHO_AFTER_MS = 600;
async function echoesComeLast(): Promise<void> {
  for (const channel of ["shopify", "woocommerce"] as const) await floor.faults(channel, { webhooks: { delayMs: ECHO_AFTER_MS } });
}

/** A write costs one call where the platform compares by itself; elsewhere it is read first, and eBay's newer model has its offers beside. */
const WRITE: Record<ChannelName, number> = { shopify: 1, ebay: 3, etsy: 2, woocommerce: 2 };

/**
 * A sale of its own: the order is read and the number looked at. Shopify tells of order and number apart, and either may come first,
 * so that each may be asked twice; WooCommerce's delivery brings the whole order.
 */
const OWN_SALE: Record<ChannelName, number> = { shopify: 5, ebay: 3, etsy: 2, woocommerce: 3 };

describe.each(CHANNELS)("one sale on %s", (channel) => {
  it("costs one safe write on each other channel, its order and its number on its own, and nothing afterwards", async () => {
    const { sku, start } = await floor.freshItem();
    await quiet();
    await echoesComeLast();
    const since = await marks();
    await floor.order(channel, sku, 2);
    await floor.comesTo(sku, start - 2);
    const spent = await callsSince(since);
    for (const other of CHANNELS) {
      if (other === channel) continue;
      expect(
        spent[other].filter((c) => c.changes),
        `${other}: ${names(spent[other])}`,
      ).toHaveLength(1);
      expect(spent[other].length, `${other}: ${names(spent[other])}`).toBeLessThanOrEqual(WRITE[other]);
    }
    expect(spent[channel].filter((c) => c.changes)).toEqual([]);
    expect(spent[channel].length, `${channel}: ${names(spent[channel])}`).toBeLessThanOrEqual(OWN_SALE[channel]);

    const settled = await marks();
    await quiet();
    expect(await callsSince(settled)).toEqual({ shopify: [], ebay: [], etsy: [], woocommerce: [] });
  });
});

/** How often a channel's deliveries about stock were recorded, and whether all were worked through. */
async function echoes(channel: ChannelName): Promise<{ came: number; waiting: number }> {
  const [row] = await rig.house.db.plain.query<{ came: number; waiting: number }>(
    `select count(*)::int as came, count(*) filter (where status <> 'applied')::int as waiting from inbound_event
     where connection_id = $1 and topic in ('inventory_levels/update', 'product.updated')`,
    [rig.connections[channel]],
  );
  if (!row) throw new Error("nothing was counted");
  return row;
}

const adjust = (itemId: string, by: number) =>
  adjustStock(rig.house, { sellerId: rig.sellerId, actorKey: "demo", itemId, by, note: "test" });

describe("a change in our own house", () => {
  it.each([
    ["down", -2, 0],
    // Orders are read past the reading before anything is raised; Etsy lists cancelled ones apart.
    ["up", 3, 2],
  ])(
    "%s is one write each; its echo comes back and nobody asks again",
    async (_way, by, orderReads) => {
      const { sku, start, itemId } = await floor.freshItem();
      await quiet();
      await echoesComeLast();
      const [since, before] = [await marks(), { shopify: await echoes("shopify"), woocommerce: await echoes("woocommerce") }];
      await adjust(itemId, by);
      await floor.comesTo(sku, start + by);
      for (const channel of ["shopify", "woocommerce"] as const) {
        await rig.until(async () => (await echoes(channel)).came > before[channel].came && (await echoes(channel)).waiting === 0);
      }
      await quiet();
      const spent = await callsSince(since);
      for (const channel of CHANNELS) {
        const calls = names(spent[channel]);
        const orders = calls.filter((name) => ORDER_READS.test(name));
        expect(
          spent[channel].filter((c) => c.changes),
          `${channel}: ${calls}`,
        ).toHaveLength(1);
        expect(orders.length, `${channel}: ${calls}`).toBeLessThanOrEqual(orderReads);
        expect(calls.length - orders.length, `${channel}: ${calls}`).toBeLessThanOrEqual(WRITE[channel]);
      }
    },
    30_000,
  );

  it.each(["woocommerce", "shopify"] as const)("whose echo overtakes the answer on %s costs no look", async (channel) => {
    const { sku, start, itemId } = await floor.freshItem();
    await quiet();
    // Part of it lies after the change was made and told of.
    await floor.faults(channel, { api: { latencyMs: 300 } });
    const since = await marks();
    await adjust(itemId, -1);
    await floor.comesTo(sku, start - 1);
    await quiet();
    const calls = (await callsSince(since))[channel];
    expect(calls.filter((c) => c.changes)).toHaveLength(1);
    expect(calls.length, `${names(calls)}`).toBeLessThanOrEqual(WRITE[channel]);
  });

  it("that is taken back before anybody could write it costs nothing", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    await quiet();
    const since = await marks();
    await rig.worker.stop();
    for (const by of [-1, 4, -3]) await adjust(itemId, by);
    await rig.worker.start();
    await quiet();
    await floor.comesTo(sku, start);
    expect(await callsSince(since)).toEqual({ shopify: [], ebay: [], etsy: [], woocommerce: [] });
  }, 30_000);
});

describe("fifty sales of one thing in a burst", () => {
  const SALES = 50;
  /** Each channel answers after this time, so that most of the burst is there before the first write is through. */
  const LATENCY_MS = 150;
  const MOST_WRITES = 10;

  it.each(["shopify", "etsy"] as const)(
    "on %s melt into few writes on the others",
    async (channel) => {
      const { sku, start, itemId } = await floor.freshItem();
      await adjust(itemId, SALES);
      await floor.comesTo(sku, start + SALES);
      await quiet();
      const since = await marks();
      for (const each of CHANNELS) await floor.faults(each, { api: { latencyMs: LATENCY_MS } });
      await Promise.all(Array.from({ length: SALES }, () => floor.order(channel, sku, 1)));
      await rig.until(async () => (await rig.available(sku)) === start, 30_000);
      await rig.settle(30_000);
      await floor.comesTo(sku, start);
      const spent = await callsSince(since);
      for (const other of CHANNELS) {
        const writes = spent[other].filter((c) => c.changes).length;
        if (other === channel) expect(writes).toBe(0);
        else {
          expect(writes, `${other}: ${names(spent[other])}`).toBeGreaterThan(0);
          expect(writes, `${other}: ${names(spent[other])}`).toBeLessThanOrEqual(MOST_WRITES);
        }
      }
    },
    60_000,
  );
});
