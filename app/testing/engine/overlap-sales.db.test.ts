/** A sale that falls into the middle of our own work, placed there on purpose: no sold unit is ever brought back (law 4). */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { raiseDoubt } from "#app/data/quantities.server.ts";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { drainConnection } from "#app/flows/drain-connection.server.ts";
import type { House } from "#app/flows/house.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { endFaults, shopFloor } from "./shop-floor.ts";

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  rig = await startRig({ items: 24, seed: 22 });
  await rig.settle();
  // What a hand puts back waits for somebody's word on all four, so that only what we know of may move a number.
  await rig.house.db.plain.query("update connection set edit_policy = 'review' where seller_id = $1", [rig.sellerId]);
}, 60_000);
afterAll(() => rig.stop());
beforeEach(async () => {
  await rig.worker.start();
  await rig.settle();
  await rig.worker.stop();
});
afterEach(async () => {
  await endFaults(floor);
  expect(await floor.wrongLevels()).toBe(0);
});

const adjust = (itemId: string, by: number) =>
  adjustStock(rig.house, { sellerId: rig.sellerId, actorKey: "demo", itemId, by, note: "test" });

/** A house that lets something happen right before the first fitting call leaves it. */
function interrupted(what: RegExp, happens: () => Promise<unknown>): { house: House; struck: () => boolean } {
  let struck = false;
  const http: House["http"] = async (request) => {
    if (!struck && what.test(`${request.url} ${String(request.body ?? "")}`)) {
      struck = true;
      await happens();
    }
    return rig.house.http(request);
  };
  return { house: { ...rig.house, http }, struck: () => struck };
}

const raisesByUs = async (channel: ChannelName, sku: string) =>
  (await floor.journal(channel, sku)).filter((j) => j.by === "api" && j.to > j.from);

describe.each(CHANNELS)("on %s", (channel) => {
  it("a sale between the decision and the channel's own comparison stops the write", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    await adjust(itemId, -1);
    // Shopify compares in the write itself, the others in the reading that comes before it: each is the first call of the drain.
    const { house, struck } = interrupted(/./, () => floor.order(channel, sku, 2));
    await drainConnection(house, rig.connections[channel]);
    expect(struck()).toBe(true);
    await rig.worker.start();
    await floor.comesTo(sku, start - 3);
    expect(await raisesByUs(channel, sku)).toEqual([]);
  });

  it("a sale that the number does not show, because a hand put as many back, is read before anything is raised", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    await floor.faults(channel, { webhooks: { drop: 1 } });
    await floor.order(channel, sku, 2);
    await rig.control("POST", `/${channel}/stock`, { sku, quantity: start });
    await adjust(itemId, 1);
    // Looked at once more, the number stands as it should: this reading alone must not carry the raise.
    const { id } = await floor.number(channel, sku);
    await raiseDoubt(rig.house.db.plain, [id], "test", rig.house.now());
    await drainConnection(rig.house, rig.connections[channel]);
    expect(await rig.available(sku)).toBe(start - 1);
    const written = (await floor.journal(channel, sku)).filter((j) => j.by === "api");
    expect(written.filter((j) => j.to > start - 1)).toEqual([]);
  });
});

it("on shopify a sale right before a raise is noticed by the compare-and-set", async () => {
  const { sku, start, itemId } = await floor.freshItem();
  await adjust(itemId, 5);
  const { house, struck } = interrupted(/inventorySetQuantities/, () => floor.order("shopify", sku, 1));
  await drainConnection(house, rig.connections.shopify);
  expect(struck()).toBe(true);
  expect((await floor.journal("shopify", sku)).filter((j) => j.by === "api" && j.to > start + 4)).toEqual([]);
  await rig.worker.start();
  await floor.comesTo(sku, start + 4);
});
