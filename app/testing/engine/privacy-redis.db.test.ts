/** No buyers in the queue (law 6): jobs carry ids only, whichever backend holds them. PostgreSQL's is searched in privacy.db.test.ts. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHANNELS } from "#app/domain/channel-words.ts";
import { portOrAnother } from "../../../scripts/free-port.ts";
import { aDayWithBuyers, marksInDatabase, marksInRedis, plantInRedis } from "../buyer-marks.ts";
import { type DeliveryTap, openDeliveryTap } from "../delivery-tap.ts";
import { redisIsInstalled, startRedis, type TestRedis } from "../redis-server.ts";
import { type Rig, startRig } from "../rig.server.ts";

// "The queue is tried on both backends" (app/jobs) says what did not run where there is no Redis, and fails in CI.
describe.runIf(redisIsInstalled())("on Redis", () => {
  let rig: Rig;
  let tap: DeliveryTap;
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis(await portOrAnother());
    rig = await startRig({ items: 12, seed: 42, redisUrl: redis.url });
    await rig.settle();
    tap = await openDeliveryTap(rig);
  }, 60_000);
  afterAll(async () => {
    await rig.stop();
    await tap.stop();
    await redis.stop();
  });

  it("orders with buyers leave none, neither in a key nor in a table", async () => {
    expect([...(await aDayWithBuyers(rig, tap))].toSorted()).toEqual([...CHANNELS].toSorted());
    const { scanned, found } = await marksInRedis(redis.url);
    expect(scanned).toBeGreaterThan(0);
    expect(found).toEqual([]);
    expect((await marksInDatabase(rig.adminUrl)).found).toEqual([]);
  }, 60_000);

  it("the search finds a buyer in every kind of key", async () => {
    const planted = await plantInRedis(redis.url);
    expect((await marksInRedis(redis.url)).found.toSorted()).toEqual(planted.toSorted());
  });
});
