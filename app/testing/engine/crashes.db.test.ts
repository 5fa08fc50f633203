import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHANNELS } from "#app/domain/channel-words.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { QUICK_LEASE, saleAcrossACrash } from "../sale-across-a-crash.ts";
import { killWorkerProcesses, startWorkerProcess } from "../worker-process.ts";

/** Every named point at which a worker can die between two steps of a sale. */
const POINTS = ["events-claimed", "orders-after-commit", "events-before-mark", "write-before-send", "write-before-record"];

describe("a worker that is killed on the way of a sale", () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig({ items: 20, seed: 3, pace: QUICK_LEASE });
    await rig.settle();
    await rig.worker.stop();
  }, 60_000);
  afterAll(async () => {
    killWorkerProcesses();
    await rig.stop();
  });

  it.each(POINTS)(
    "at %s loses nothing and does nothing twice",
    async (point) => {
      await saleAcrossACrash(rig, point, POINTS.indexOf(point));
    },
    60_000,
  );

  it("at each of them, one after the other, on all four channels at once", async () => {
    const skus = rig.sandbox
      .world()
      .simple.filter((i) => i.account === 1)
      .map((i) => i.sku)
      .slice(10, 14);
    const before = await Promise.all(skus.map((sku) => rig.available(sku)));
    for (const [i, channel] of CHANNELS.entries())
      await rig.control("POST", `/${channel}/orders`, { lines: [{ sku: skus[i], quantity: 2 }] });
    for (const point of POINTS) {
      const worker = await startWorkerProcess(rig, `${point}:1`);
      await Promise.race([worker.died, rig.settle(20_000)]);
      await worker.kill();
    }
    const last = await startWorkerProcess(rig, null);
    await rig.settle(40_000);
    for (const [i, sku] of skus.entries()) {
      const n = before[i]! - 2;
      expect([sku, await rig.available(sku)]).toEqual([sku, n]);
      expect([sku, await rig.shown(sku)]).toEqual([sku, { shopify: n, ebay: n, etsy: n, woocommerce: n }]);
    }
    await last.kill();
  }, 120_000);
});
