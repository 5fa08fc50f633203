/** Deliveries that never come, or come while nobody is at work: the poll and the sweep make up for them (laws 1 and 3). */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { endFaults, shopFloor } from "./shop-floor.ts";

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  rig = await startRig({ items: 12, seed: 12 });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());
afterEach(async () => {
  await endFaults(floor);
  await rig.worker.start();
  expect(await floor.wrongLevels()).toBe(0);
});

const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);

async function deliveriesRecorded(): Promise<number> {
  const [row] = await sql<{ n: number }>("select count(*)::int as n from inbound_event");
  return row?.n ?? -1;
}

describe("when every delivery is lost", () => {
  it("the polls bring sales, edits, cancellations and hands' work on all four channels", async () => {
    const { sku, start } = await floor.freshItem();
    const before = await deliveriesRecorded();
    for (const channel of CHANNELS) await floor.faults(channel, { webhooks: { drop: 1 } });
    const ids = {} as Record<ChannelName, string>;
    for (const channel of CHANNELS) ids[channel] = await floor.order(channel, sku, 2);
    await floor.comesTo(sku, start - 8);
    for (const channel of CHANNELS) {
      await rig.control("POST", `/${channel}/orders/${ids[channel]}/cancel`, { restock: true });
    }
    await floor.comesTo(sku, start);
    await rig.control("POST", "/shopify/stock", { sku, quantity: start + 3 });
    await floor.comesTo(sku, start + 3);
    expect(await deliveriesRecorded()).toBe(before);
  }, 60_000);
});

describe("when nobody is at work", () => {
  it("deliveries are taken and wait, and a worker that starts catches up", async () => {
    const { sku, start } = await floor.freshItem();
    await rig.worker.stop();
    const since = await Promise.all(CHANNELS.map((channel) => floor.lastCall(channel)));
    for (const channel of CHANNELS) {
      for (const quantity of [1, 2]) await floor.order(channel, sku, quantity);
    }
    await rig.sandbox.settled();
    const waiting = await sql<{ channel: string }>(
      "select distinct c.channel::text as channel from inbound_event e join connection c on c.id = e.connection_id where e.status = 'waiting'",
    );
    expect(waiting.map((w) => w.channel).toSorted()).toEqual([...CHANNELS].toSorted());
    // The doors ask no platform anything but eBay for the key of its signature.
    for (const [i, channel] of CHANNELS.entries()) {
      const asked = await floor.calls(channel, since[i] ?? 0);
      expect(asked.map((c) => c.operation).filter((operation) => !/public_key|oauth2.token/.test(operation))).toEqual([]);
    }
    expect(await rig.available(sku)).toBe(start);
    await rig.worker.start();
    await floor.comesTo(sku, start - 12);
  }, 60_000);

  it("and nothing is delivered either, the polls catch up alone", async () => {
    const { sku, start } = await floor.freshItem();
    for (const channel of CHANNELS) await floor.faults(channel, { webhooks: { drop: 1 } });
    await rig.worker.stop();
    for (const channel of CHANNELS) await floor.order(channel, sku, 1);
    await rig.worker.start();
    await floor.comesTo(sku, start - 4);
  }, 60_000);
});
