/** A house with too few connections to its database, and one whose own clock is wrong. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startDatabaseClock } from "#app/data/database-clock.server.ts";
import { stallDue } from "#app/data/quantities.server.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { retryNow } from "#app/flows/retry-number.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { endFaults, shopFloor } from "./shop-floor.ts";

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  // One: whatever asks for a second connection while it holds the first waits for itself and never ends.
  rig = await startRig({ items: 8, seed: 12, databaseConnections: 1 });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());

const adjust = (itemId: string, by: number) => adjustStock(rig.web, { sellerId: rig.sellerId, actorKey: "demo", itemId, by, note: "test" });

describe("a process with a single connection", () => {
  it("carries sales, cancellations, edits by hand and changes of our own to their end", async () => {
    const { sku, start, itemId } = await floor.freshItem();
    const order = await floor.order("woocommerce", sku, 2);
    await floor.order("etsy", sku, 1);
    await adjust(itemId, 4);
    await floor.comesTo(sku, start + 1);
    await rig.control("POST", `/woocommerce/orders/${order}/cancel`, { restock: true });
    await floor.comesTo(sku, start + 3);
    await rig.control("POST", "/shopify/stock", { sku, quantity: start });
    await floor.comesTo(sku, start);
    expect(await floor.wrongLevels()).toBe(0);
  }, 40_000);

  it("waits while others hold it, and loses nothing of what came meanwhile", async () => {
    const { sku, start } = await floor.freshItem();
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    // A slow statement of somebody in the web and in the worker process.
    const slow = [rig.web, rig.house].map((house) => house.db.write(rig.sellerId, () => held));
    await floor.order("shopify", sku, 1);
    await floor.order("woocommerce", sku, 1);
    await rig.sandbox.settled();
    letGo();
    await Promise.all(slow);
    await floor.comesTo(sku, start - 2);
  }, 40_000);
});

describe("a process whose own clock is wrong", () => {
  const SEVEN_MINUTES_MS = 420_000;

  it.each([SEVEN_MINUTES_MS, -SEVEN_MINUTES_MS])("goes by the database's, %i ms away", async (awayMs) => {
    const away = {
      query: async <T extends object>() => [{ ms: Date.now() + awayMs }] as T[],
    };
    const clock = await startDatabaseClock(away, () => {});
    clock.stop();
    expect(Math.abs(clock.now().getTime() - (Date.now() + awayMs))).toBeLessThan(1_000);
  });

  it("waits as long as the database says, whatever time it believes it is", async () => {
    const { sku, itemId, start } = await floor.freshItem();
    await rig.worker.stop();
    await adjust(itemId, -1);
    const own = Date.now;
    try {
      Date.now = () => own() + SEVEN_MINUTES_MS;
      const stalled = await stallDue(rig.house.db.plain, rig.connections.ebay, { kind: "test", text: "test", leastMs: 10, mostMs: 60_000 });
      // The first try waits the least time, doubled by nothing yet; a clock ahead would make it negative, one behind a minute.
      expect(stalled.count).toBe(1);
      Date.now = () => own() - SEVEN_MINUTES_MS;
      const { waitMs } = await stallAgain();
      expect(waitMs).toBeLessThan(1_000);
    } finally {
      Date.now = own;
    }
    await retryNow(rig.web, { sellerId: rig.sellerId, connectionId: rig.connections.ebay });
    await rig.worker.start();
    await endFaults(floor);
    await floor.comesTo(sku, start - 1);

    async function stallAgain() {
      await retryNow(rig.web, { sellerId: rig.sellerId, connectionId: rig.connections.ebay });
      return stallDue(rig.house.db.plain, rig.connections.ebay, { kind: "test", text: "test", leastMs: 10, mostMs: 60_000 });
    }
  });
});
