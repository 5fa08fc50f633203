/** What the platforms' caps do to a working shop: writes of one listing, quotas that are spent, and the pace that follows. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ChannelError } from "#app/channels/errors.ts";
import { takeCall } from "#app/data/call-budget.server.ts";
import { findConnection } from "#app/data/connections.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { approvePlan } from "#app/flows/approve-plan.server.ts";
import { withChannel } from "#app/flows/channel-door.server.ts";
import { openPlan } from "#app/flows/open-plan.server.ts";
import { paceConnection } from "#app/flows/pace-connection.server.ts";
import { readQuotas, readQuotasAgain } from "#app/flows/read-quotas.server.ts";
import { allowRenewals } from "#app/flows/renewal-fees.server.ts";
import type { Bell } from "#app/jobs/definitions.ts";
import { channelView } from "#app/views/channels.server.ts";
import { planView } from "#app/views/plan.server.ts";
import { previewRenewals } from "#app/views/preview-renewals.server.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { all, endFaults, shopFloor } from "./shop-floor.ts";

const NEVER_MS = 3_600_000;

let rig: Rig;
const floor = shopFloor(() => rig);
beforeAll(async () => {
  rig = await startRig({ items: 24, seed: 43, pace: { pollMs: NEVER_MS, quietPollMs: 4 * NEVER_MS, scanMs: NEVER_MS, sweepMs: 300 } });
  await rig.settle();
}, 60_000);
afterAll(() => rig.stop());
afterEach(async () => {
  await endFaults(floor);
  expect(await floor.wrongLevels()).toBe(0);
});

const sql = <T extends object>(text: string, values: unknown[] = []) => rig.house.db.plain.query<T>(text, values);
const setTo = (itemId: string, n: number) =>
  adjustStock(rig.house, { sellerId: rig.sellerId, actorKey: "demo", itemId, setTo: n, note: "test" });
const connection = async (channel: ChannelName) => {
  const found = await findConnection(rig.house.db.plain, rig.connections[channel]);
  if (!found) throw new Error("no connection");
  return found;
};

/** Fails with what it shows instead. */
async function comesToShow(sku: string, shown: Record<ChannelName, number>): Promise<void> {
  await expect.poll(() => rig.shown(sku), { timeout: 10_000 }).toEqual(shown);
}

/** As if so many of the day's calls were left for all sellers; the sandbox says with each answer how many a day has. */
async function leaveCallsToday(scope: string, left: number | null): Promise<void> {
  await sql(
    `update call_budget set hours_until = floor(extract(epoch from clock_timestamp()) / 3600)::bigint,
       hours = (select array_agg(case when $2::int is not null and slot = floor(extract(epoch from clock_timestamp()) / 3600)::bigint % 25 + 1 then per_day - $2::int else 0 end order by slot)
         from generate_series(1, 25) slot) where scope = $1`,
    [scope, left],
  );
}

describe("eBay's 250 changes of a listing a day", () => {
  /** As if the day had seen so many. */
  const used = (id: string, n: number) =>
    sql(
      "update channel_quantity set revisions_today = $2, revisions_day = (clock_timestamp() at time zone 'America/Los_Angeles')::date where id = $1",
      [id, n],
    );
  const others = (n: number, ebay: number) => ({ ...all(n), ebay });

  it("are counted write by write; near the cap a raise waits and says why, a lowering still goes, later only zero", async () => {
    await sql("update connection set settings = settings || '{\"revisionsPerDay\": 250}' where id = $1", [rig.connections.ebay]);
    const { sku, itemId } = await floor.freshItem();
    await setTo(itemId, 8);
    await floor.comesTo(sku, 8);
    const { id } = await floor.number("ebay", sku);
    await setTo(itemId, 7);
    await floor.comesTo(sku, 7);
    const counted = (await floor.number("ebay", sku)).revisions_today as number;
    expect(counted).toBeGreaterThanOrEqual(1);
    expect(counted).toBe((await floor.journal("ebay", sku)).filter((j) => j.by === "api").length);

    const waits = async (why: RegExp) => {
      await rig.until(async () => why.test(String((await floor.number("ebay", sku)).failure_text)));
      return (await floor.number("ebay", sku)).next_attempt_at as Date;
    };
    await used(id, 200);
    await setTo(itemId, 9);
    const midnight = await waits(/goes up when the channel's new day begins/);
    expect(midnight.getTime()).toBeGreaterThan(Date.now());
    await comesToShow(sku, others(9, 7));

    await setTo(itemId, 6);
    await floor.comesTo(sku, 6);
    await used(id, 230);
    await setTo(itemId, 5);
    await waits(/kept for zero/);
    await comesToShow(sku, others(5, 6));

    await setTo(itemId, 0);
    await floor.comesTo(sku, 0);
    expect((await floor.number("ebay", sku)).failure_text).toBe(null);
    // Other variations of this listing share its day.
    await sql("update channel_quantity set revisions_today = 0 where connection_id = $1", [rig.connections.ebay]);
  }, 30_000);
});

describe("the pace of a connection", () => {
  it("follows its orders, its deliveries, the hour and what the budget has left, and is kept on its feeds", async () => {
    const feeds = async () =>
      new Map(
        (
          await sql<{ kind: string; every_ms: number; every_reason: string; every_limited: boolean; soon: boolean }>(
            "select kind, every_ms, every_reason, every_limited, next_at > clock_timestamp() + interval '59 minutes' as soon from feed where connection_id = $1",
            [rig.connections.etsy],
          )
        ).map((f) => [f.kind, f]),
      );
    const { sku } = await floor.freshItem();
    // Its order was seen by asking: no delivery has ever come.
    await floor.faults("etsy", { webhooks: { drop: 1 } });
    await sql("update inbound_event set received_at = received_at - interval '1 day' where connection_id = $1", [rig.connections.etsy]);
    await floor.order("etsy", sku, 1);
    await sql("update feed set next_at = clock_timestamp() where connection_id = $1 and kind = 'orders'", [rig.connections.etsy]);
    await rig.until(
      async () => (await rig.shown(sku)).shopify === (await rig.available(sku)) && (await feeds()).get("orders")?.every_reason === "busy",
    );
    await rig.settle();
    expect(await paceConnection(rig.house, await connection("etsy"))).toMatchObject({
      reason: "busy",
      pollMs: NEVER_MS,
      pollLimited: false,
    });

    await floor.faults("etsy", {});
    await floor.order("etsy", sku, 1);
    await rig.settle();
    expect((await paceConnection(rig.house, await connection("etsy"))).reason).toBe("pushed");
    expect((await feeds()).get("orders")).toMatchObject({ every_reason: "pushed", every_limited: false, soon: true });

    // The platform says that three calls are left for all: no more than that is planned.
    await leaveCallsToday("etsy:app", 3);
    const poor = await paceConnection(rig.house, await connection("etsy"));
    expect([poor.pollLimited, poor.lookLimited]).toEqual([true, true]);
    expect((await feeds()).get("scan")).toMatchObject({ every_limited: true });
    await leaveCallsToday("etsy:app", null);
  }, 30_000);
});

it("a quota that is spent stops a channel, not the others, and is over by itself", async () => {
  const { sku, start, itemId } = await floor.freshItem();
  const scope = "etsy:app";
  await leaveCallsToday(scope, 0);
  const answer = await takeCall(rig.house.db.plain, {
    ...{
      scope,
      sellerId: rig.sellerId,
      connectionId: rig.connections.etsy,
      weight: 1,
      purpose: "orders",
      cost: 1,
      reserve: 0,
      day: "sliding",
    },
    limits: { capacity: 100, restorePerSecond: 100, perDay: 1 },
  });
  expect(answer).toMatchObject({ granted: false, because: "day" });
  await setTo(itemId, start + 2);
  await comesToShow(sku, { ...all(start + 2), etsy: start });
  const [share] = await sql<{ spent_rank: number; later: boolean }>(
    "select spent_rank, spent_until > clock_timestamp() as later from call_share where scope = $1 and connection_id = $2",
    [scope, rig.connections.etsy],
  );
  expect(share).toEqual({ spent_rank: 0, later: true });
  await leaveCallsToday(scope, null);
  await sql("update channel_quantity set next_attempt_at = null where connection_id = $1 and dirty", [rig.connections.etsy]);
  await floor.comesTo(sku, start + 2);
}, 30_000);

it("eBay's own count of the day is read and shown, rules where it is stricter, and is read again when eBay refuses a call", async () => {
  const ebay = await connection("ebay");
  const budgets = () =>
    sql<{ scope: string; used: number; left: number | null }>(
      "select scope, used_today as used, told_left as left from call_budget where scope like 'ebay:app:%' order by scope",
    );
  // As if we had lost count.
  await sql("update call_budget set used_today = 0 where scope = 'ebay:app:rest'");
  expect(await readQuotas(rig.house, ebay)).toBeGreaterThanOrEqual(2);
  const rows = await budgets();
  const rest = rows.find(({ scope }) => scope === "ebay:app:rest");
  expect(rest?.used).toBeGreaterThan(0);
  expect(rest?.left).toBeLessThan(10_000_000);
  expect(rows.find(({ scope }) => scope === "ebay:app:getRateLimits")?.used).toBe(2);
  const view = await channelView(rig.house, rig.sellerId, ebay.id);
  expect(view?.limits.told).toMatchObject({ perDay: 10_000_000, left: Math.min(...rows.flatMap(({ left }) => left ?? [])) });

  const bells: Bell[] = [];
  const house = { ...rig.house, doorbell: { ...rig.house.doorbell, ringSoon: (bell: Bell) => void bells.push(bell) } };
  const refused = withChannel(house, ebay, "drift", () => Promise.reject(new ChannelError("rate-limited", "spent")));
  await expect(refused).rejects.toMatchObject({ kind: "rate-limited" });
  expect(bells).toEqual([{ job: "chores", chore: "quotas", id: ebay.id }]);
  await sql("update call_budget set told_at = null where scope = 'ebay:app:rest'");
  const askedAgain = () => sql("select 1 from call_budget where scope = 'ebay:app:rest' and told_at is not null");
  await readQuotasAgain(rig.house, ebay.id);
  expect(await askedAgain()).toHaveLength(1);
  // Refusals come in crowds: the next ones do not ask again.
  await sql("update call_budget set told_at = null where scope = 'ebay:app:rest'");
  await readQuotasAgain(rig.house, ebay.id);
  expect(await askedAgain()).toHaveLength(0);
  await sql("update connection set quiet_until = null where id = $1", [ebay.id]);

  // An application that may not read it loses the figure, not the seller's channel.
  for (const kind of ["forbidden", "auth-expired", "auth-revoked", "rejected"] as const) {
    const readQuotasOf = () => Promise.reject(new ChannelError(kind, "not for this application"));
    const channels = { ...rig.house.channels, ebay: { ...rig.house.channels.ebay, readQuotas: readQuotasOf } };
    expect(await readQuotas({ ...rig.house, channels }, ebay)).toBe(null);
    expect((await connection("ebay")).blindSince).toBe(null);
  }
}, 30_000);

describe("renewals on Etsy cost money", () => {
  const allow = (capMinor: number | null) =>
    allowRenewals(rig.house, { sellerId: rig.sellerId, actorKey: "demo", connectionId: rig.connections.etsy, capMinor });
  const spent = async () => {
    const [row] = await sql<{ minor: number; rows: number }>(
      "select coalesce(sum(amount_minor), 0)::int as minor, count(*)::int as rows from fee_spent where connection_id = $1",
      [rig.connections.etsy],
    );
    return row?.minor ?? -1;
  };
  /** Items that are the only number of their Etsy listing, sold out there by a sale. */
  async function soldOut(): ReturnType<typeof floor.freshItem> {
    for (;;) {
      const item = await floor.freshItem();
      const { parent_key } = await floor.number("etsy", item.sku);
      const siblings = await sql("select 1 from channel_quantity where connection_id = $1 and parent_key = $2", [
        rig.connections.etsy,
        parent_key,
      ]);
      if (siblings.length > 1) continue;
      await floor.order("etsy", item.sku, item.start);
      await floor.comesTo(item.sku, 0);
      return item;
    }
  }
  const openCards = () => sql<{ text: string }>("select text from alert where kind = 'renewal-cap' and closed_at is null");
  /** What Etsy itself charged. */
  const charged = async () => (await floor.calls("etsy", 0)).filter((c) => c.operation === "updateListing" && c.status < 300).length;

  it("so none goes out without consent, no more than the month's cap allows, and each is on record before it is made", async () => {
    await allow(null);
    const [one, two] = [await soldOut(), await soldOut()];
    const before = { spent: await spent(), charged: await charged() };
    await setTo(one.itemId, 3);
    await comesToShow(one.sku, { ...all(3), etsy: 0 });
    expect(await spent()).toBe(before.spent);

    // Enough for one of the two.
    await allow(before.spent + 30);
    await floor.comesTo(one.sku, 3);
    expect(await spent()).toBe(before.spent + 20);
    await setTo(two.itemId, 4);
    await comesToShow(two.sku, { ...all(4), etsy: 0 });
    await rig.settle();
    expect([await spent(), await charged()]).toEqual([before.spent + 20, before.charged + 1]);
    expect([(await floor.number("etsy", two.sku)).target, (await floor.number("etsy", two.sku)).dirty]).toEqual([0, false]);

    await allow(before.spent + 100);
    await floor.comesTo(two.sku, 4);
    expect([await spent(), await charged()]).toEqual([before.spent + 40, before.charged + 2]);
    expect(await openCards()).toEqual([]);
    const consents = await sql<{ kind: string; text_version: string }>(
      "select kind, text_version from consent where connection_id = $1 and kind like 'etsy-renewal%' order by at desc limit 3",
      [rig.connections.etsy],
    );
    expect(consents.map((c) => c.kind)).toEqual(["etsy-renewal", "etsy-renewal", "etsy-renewal-withdrawn"]);
  }, 40_000);

  it("are named with their most before a batch of changes is sent", async () => {
    await allow((await spent()) + 100);
    const { sku, itemId } = await soldOut();
    const { id } = await floor.number("etsy", sku);
    const who = { sellerId: rig.sellerId, actorKey: "demo" };
    const nothing = {
      ...{ connectionId: null, tag: null, buffer: null, percent: null, cap: null, fixed: null, paused: null, lastUnits: null },
      ...{ lastRank: null, startsAt: null, endsAt: null },
    };
    const [listing] = await sql<{ id: string }>("select id from listing where quantity_id = $1", [id]);
    const plan = async (floor: number | null) => {
      const rule = { ...nothing, id: rig.house.newId(), scope: "listing" as const, listingId: listing?.id ?? null, floor };
      const previewId = await openPlan(rig.web, { ...who, kind: "rules", plan: { title: null, replaces: [], rules: [rule] } });
      await rig.until(async () => (await planView(rig.web, rig.sellerId, previewId, null))?.state === "open");
      return { previewId, hash: (await planView(rig.web, rig.sellerId, previewId, null))?.hash ?? "" };
    };
    await approvePlan(rig.web, { ...who, ...(await plan(100)), excluded: [] });
    await setTo(itemId, 3);
    await comesToShow(sku, { ...all(3), etsy: 0 });
    const back = await plan(null);
    const [cost] = await previewRenewals(rig.web, rig.sellerId, back.previewId);
    expect(cost).toEqual({ connectionId: rig.connections.etsy, listings: 1, capMinor: (await spent()) + 100, spentMinor: await spent() });
    expect(await previewRenewals(rig.web, rig.house.newId(), back.previewId)).toEqual([]);
    await approvePlan(rig.web, { ...who, ...back, excluded: [] });
    await floor.comesTo(sku, 3);
    expect(await spent()).toBe((cost?.spentMinor ?? 0) + 20);
  });

  it("two that want the last fee at once: one gets it, the other stays sold out, says why and asks", async () => {
    const [one, two] = [await soldOut(), await soldOut()];
    const before = { spent: await spent(), charged: await charged() };
    await allow(before.spent + 20);
    // Both targets rise before either is written.
    await rig.worker.stop();
    await setTo(one.itemId, 2);
    await setTo(two.itemId, 2);
    await rig.worker.start();
    await rig.until(async () => (await openCards()).length === 1);
    await rig.settle();
    const shown = [(await rig.shown(one.sku)).etsy, (await rig.shown(two.sku)).etsy];
    expect(shown.toSorted()).toEqual([0, 2]);
    expect([await spent(), await charged()]).toEqual([before.spent + 20, before.charged + 1]);
    await allow(100_000);
    await floor.comesTo(one.sku, 2);
    await floor.comesTo(two.sku, 2);
    expect(await openCards()).toEqual([]);
  }, 40_000);
});
