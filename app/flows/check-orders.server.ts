/**
 * The daily proof that no order was missed: what the channel lists for the window (since the last check, at least three days, and
 * everything open) against what was counted, by id. The usual reading runs first, so that only what it had passed over counts as missed;
 * that is then read by its id and applied. A check that is broken off goes on at the page where it stood.
 */
import { ChannelError } from "#app/channels/errors.ts";
import { type ConnectionRow, findConnection } from "#app/data/connections.server.ts";
import { readFeed } from "#app/data/feeds.server.ts";
import {
  beginCheck,
  countedBesides,
  endCheck,
  forgetOldChecks,
  keepCheck,
  lastCheckBegun,
  type OrderCheckRow,
  timeZoneOf,
  unfinishedCheck,
} from "#app/data/order-checks.server.ts";
import { knownOrders, orderDigest } from "#app/data/orders.server.ts";
import type { ChannelOrder } from "#app/domain/channel-words.ts";
import { dayOf } from "#app/domain/night.ts";
import { checkVerdict, compareListed } from "#app/domain/order-check.ts";
import { isNewer } from "#app/domain/order-effects.ts";
import { applyOrders } from "./apply-orders.server.ts";
import { withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { isCheckable, orderCheckDone, orderCheckFailed } from "./plan-order-check.server.ts";
import { readOrdersNow } from "./read-orders.server.ts";
import { ringForWork } from "./ring.server.ts";
import { tellOrderCheck } from "./tell-order-check.server.ts";
import { underLease } from "./under-lease.server.ts";

const WINDOW_MS = 3 * 86_400_000;
const IDS_AT_ONCE = 50;
/** Etsy takes one call for each. */
const MOST_BESIDES = 500;

export async function checkOrders(house: House, connectionId: string): Promise<void> {
  await underLease(house, `check:${connectionId}`, async () => {
    const connection = await findConnection(house.db.plain, connectionId);
    if (connection === null || !isCheckable(connection)) return;
    try {
      await check(house, connection);
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      await loseRefusedPage(house, connection, error);
      const failures = (await readFeed(house.db.plain, connectionId, "check"))?.failures ?? 0;
      await orderCheckFailed(house, connection, failures, error.message);
      house.log.info("a check of orders was broken off", { connectionId, kind: error.kind });
    }
  });
}

async function check(house: House, connection: ConnectionRow): Promise<void> {
  const row = (await unfinishedCheck(house.db.plain, connection.id)) ?? (await begin(house, connection));
  house.announce(connection.sellerId, "checks");
  const usual = await withChannel(house, connection, "orders", (open) => readOrdersNow(house, connection, open, house.newId()));
  await ringForWork(house, connection.sellerId, usual.applied.touched);
  await compareList(house, connection, row, usual.begun);
  const repaired = await countById(house, connection, [...row.missingIds, ...row.staleIds]);
  const besides = await lookBesides(house, connection, row);
  const listed = row.seenIds.length + besides.found;
  const found = row.missingIds.length + row.staleIds.length;
  const counted = listed - repaired.left.length;
  const verdict = checkVerdict({ listed, counted, found });
  const ended = { ...row, listed, counted, repaired: found - repaired.left.length, goneIds: besides.gone, verdict };
  await house.db.write(connection.sellerId, async (sql) => {
    await endCheck(sql, { ...ended, finishedAt: house.now() });
    await forgetOldChecks(sql, connection.id);
    await tellOrderCheck(house, sql, connection, { ...ended, left: repaired.left.length });
  });
  await orderCheckDone(house, connection, row.begunAt);
  house.announce(connection.sellerId, "checks");
}

/** A place in the list that the channel no longer takes: the list is begun anew, and what was seen stays seen. */
async function loseRefusedPage(house: House, connection: ConnectionRow, error: ChannelError): Promise<void> {
  if (error.kind !== "rejected" && error.kind !== "not-found") return;
  const row = await unfinishedCheck(house.db.plain, connection.id);
  if (row !== null && row.page !== null) await house.db.write(connection.sellerId, (sql) => keepCheck(sql, { ...row, page: null }));
}

async function begin(house: House, connection: ConnectionRow): Promise<OrderCheckRow> {
  const begunAt = house.now();
  const last = await lastCheckBegun(house.db.plain, connection.id);
  const { historyDays } = house.channels[connection.channel].capabilities(connection.settings);
  const from = Math.min(begunAt.getTime() - WINDOW_MS, last?.getTime() ?? begunAt.getTime());
  // Orders of before the baseline are contained in the opening count.
  const oldest = Math.max(connection.baselineAt?.getTime() ?? 0, begunAt.getTime() - historyDays * 86_400_000);
  const zone = await timeZoneOf(house.db.plain, connection.sellerId);
  return house.db.write(connection.sellerId, (sql) =>
    beginCheck(sql, {
      ...{ id: house.newId(), sellerId: connection.sellerId, connectionId: connection.id },
      ...{ day: dayOf(begunAt, zone), askedBy: "clock", windowFrom: new Date(Math.max(from, oldest)), begunAt },
    }),
  );
}

/** Goes through the channel's list, page by page, and keeps in `row` what was seen and what is not counted as it stands there. */
async function compareList(house: House, connection: ConnectionRow, row: OrderCheckRow, readThrough: Date): Promise<void> {
  const { orderLagMs, orderOverlapMs } = house.channels[connection.channel].capabilities(connection.settings);
  do {
    const page = await withChannel(house, connection, "drift", (open) =>
      open.channel.readOrders(open.context, { since: row.windowFrom, page: row.page }),
    );
    const isCounted = await countedIn(house, connection, page.orders);
    const { missing, stale, underWay } = compareListed(page.orders, isCounted, readThrough, orderLagMs + orderOverlapMs);
    // What came while we looked is counted at once, by the usual way; it was never missed.
    const fresh = page.orders.filter((order) => underWay.includes(order.externalId));
    const applied = await applyOrders(house, connection, fresh, house.newId());
    await ringForWork(house, connection.sellerId, applied.touched);
    row.page = page.nextPage;
    row.seenIds = [...new Set([...row.seenIds, ...page.orders.map((order) => order.externalId)])];
    row.missingIds = [...new Set([...row.missingIds, ...missing])];
    row.staleIds = [...new Set([...row.staleIds, ...stale])].filter((id) => !row.missingIds.includes(id));
    await house.db.write(connection.sellerId, (sql) => keepCheck(sql, row));
    house.crashPoint("order-check-page");
  } while (row.page !== null);
}

/** Per order: counted as it stands or newer; counted in an older state; not known (null). */
async function countedIn(
  house: House,
  connection: ConnectionRow,
  orders: ChannelOrder[],
): Promise<(order: ChannelOrder) => boolean | null> {
  const ids = orders.map((order) => order.externalId);
  const known = await house.db.write(connection.sellerId, (sql) => knownOrders(sql, connection.id, ids));
  return (order) => {
    const row = known.get(order.externalId);
    // A row without a digest was only made to be locked.
    if (row === undefined || row.digest === "") return null;
    const { updatedAt, observedAt } = order;
    const digest = orderDigest(order);
    return digest === row.digest || !isNewer({ updatedAt, observedAt, digest }, row);
  };
}

/** Reads orders by their id and applies them. `left`: those that the channel does not give; `stale`: those that were not counted as given. */
async function countById(
  house: House,
  connection: ConnectionRow,
  ids: string[],
): Promise<{ found: string[]; left: string[]; stale: string[] }> {
  const found: string[] = [];
  const stale: string[] = [];
  for (let from = 0; from < ids.length; from += IDS_AT_ONCE) {
    const some = ids.slice(from, from + IDS_AT_ONCE);
    const { orders } = await withChannel(house, connection, "drift", (open) => open.channel.readOrdersById(open.context, some));
    const isCounted = await countedIn(house, connection, orders);
    stale.push(...orders.filter((order) => isCounted(order) !== true).map((order) => order.externalId));
    const applied = await applyOrders(house, connection, orders, house.newId());
    await ringForWork(house, connection.sellerId, applied.touched);
    found.push(...orders.map((order) => order.externalId));
  }
  return { found, stale, left: ids.filter((id) => !found.includes(id)) };
}

/** Counted orders that the list did not name: still open from before the window, moved out of it meanwhile, or gone there. */
async function lookBesides(house: House, connection: ConnectionRow, row: OrderCheckRow): Promise<{ found: number; gone: string[] }> {
  const window = { from: row.windowFrom, until: row.begunAt };
  const ids = await house.db.write(connection.sellerId, (sql) => countedBesides(sql, connection.id, window, row.seenIds, MOST_BESIDES));
  const { found, stale, left } = await countById(house, connection, ids);
  row.staleIds = [...new Set([...row.staleIds, ...stale])];
  return { found: found.length, gone: left };
}
