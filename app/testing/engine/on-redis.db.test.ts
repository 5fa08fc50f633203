import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { portOrAnother } from "../../../scripts/free-port.ts";
import { redisIsInstalled, startRedis, type TestRedis } from "../redis-server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { QUICK_LEASE, saleAcrossACrash } from "../sale-across-a-crash.ts";
import { killWorkerProcesses } from "../worker-process.ts";

// "The queue is tried on both backends" (app/jobs) says what did not run where there is no Redis, and fails in CI.
describe.runIf(redisIsInstalled())("on Redis", () => {
  let rig: Rig;
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis(await portOrAnother());
    rig = await startRig({ items: 20, seed: 4, redisUrl: redis.url, pace: QUICK_LEASE });
    await rig.settle();
  }, 60_000);
  afterAll(async () => {
    killWorkerProcesses();
    await rig.stop();
    await redis.stop();
  });

  it("a sale shows on all four channels", async () => {
    const sku = rig.sandbox.world().simple[1]!.sku;
    const before = await rig.available(sku);
    await rig.control("POST", "/etsy/orders", { lines: [{ sku, quantity: 1 }] });
    await rig.until(async () => (await rig.available(sku)) === before - 1);
    await rig.settle();
    const n = before - 1;
    expect(await rig.shown(sku)).toEqual({ shopify: n, ebay: n, etsy: n, woocommerce: n });
  });

  it("a worker that is killed in the middle of a drain loses nothing", async () => {
    await rig.worker.stop();
    await saleAcrossACrash(rig, "write-before-record", 5);
  }, 60_000);
});
