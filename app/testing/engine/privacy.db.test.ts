/** No buyers in the house (law 6): not in any table, not in any line of the log, whatever the platforms send. */

import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHANNELS } from "#app/domain/channel-words.ts";
import { createLogger } from "#app/platform/log.server.ts";
import { aDayWithBuyers, holdsMark, MARK, marksInDatabase, withBuyers } from "../buyer-marks.ts";
import { type DeliveryTap, openDeliveryTap } from "../delivery-tap.ts";
import { type Rig, startRig } from "../rig.server.ts";

/** Deliveries on the way at once, as a platform sends them. */
const SIDE_BY_SIDE = 12;

let rig: Rig;
let tap: DeliveryTap;
const lines: string[] = [];
beforeAll(async () => {
  rig = await startRig({
    items: 12,
    seed: 41,
    log: createLogger({ level: "debug", role: "rig", write: (line) => void lines.push(line) }),
  });
  await rig.settle();
  tap = await openDeliveryTap(rig);
}, 60_000);
afterAll(async () => {
  await rig.stop();
  await tap.stop();
});

const linesWithBuyers = () => lines.filter(holdsMark);

it("the search finds a buyer where one is", async () => {
  const admin = new pg.Client({ connectionString: rig.adminUrl });
  await admin.connect();
  await admin.query(`create schema planted; create table planted.texts as select 1 as n, '{"a": ["${MARK.toLowerCase()} x"]}'::jsonb as v`);
  await admin.query("create table planted.bytes as select convert_to($1, 'UTF8') as v", [`a ${MARK}`]);
  const { found, scanned } = await marksInDatabase(rig.adminUrl);
  await admin.query("drop schema planted cascade");
  await admin.end();
  expect(found.map((f) => f.split(":")[0])).toEqual(["planted.bytes.v", "planted.texts.v"]);
  expect(scanned).toBeGreaterThan(30);
});

describe("orders with buyers, changed in every way", () => {
  it("leave no buyer in any table or line of the log", async () => {
    const seen = await aDayWithBuyers(rig, tap);
    // They were there to be dropped: each platform told of them.
    expect([...seen].toSorted()).toEqual([...CHANNELS].toSorted());
    const [kept] = await rig.house.db.plain.query<{ orders: number }>(
      "select count(*)::int as orders from sales_order where seller_id = $1 and placed_at > now() - interval '10 min'",
      [rig.sellerId],
    );
    expect(kept?.orders).toBeGreaterThanOrEqual(12);
    expect((await marksInDatabase(rig.adminUrl)).found).toEqual([]);
    expect(lines.some((line) => line.includes("a delivery was recorded"))).toBe(true);
    expect(linesWithBuyers()).toEqual([]);
  }, 60_000);
});

describe.each(CHANNELS)("deliveries from %s with buyers where nobody expects them", (channel) => {
  it("leave none, signed or not", async () => {
    const samples = [...new Map(tap.taken(channel).map((t) => [t.topic, t])).values()].filter((t) => t.topic !== "unknown");
    expect(samples.length).toBeGreaterThan(0);
    const logged = lines.length;
    const deliveries = samples.flatMap((sample) =>
      [...withBuyers(sample)].flatMap((changed) => ["good", "bad"].map((sign) => ({ topic: sample.topic, ...changed, sign }))),
    );
    expect(deliveries.length).toBeGreaterThan(20);
    for (let from = 0; from < deliveries.length; from += SIDE_BY_SIDE) {
      const answers = deliveries.slice(from, from + SIDE_BY_SIDE).map(async (delivery) => {
        const { statuses } = await rig.control<{ statuses: (number | null)[] }>("POST", `/${channel}/deliver`, delivery);
        expect(statuses[0], `${delivery.sign} ${delivery.topic} ${delivery.body.slice(0, 200)}`).toSatisfy((s: number) =>
          delivery.sign === "good" ? s === 200 : s >= 400 && s < 500,
        );
      });
      await Promise.all(answers);
    }
    await rig.settle(40_000);
    expect((await marksInDatabase(rig.adminUrl)).found).toEqual([]);
    expect(lines.length).toBeGreaterThan(logged);
    expect(linesWithBuyers()).toEqual([]);
  }, 120_000);
});
