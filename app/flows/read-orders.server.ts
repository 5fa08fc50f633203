/** Reads a channel's orders since the cursor, to the last page, and applies them. The same path serves polls, hints and the raise rule. */
import { type ConnectionRow, findConnection } from "#app/data/connections.server.ts";
import { dueBy, type FeedRow, feedFailed, feedRead, readFeed } from "#app/data/feeds.server.ts";
import { noteUnannounced } from "#app/data/unannounced.server.ts";
import type { ChannelOrder } from "#app/domain/channel-words.ts";
import { usualDeliveryMs } from "#app/domain/webhook-health.ts";
import { type AppliedOrders, applyOrders } from "./apply-orders.server.ts";
import { BudgetKept } from "./call-budget.server.ts";
import { type OpenChannel, withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { paceConnection } from "./pace-connection.server.ts";
import { reviveWithinCap } from "./renewal-fees.server.ts";
import { ringForWork } from "./ring.server.ts";

const DAY_MS = 86_400_000;
const MOST_BACK_OFF_MS = 300_000;

export type OrdersRead = { begun: Date; applied: AppliedOrders };

/**
 * Reads to the last page inside an open channel; `begun` is the moment before the first request. `from` (the channel's time) goes
 * back further than the cursor, where deliveries may have been lost.
 */
export async function readOrdersNow(
  house: House,
  connection: ConnectionRow,
  open: OpenChannel,
  correlationId: string,
  from: Date | null = null,
): Promise<OrdersRead> {
  const feed = await readFeed(house.db.plain, connection.id, "orders");
  const begun = house.now();
  const overlap = open.capabilities.orderOverlapMs;
  const history = new Date(begun.getTime() - open.capabilities.historyDays * DAY_MS);
  const begin = Math.min(feed?.cursor?.getTime() ?? 0, from?.getTime() ?? Number.POSITIVE_INFINITY) - overlap;
  const since = new Date(Math.max(history.getTime(), begin));
  const applied: AppliedOrders = { newer: 0, movements: 0, touched: new Set(), first: [] };
  let page: string | null = null;
  let cursor: Date | null = null;
  do {
    const answer = await open.channel.readOrders(open.context, { since, page });
    cursor = newest(cursor, answer.orders);
    const done = await applyOrders(house, connection, answer.orders, correlationId);
    applied.newer += done.newer;
    applied.movements += done.movements;
    for (const id of done.touched) applied.touched.add(id);
    applied.first.push(...done.first);
    page = answer.nextPage;
  } while (page !== null);
  const wait = applied.newer > 0 ? house.pace.pollMs : (feed?.everyMs ?? house.pace.pollMs);
  await house.db.write(connection.sellerId, (sql) =>
    feedRead(sql, connection.id, "orders", { cursor, begun, nextAt: new Date(house.now().getTime() + wait) }),
  );
  if (open.capabilities.push.orders && feed !== null) await expectDeliveries(house, connection, feed, begun, applied.first);
  return { begun, applied };
}

/** Longer between two reads than this: we were away, and what came meanwhile says nothing of the channel's deliveries. */
const AWAY_MS = 15 * 60_000;

/** Orders that were placed since the last read and found here first should be announced within the platform's usual time. */
async function expectDeliveries(house: House, connection: ConnectionRow, feed: FeedRow, begun: Date, first: ChannelOrder[]): Promise<void> {
  const before = feed.readThrough?.getTime() ?? 0;
  if (begun.getTime() - before > Math.max(AWAY_MS, 3 * house.pace.quietPollMs)) return;
  // A cursor's time is the platform's; a minute covers clocks that differ.
  const found = first.filter((order) => order.placedAt.getTime() > before - 60_000);
  if (found.length === 0) return;
  const foundAt = house.now();
  const late = new Date(foundAt.getTime() + usualDeliveryMs(connection.channel, connection.settings));
  await house.db.write(connection.sellerId, async (sql) => {
    await noteUnannounced(
      sql,
      connection.sellerId,
      connection.id,
      found.map(({ externalId, placedAt }) => ({ externalId, placedAt, foundAt })),
    );
    await dueBy(sql, connection.id, "webhooks", late);
  });
}

/** A poll of its own: reads, applies, rings for what has work now. A failure is noted on the feed and tried again later. */
export async function pollConnection(house: House, connection: ConnectionRow): Promise<void> {
  if (connection.baselineAt === null) return;
  const correlationId = house.newId();
  try {
    const read = await withChannel(house, connection, "orders", (open) => readOrdersNow(house, connection, open, correlationId));
    await ringForWork(house, connection.sellerId, read.applied.touched);
    // What sold while it could not be seen is counted now; the others may have back what they hold.
    if (connection.unseenSince !== null) house.doorbell.ringSoon({ job: "chores", chore: "sight", id: connection.id });
    await paceConnection(house, connection);
    // A new month, or a fee given back, makes room again.
    if (connection.channel === "etsy" && connection.lifecycle === "live") await reviveWithinCap(house, connection);
  } catch (error) {
    const feed = await readFeed(house.db.plain, connection.id, "orders");
    const backOff = Math.min(MOST_BACK_OFF_MS, house.pace.pollMs * 2 ** Math.min(6, feed?.failures ?? 0));
    // A quota that is spent until tomorrow is asked for now and then all the same: others may give their part of it back.
    const wait = error instanceof BudgetKept ? Math.min(MOST_BACK_OFF_MS, Math.max(backOff, error.retryAfterMs ?? 0)) : backOff;
    await feedFailed(
      house.db.plain,
      connection.id,
      "orders",
      error instanceof Error ? error.message : String(error),
      new Date(house.now().getTime() + wait),
    );
    house.log.warn("orders could not be read", { connectionId: connection.id, sellerId: connection.sellerId, error });
  }
}

function newest(cursor: Date | null, orders: ChannelOrder[]): Date | null {
  return orders.reduce<Date | null>((max, o) => (max === null || o.updatedAt > max ? o.updatedAt : max), cursor);
}

/** The same by id, for the doorbell; a connection that is gone or not open for reading is left alone. */
export async function pollConnectionById(house: House, connectionId: string): Promise<void> {
  const connection = await findConnection(house.db.plain, connectionId);
  if (connection === null || connection.lifecycle === "disconnected" || connection.blindSince !== null) return;
  await pollConnection(house, connection);
}
