/** Nothing goes unseen: what the others hold back while a channel cannot be seen, and the daily check of its orders by id. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findConnection } from "#app/data/connections.server.ts";
import { grantOf } from "#app/demo/sandbox-door.server.ts";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { checkOrders } from "#app/flows/check-orders.server.ts";
import { chooseBlindPolicy, safetyEffect } from "#app/flows/choose-blind-policy.server.ts";
import { connectAccount } from "#app/flows/connect-account.server.ts";
import type { House } from "#app/flows/house.server.ts";
import { keepSight } from "#app/flows/keep-sight.server.ts";
import { pollConnectionById } from "#app/flows/read-orders.server.ts";
import { scanConnectionById } from "#app/flows/scan-numbers.server.ts";
import { watchSilence } from "#app/flows/watch-silence.server.ts";
import { explainNumber } from "#app/views/explain-number.server.ts";
import { readSightOf } from "#app/views/sight.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { endFaults, shopFloor } from "./shop-floor.ts";

const MINUTE_MS = 60_000;

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  rig = await startRig({ items: 16, seed: 61, pace: { sweepMs: 300 } });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());
afterEach(async () => {
  await endFaults(floor);
  expect(await floor.wrongLevels()).toBe(0);
});

const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);
const wish = () => ({ sellerId: rig.sellerId, actorKey: "demo" });
const later = (ms: number, more: Partial<House> = {}): House => ({
  ...rig.house,
  now: () => new Date(rig.house.now().getTime() + ms),
  ...more,
});
const others = (channel: ChannelName) => CHANNELS.filter((c) => c !== channel);
const isBlind = async (channel: ChannelName) => (await findConnection(rig.house.db.plain, rig.connections[channel]))?.blindSince !== null;
const policy = (channel: ChannelName, units: number, lastUnit = false) =>
  sql("update connection set blind_units = $2, blind_last_unit = $3 where id = $1", [rig.connections[channel], units, lastUnit]);
const openHolds = () => sql<{ reason: string }>("select reason from hold where closed_at is null");
const alertsOf = (channel: ChannelName, kind: string) =>
  sql<{ text: string }>("select text from alert where connection_id = $1 and kind = $2 and closed_at is null", [
    rig.connections[channel],
    kind,
  ]);

async function reconnect(channel: ChannelName): Promise<void> {
  await floor.faults(channel, {});
  const grant = await grantOf(rig.sandbox.origin, channel, 1);
  await connectAccount(rig.house, { ...wish(), channel, ...grant, consentVersion: "test" });
}

describe("a token that is dead for an hour, with sales on all channels", () => {
  it.each(CHANNELS)(
    "%s: the others hold back a unit, the brake does not count it, and nothing rises before the orders are caught up",
    async (channel) => {
      const sold = await floor.freshItem();
      const calm = await floor.freshItem();
      await floor.faults(channel, { tokens: "revoke", webhooks: { drop: 1 } });
      await adjustStock(rig.house, { ...wish(), itemId: sold.itemId, by: 1, note: "test" });
      await rig.until(() => isBlind(channel));
      await rig.until(async () => (await rig.shown(calm.sku))[others(channel)[0]!] === calm.start - 1);
      // As if that had been an hour ago.
      await sql(
        "update connection set blind_since = blind_since - interval '1 hour', unseen_since = unseen_since - interval '1 hour' where id = $1",
        [rig.connections[channel]],
      );
      for (const other of others(channel)) await floor.order(other, sold.sku, 1);
      await floor.order(channel, sold.sku, 2);
      const held = sold.start + 1 - 3 - 1;
      await rig.until(async () => {
        const shown = await rig.shown(sold.sku);
        return others(channel).every((other) => shown[other] === held);
      });
      const quiet = await floor.lastCall(channel);
      await floor.sweeps(2);
      expect(await floor.calls(channel, quiet)).toEqual([]);
      expect(await openHolds()).toEqual([]);
      expect((await alertsOf(channel, "blind"))[0]?.text).toMatch(/hold back 1 unit of each of \d+ numbers .* never the last one/);
      const { id } = await floor.number(others(channel)[0]!, calm.sku);
      const why = await explainNumber(rig.web, rig.sellerId, id);
      const name = (await findConnection(rig.house.db.plain, rig.connections[channel]))?.name;
      expect(why?.steps.find((step) => step.kind === "safety")).toMatchObject({ figure: 1, result: calm.start - 1, because: [name] });

      const before = Object.fromEntries(
        await Promise.all(
          CHANNELS.map(async (c) => [c, (await rig.control<{ n: number }[]>("GET", `/${c}/journal?since=0`)).at(-1)?.n ?? 0]),
        ),
      ) as Record<ChannelName, number>;
      const calls = await floor.lastCall(channel);
      await rig.worker.stop();
      await reconnect(channel);
      // It answers again, but nobody has read what sold there meanwhile.
      await keepSight(rig.house, rig.connections[channel]);
      expect((await floor.number(others(channel)[0]!, calm.sku)).target).toBe(calm.start - 1);
      await rig.worker.start();
      await floor.comesTo(sold.sku, sold.start + 1 - 5);
      await floor.comesTo(calm.sku, calm.start);
      const orderCalls = (await floor.calls(channel, calls)).filter((call) => /order|receipt/i.test(call.operation) && call.status === 200);
      const caughtUp = orderCalls[0]?.at ?? "never";
      for (const each of CHANNELS) {
        const raises = (
          await rig.control<{ at: string; sku: string; from: number; to: number; by: string }[]>(
            "GET",
            `/${each}/journal?since=${before[each]}`,
          )
        ).filter((j) => j.by === "api" && j.to > j.from);
        expect(raises.filter((j) => j.at < caughtUp)).toEqual([]);
        expect(raises.filter((j) => j.sku === sold.sku && j.to > sold.start - 4)).toEqual([]);
        if (each !== channel) expect(raises.some((j) => j.sku === calm.sku && j.to === calm.start)).toBe(true);
      }
      expect(await alertsOf(channel, "blind")).toEqual([]);
    },
    30_000,
  );
});

describe("what is held back", () => {
  it("is the seller's choice: nothing, or even the last unit; a change while it lasts is followed", async () => {
    const { sku, itemId } = await floor.freshItem();
    await adjustStock(rig.house, { ...wish(), itemId, setTo: 2, note: "test" });
    await floor.comesTo(sku, 2);
    await policy("ebay", 0);
    await sql("update connection set blind_since = clock_timestamp(), blind_reason = 'test' where id = $1", [rig.connections.ebay]);
    await rig.until(
      async () =>
        (await sql("select from connection where id = $1 and unseen_kind = 'access' and safety_settled", [rig.connections.ebay])).length ===
        1,
    );
    expect(await rig.shown(sku)).toMatchObject({ shopify: 2, etsy: 2, woocommerce: 2 });
    await policy("ebay", 5);
    await rig.until(async () => (await rig.shown(sku)).shopify === 1);
    const more = { units: 5, lastUnit: true };
    const effect = await safetyEffect(rig.web, rig.sellerId, rig.connections.ebay, more);
    expect(effect?.zeroed).toBeGreaterThanOrEqual(3);
    expect(effect?.switchedOff).toBeGreaterThanOrEqual(1);
    const choice = { ...wish(), ...more, connectionId: rig.connections.ebay };
    expect(await chooseBlindPolicy(rig.web, { ...choice, shownZeroes: effect!.zeroed - 1 })).toBe("changed");
    expect(await chooseBlindPolicy(rig.web, { ...choice, shownZeroes: effect!.zeroed })).toBe("stored");
    await rig.until(async () => (await rig.shown(sku)).shopify === 0 && (await rig.shown(sku)).etsy === 0);
    expect(await openHolds()).toEqual([]);
    const [zeroes] = await sql<{ n: number }>(
      "select count(*)::int as n from channel_quantity where target = 0 and cause_kind = 'blind' and connection_id <> $1",
      [rig.connections.ebay],
    );
    expect(zeroes?.n).toBe(effect?.zeroed);
    await policy("ebay", 1);
    await sql("update connection set blind_since = null, sighted_at = clock_timestamp() where id = $1", [rig.connections.ebay]);
    await floor.comesTo(sku, 2);
  }, 20_000);

  it("also while a channel does not answer, and is given back with its first answer; a crash in between goes on", async () => {
    const { sku, start } = await floor.freshItem();
    await rig.worker.stop();
    const { etsy } = rig.connections;
    await floor.faults("etsy", { api: { error5xx: 1 } });
    for (let n = 0; n < 2; n++) await pollConnectionById(rig.house, etsy);
    await keepSight(rig.house, etsy);
    const target = async () => (await floor.number("shopify", sku)).target;
    expect(await target()).toBe(start);
    await keepSight(later(3 * MINUTE_MS), etsy);
    expect(await target()).toBe(start - 1);
    expect((await alertsOf("etsy", "blind"))[0]?.text).toMatch(/has not answered for a while/);

    await floor.faults("etsy", {});
    await pollConnectionById(later(4 * MINUTE_MS), etsy);
    // Died after the choice was stored, before the numbers followed.
    await sql("update connection set unseen_since = null, unseen_kind = null, safety_units = 0, safety_settled = false where id = $1", [
      etsy,
    ]);
    expect(await target()).toBe(start - 1);
    await keepSight(later(4 * MINUTE_MS), etsy);
    expect(await target()).toBe(start);
    expect(await alertsOf("etsy", "blind")).toEqual([]);
    await rig.worker.start();
    await rig.settle();
  });
});

describe("the daily check of orders", () => {
  type Check = {
    id: string;
    verdict: string;
    listed: number;
    counted: number;
    missing_ids: string[];
    repaired: number;
    gone_ids: string[];
    seen_ids: string[];
  };
  const checks = (channel: ChannelName) =>
    sql<Check>("select * from order_check where connection_id = $1 order by begun_at", [rig.connections[channel]]);

  it.each(CHANNELS)("%s: an order that no delivery told of and no poll found is found by its id and counted, once", async (channel) => {
    const { sku, start } = await floor.freshItem();
    await rig.settle();
    await rig.worker.stop();
    const connectionId = rig.connections[channel];
    await floor.faults(channel, { webhooks: { drop: 1 } });
    await sql("update connection set settings = jsonb_set(settings, '{timings,orderOverlapMs}', '0') where id = $1", [connectionId]);
    const { id: missed } = await rig.control<{ id: string }>("POST", `/${channel}/orders`, { lines: [{ sku, quantity: 1 }] });
    // The window in which it was placed is skipped: the cursor stands behind it.
    await sql("update feed set cursor = clock_timestamp() + interval '30 minutes' where connection_id = $1 and kind = 'orders'", [
      connectionId,
    ]);
    await pollConnectionById(rig.house, connectionId);
    expect(await rig.available(sku)).toBe(start);

    const dying = later(0, {
      crashPoint: (name) => {
        if (name === "order-check-page") throw new Error("the process died");
      },
    });
    await expect(checkOrders(dying, connectionId)).rejects.toThrow("the process died");
    expect(await rig.available(sku)).toBe(start);
    await checkOrders(rig.house, connectionId);
    expect(await rig.available(sku)).toBe(start - 1);
    const [first, ...more] = await checks(channel);
    expect(more).toEqual([]);
    expect(first).toMatchObject({
      verdict: "repaired",
      missing_ids: [expect.stringContaining(missed)],
      repaired: 1,
      gone_ids: [],
      seen_ids: [],
    });
    expect(first?.counted).toBe(first?.listed);
    expect((await alertsOf(channel, "order-check"))[0]?.text).toMatch(/found 1 order on/);

    await checkOrders(rig.house, connectionId);
    const second = (await checks(channel))[1];
    expect(second).toMatchObject({ verdict: "complete", missing_ids: [], repaired: 0, listed: first?.listed, counted: first?.listed });
    expect(await rig.available(sku)).toBe(start - 1);
    expect(await alertsOf(channel, "order-check")).toEqual([]);
    const [feed] = await sql<{ soon: boolean }>(
      "select next_at between clock_timestamp() and clock_timestamp() + interval '25 hours' as soon from feed where connection_id = $1 and kind = 'check'",
      [connectionId],
    );
    expect(feed?.soon).toBe(true);
    await sql("update feed set cursor = null where connection_id = $1 and kind = 'orders'", [connectionId]);
    await rig.worker.start();
    await floor.comesTo(sku, start - 1);
  });
});

describe("numbers that nobody announces a change of", () => {
  it("are all looked at within a quarter of an hour, although they are more than one look takes, within the budget", async () => {
    await rig.settle();
    await rig.worker.stop();
    const { etsy } = rig.connections;
    const start = rig.house.now().getTime() - 40 * MINUTE_MS;
    // An import has read them all at once.
    await sql(
      "update channel_quantity set last_read_at = $2, confirmed_at = $2, cause_at = $2::timestamptz - interval '1 day' where connection_id = $1",
      [etsy, new Date(start)],
    );
    await sql("update feed set every_ms = $2, next_at = $3 where connection_id = $1 and kind = 'scan'", [
      etsy,
      15 * MINUTE_MS,
      new Date(start),
    ]);
    const oldest = async (now: Date) => {
      const [row] = await sql<{ at: Date; n: number }>(
        "select min(last_read_at) as at, count(*)::int as n from channel_quantity where connection_id = $1 and target is not null",
        [etsy],
      );
      expect(row?.n).toBeGreaterThan(5);
      return now.getTime() - (row?.at.getTime() ?? 0);
    };
    const since = await floor.lastCall("etsy");
    const ages: number[] = [];
    for (let ms = 0; ms < 38 * MINUTE_MS; ms += 30_000) {
      const now = new Date(start + ms);
      ages.push(await oldest(now));
      const [due] = await sql("select 1 from feed where connection_id = $1 and kind = 'scan' and next_at <= $2", [etsy, now]);
      const house: House = { ...rig.house, now: () => now, limits: null, pace: { ...rig.house.pace, lookAtOnce: 5 } };
      if (due) await scanConnectionById(house, etsy);
    }
    expect(Math.max(...ages)).toBeLessThanOrEqual(15 * MINUTE_MS);
    expect(Math.max(...ages)).toBeGreaterThan(5 * MINUTE_MS);
    expect((await floor.calls("etsy", since)).length).toBeLessThanOrEqual(2 * 60);
    const seen = await rig.house.db.read(rig.sellerId, (prisma) =>
      readSightOf(prisma, rig.sellerId, etsy, new Date(start + 38 * MINUTE_MS)),
    );
    expect(seen).toMatchObject({ unread: 0 });
    expect(seen.fresh).toBe(seen.numbers);
    await rig.worker.start();
  });
});

describe("a shop that falls silent", () => {
  it("is asked and told of, and no number changes for it; an order that was lost is found by the asking", async () => {
    await rig.settle();
    await rig.worker.stop();
    const { sku, start } = await floor.freshItem();
    const { woocommerce } = rig.connections;
    await floor.faults("woocommerce", { webhooks: { drop: 1 } });
    // Four weeks of an order an hour, and none for half a day.
    await sql(
      `insert into sales_order (id, seller_id, connection_id, external_id, number, status, paid, placed_at, updated_at, observed_at, digest)
       select gen_random_uuid(), $1, $2, 'past-' || n, 'past-' || n, 'shipped', true, clock_timestamp() - n * interval '1 hour', 'epoch', 'epoch', 'past' from generate_series(12, 600) n`,
      [rig.sellerId, woocommerce],
    );
    await sql(
      "update sales_order set placed_at = placed_at - interval '12 hours' where connection_id = $1 and external_id not like 'past-%'",
      [woocommerce],
    );
    const before = await rig.shown(sku);
    const since = await floor.lastCall("woocommerce");
    await watchSilence(rig.house);
    expect((await alertsOf("woocommerce", "silent"))[0]?.text).toMatch(
      /No order from .* About 1\d would be usual .* it answers, and lists no newer order/,
    );
    expect((await floor.calls("woocommerce", since)).length).toBeLessThanOrEqual(6);
    expect(await rig.shown(sku)).toEqual(before);
    expect((await sql("select 1 from connection where safety_units > 0 or unseen_since is not null")).length).toBe(0);
    await watchSilence(rig.house);
    expect((await sql("select 1 from alert where kind = 'silent' and closed_at is null and count = 1")).length).toBe(1);

    await floor.order("woocommerce", sku, 1);
    await sql(
      "update alert set data = data || jsonb_build_object('askedAt', clock_timestamp() - interval '61 minutes') where kind = 'silent'",
    );
    await watchSilence(rig.house);
    expect(await rig.available(sku)).toBe(start - 1);
    expect(await alertsOf("woocommerce", "silent")).toEqual([]);
  });
});
