import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { drainConnection } from "#app/flows/drain-connection.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { endFaults, shopFloor } from "./shop-floor.ts";

const LATE_MS = 1_500;

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  // A raise waits for the orders up to its newest reading and the feed's lag: looks must be rarer than that, as they are everywhere.
  rig = await startRig({ items: 30, seed: 29, pace: { scanMs: 4 * LATE_MS } });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());
afterEach(async () => {
  await endFaults(floor);
  for (const channel of CHANNELS) await setTimings(channel, {});
  expect(await floor.wrongLevels()).toBe(0);
});

const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);
const adjust = (itemId: string, by: number) =>
  adjustStock(rig.house, { sellerId: rig.sellerId, actorKey: "demo", itemId, by, note: "test" });

/** What the channel says of itself; the demo's own timings where nothing is named. */
async function setTimings(channel: ChannelName, timings: { orderLagMs?: number; staleReadMs?: number }): Promise<void> {
  await sql("update connection set settings = jsonb_set(settings, '{timings}', (settings->'timings') || $2::jsonb) where id = $1", [
    rig.connections[channel],
    JSON.stringify({ orderLagMs: 0, staleReadMs: 0, ...timings }),
  ]);
}

/** Writes after the sale that show more than there can be. */
async function revived(channel: ChannelName, sku: string, most: number): Promise<unknown[]> {
  const journal = await floor.journal(channel, sku);
  const sale = journal.find((j) => j.by === "order");
  return journal.filter((j) => j.by === "api" && j.n > (sale?.n ?? 0) && j.to > most);
}

/** The four wait for their lags at the same time, each with an item of its own. */
const onEach = (work: (channel: ChannelName) => Promise<void>) => Promise.all(CHANNELS.map(work));

describe("a raise on each channel right after a sale there that no webhook tells of", () => {
  it("waits for the orders, though their feed is behind the number", () =>
    onEach(async (channel) => {
      const { sku, start, itemId } = await floor.freshItem();
      await setTimings(channel, { orderLagMs: LATE_MS });
      await floor.faults(channel, { webhooks: { drop: 1 }, api: { orderLagMs: LATE_MS } });
      await floor.order(channel, sku, 2);
      await adjust(itemId, 3);
      await floor.comesTo(sku, start + 1);
      expect([channel, await revived(channel, sku, start + 1)]).toEqual([channel, []]);
      // Nothing was taken for an edit: the orders were waited for.
      expect(await sql("select e.id from outside_edit e join listing l on l.quantity_id = e.quantity_id where l.sku = $1", [sku])).toEqual(
        [],
      );
    }));

  it("is not misled by a number that is old for a while", () =>
    onEach(async (channel) => {
      const { sku, start, itemId } = await floor.freshItem();
      await setTimings(channel, { staleReadMs: LATE_MS });
      await floor.faults(channel, { webhooks: { drop: 1 }, api: { staleReadMs: LATE_MS } });
      await floor.order(channel, sku, 2);
      await adjust(itemId, 3);
      await floor.comesTo(sku, start + 1);
      expect([channel, await revived(channel, sku, start + 1)]).toEqual([channel, []]);
      expect(await sql("select e.id from outside_edit e join listing l on l.quantity_id = e.quantity_id where l.sku = $1", [sku])).toEqual(
        [],
      );
    }));

  it("goes out all the same where nothing was sold, though both lag", () =>
    onEach(async (channel) => {
      const { sku, start, itemId } = await floor.freshItem();
      await setTimings(channel, { orderLagMs: LATE_MS, staleReadMs: LATE_MS });
      await floor.faults(channel, { api: { orderLagMs: LATE_MS, staleReadMs: LATE_MS } });
      await adjust(itemId, 5);
      await floor.comesTo(sku, start + 5);
      await adjust(itemId, -2);
      await floor.comesTo(sku, start + 3);
      expect((await floor.journal(channel, sku)).map((j) => j.to)).toEqual([start + 5, start + 3]);
    }));
});

describe("two variations of one Etsy listing, whose numbers travel in one call", () => {
  const variations = async () => {
    const [first, second] = rig.sandbox
      .world()
      .simple.filter((i) => i.account === 1)
      .slice(4, 6);
    const items = await sql<{ id: string; sku: string; n: number }>(
      "select id, sku, on_hand - reserved as n from stock_item where seller_id = $1 and sku = any($2)",
      [rig.sellerId, [first!.sku, second!.sku]],
    );
    return [first, second].map((good) => items.find((i) => i.sku === good!.sku)!);
  };

  it("do not bring each other's old number back where readings may be old", async () => {
    const [one, other] = await variations();
    const since = (await floor.journal("etsy", one!.sku)).at(-1)?.n ?? 0;
    await setTimings("etsy", { staleReadMs: LATE_MS });
    await floor.faults("etsy", { api: { staleReadMs: LATE_MS } });
    await adjust(one!.id, -5);
    await rig.until(async () => (await rig.shown(one!.sku)).etsy === one!.n - 5);
    await adjust(other!.id, -1);
    await floor.comesTo(other!.sku, other!.n - 1);
    await floor.comesTo(one!.sku, one!.n - 5);
    expect((await floor.journal("etsy", one!.sku, since)).map((j) => j.to)).toEqual([one!.n - 5]);
  });

  it("nor when one falls and the other rises in the same round", async () => {
    const [one, other] = await variations();
    await rig.settle();
    // Nothing that was written lately keeps the two apart.
    await rig.until(async () => {
      const late = await sql(
        "select 1 from shown_change where connection_id = $1 and recorded_at > clock_timestamp() - 2 * $2 * interval '1 ms'",
        [rig.connections.etsy, LATE_MS],
      );
      return late.length === 0;
    });
    await rig.worker.stop();
    const since = (await floor.journal("etsy", one!.sku)).at(-1)?.n ?? 0;
    await setTimings("etsy", { staleReadMs: LATE_MS });
    await floor.faults("etsy", { api: { staleReadMs: LATE_MS } });
    await adjust(one!.id, -2);
    await adjust(other!.id, 3);
    await drainConnection(rig.house, rig.connections.etsy);
    await rig.worker.start();
    await floor.comesTo(other!.sku, other!.n + 3);
    await floor.comesTo(one!.sku, one!.n - 2);
    expect((await floor.journal("etsy", one!.sku, since)).map((j) => j.to)).toEqual([one!.n - 2]);
  });
});
