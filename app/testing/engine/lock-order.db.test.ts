import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findConnection } from "#app/data/connections.server.ts";
import { openDatabase } from "#app/data/database.server.ts";
import { doubtConnection } from "#app/data/doubts.server.ts";
import { postpone, raiseDoubt } from "#app/data/quantities.server.ts";
import { decideTargets, loadListingFacts, loadRules } from "#app/data/targets.server.ts";
import { CHANNELS, type ChannelName, type ChannelOrder, type OrderLine } from "#app/domain/channel-words.ts";
import { adjustStock } from "#app/flows/adjust-stock.server.ts";
import { applyOrders } from "#app/flows/apply-orders.server.ts";
import type { House } from "#app/flows/house.server.ts";
import { recordReadings } from "#app/flows/record-readings.server.ts";
import { createRandom } from "#app/sandbox/random.ts";
import { type Rig, startRig } from "../rig.server.ts";
import { testDatabase } from "../test-database.ts";
import { shopFloor } from "./shop-floor.ts";

let rig: Rig;
let house: House;
let triedAgain: string[] = [];
const floor = shopFloor(() => rig);
const admin = new pg.Client({ connectionString: testDatabase().admin });

beforeAll(async () => {
  rig = await startRig({ items: 12, seed: 9 });
  await rig.settle();
  // Nothing but the cases' own calls: each of them is a transaction whose locks are looked at.
  await rig.worker.stop();
  const db = openDatabase({ url: testDatabase().worker, role: "worker", maxConnections: 24, onRetry: (code) => triedAgain.push(code) });
  house = { ...rig.house, db };
  await admin.connect();
}, 60_000);
afterAll(async () => {
  await admin.end();
  await house.db.close();
  await rig.stop();
});
beforeEach(() => {
  triedAgain = [];
});

const sql = <T extends object>(text: string, values: unknown[] = []) => house.db.plain.query<T>(text, values);
type Listed = { external: string; quantityId: string; sku: string };
const listed = (channel: ChannelName) =>
  sql<Listed>(
    `select external_id as external, quantity_id as "quantityId", sku from listing where connection_id = $1 and link_state = 'linked' order by sku`,
    [rig.connections[channel]],
  );

function snapshot(id: string, lines: Partial<OrderLine>[], secondsOn: number): ChannelOrder {
  const at = new Date(Math.floor(house.now().getTime() / 1_000) * 1_000 + secondsOn * 1_000);
  const line = (given: Partial<OrderLine>, n: number): OrderLine => ({
    externalId: `${n}`,
    listingExternalId: null,
    sku: null,
    title: "line",
    quantity: 1,
    held: given.quantity ?? 1,
    consumed: 0,
    returnable: 0,
    channelDeducted: { min: given.quantity ?? 1, max: given.quantity ?? 1 },
    unitPriceMinor: null,
    ...given,
  });
  return {
    externalId: id,
    number: id,
    status: "open",
    paid: true,
    placedAt: at,
    updatedAt: at,
    observedAt: house.now(),
    currency: "EUR",
    lines: lines.map(line),
  };
}

describe("many transactions on shared bundles at once", () => {
  it("leave an exact ledger and right targets, and never wait for each other in a circle", async () => {
    const shops = await Promise.all(
      CHANNELS.map(async (channel) => ({
        channel,
        connection: (await findConnection(house.db.plain, rig.connections[channel]))!,
        listings: await listed(channel),
      })),
    );
    const items = await sql<{ id: string }>("select id from stock_item where seller_id = $1 order by id", [rig.sellerId]);
    const capabilities = house.channels.shopify.capabilities({});
    const work: (() => Promise<unknown>)[] = [];
    for (let round = 0; round < 40; round++) {
      const random = createRandom(round);
      const pick = <T>(from: readonly T[]): T => from[Math.floor(random.next() * from.length)]!;
      for (const { channel, connection, listings } of shops) {
        const orders = [0, 1, 2].map((n) =>
          snapshot(
            `${channel}-${round}-${n}`,
            [0, 1, 2].map(() => ({ listingExternalId: pick(listings).external })),
            2,
          ),
        );
        work.push(() => applyOrders(house, connection, orders, `round-${round}`));
        // The same orders again, from a poll beside the webhook.
        work.push(() => applyOrders(house, connection, [...orders].reverse(), `again-${round}`));
        const some = listings
          .map((l) => l.quantityId)
          .sort(() => random.next() - 0.5)
          .slice(0, 12);
        work.push(() => postpone(house.db.plain, some, new Date()));
        work.push(() => raiseDoubt(house.db.plain, some.toReversed(), "test", new Date()));
      }
      work.push(() => adjustStock(house, { sellerId: rig.sellerId, actorKey: "demo", itemId: pick(items).id, by: 1, note: "test" }));
      if (round % 10 === 0) work.push(() => house.db.write(rig.sellerId, (tx) => doubtConnection(tx, pick(shops).connection.id, "test")));
      const edited = pick(shops[0]!.listings);
      work.push(() => editSeen(shops[0]!.connection, edited, capabilities));
    }
    const outcomes = await inParallel(work, 16);
    expect(outcomes.filter((o) => o.status === "rejected").map((o) => String(o.reason))).toEqual([]);
    expect(triedAgain).toEqual([]);
    expect(await floor.wrongLevels()).toBe(0);
    const [held] = await sql<{ n: number }>(
      `select count(*)::int as n from movement m where m.kind = 'sale' and m.order_id is not null and m.correlation_id ~ '^(round|again)-'`,
    );
    expect(held?.n).toBeGreaterThan(CHANNELS.length * 40 * 3);
    expect(await wrongTargets()).toEqual([]);
  }, 120_000);

  /** A second agreeing reading of a number that somebody changed: it becomes a movement under the policy "accept". */
  async function editSeen(
    connection: NonNullable<Awaited<ReturnType<typeof findConnection>>>,
    { quantityId }: Listed,
    capabilities: ReturnType<House["channels"]["shopify"]["capabilities"]>,
  ): Promise<void> {
    const long = new Date(house.now().getTime() - 60_000);
    const [row] = await sql<{ key: string; confirmed: number }>(
      `update channel_quantity set odd_quantity = confirmed + 1, odd_at = $2, confirmed_at = $2, drift = '[]', doubt_until = null where id = $1 returning key, confirmed`,
      [quantityId, long],
    );
    const reading = { key: row!.key, quantity: row!.confirmed + 1, state: "active" as const, sentAt: house.now(), parts: [] };
    await recordReadings(house, connection, capabilities, [reading], new Map([[row!.key, quantityId]]));
  }

  async function wrongTargets(): Promise<unknown[]> {
    const rows = await sql<{ id: string; target: number | null }>("select id, target from channel_quantity where seller_id = $1", [
      rig.sellerId,
    ]);
    const [facts, rules] = [
      await loadListingFacts(
        house.db.plain,
        rows.map((r) => r.id),
      ),
      await loadRules(house.db.plain, rig.sellerId),
    ];
    const right = new Map(decideTargets(facts, rules, house.now()).map((d) => [d.quantityId, d.target]));
    return rows.filter((r) => right.get(r.id) !== r.target);
  }
});

async function inParallel(work: (() => Promise<unknown>)[], lanes: number): Promise<PromiseSettledResult<unknown>[]> {
  const outcomes: PromiseSettledResult<unknown>[] = [];
  const queue = [...work];
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) outcomes.push(...(await Promise.allSettled([next()])));
    }),
  );
  return outcomes;
}

describe("a return that is booked while a new snapshot of its order comes in", () => {
  it("is not lost", async () => {
    const connection = (await findConnection(house.db.plain, rig.connections.ebay))!;
    const simple = rig.sandbox.world().simple.find((i) => i.account === 1)!;
    const listing = (await listed("ebay")).find((l) => l.sku === simple.sku)!;
    const line = { listingExternalId: listing.external, sku: simple.sku, quantity: 2 };
    await applyOrders(house, connection, [snapshot("returned", [{ ...line, held: 2 }], 2)], "sale");
    const cancelled = { ...line, held: 0, consumed: 2, returnable: 2, channelDeducted: { min: 0, max: 2 } };
    await applyOrders(house, connection, [snapshot("returned", [cancelled], 4)], "cancel");
    const before = await rig.available(simple.sku);

    const long = new Date(house.now().getTime() - 60_000);
    const [row] = await sql<{ key: string; confirmed: number }>(
      `update channel_quantity set odd_quantity = confirmed + 2, odd_at = $2, confirmed_at = $2, drift = '[]', doubt_until = null, sending_to = null where id = $1 returning key, confirmed`,
      [listing.quantityId, long],
    );
    await sql("update feed set read_through = clock_timestamp() where connection_id = $1 and kind = 'orders'", [connection.id]);
    // The item is held, so that the return stands still in the middle of its transaction while the snapshot comes.
    await admin.query("begin");
    await admin.query("select 1 from stock_item where seller_id = $1 and sku = $2 for update", [rig.sellerId, simple.sku]);
    const reading = { key: row!.key, quantity: row!.confirmed + 2, state: "active" as const, sentAt: house.now(), parts: [] };
    const rules = { ...house.channels.ebay.capabilities(connection.settings) };
    const returning = recordReadings(house, connection, rules, [reading], new Map([[row!.key, listing.quantityId]]));
    await rig.until(async () => (await waitingForLocks()) >= 1);
    const snapshotAgain = applyOrders(house, connection, [snapshot("returned", [{ ...cancelled, title: "other" }], 6)], "other");
    await rig.until(async () => (await waitingForLocks()) >= 2);
    await admin.query("commit");
    await Promise.all([returning, snapshotAgain]);

    expect(triedAgain).toEqual([]);
    expect(await rig.available(simple.sku)).toBe(before + 2);
    const [stored] = await sql<{ returned: number }>(
      "select l.returned from order_line l join sales_order o on o.id = l.order_id where o.external_id = 'returned'",
    );
    expect(stored?.returned).toBe(2);
    expect(await floor.wrongLevels()).toBe(0);
  });

  async function waitingForLocks(): Promise<number> {
    const { rows } = await admin.query(
      "select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return rows[0].n;
  }
});
