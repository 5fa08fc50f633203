/** Reads a channel's orders since the cursor, to the last page, and applies them. The same path serves polls, hints and the raise rule. */
import { type ConnectionRow, findConnection } from "#app/data/connections.server.ts";
import { feedFailed, feedRead, readFeed } from "#app/data/feeds.server.ts";
import type { ChannelOrder } from "#app/domain/channel-words.ts";
import { type AppliedOrders, applyOrders } from "./apply-orders.server.ts";
import { type OpenChannel, withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { ringForWork } from "./ring.server.ts";
import { scanNumbers } from "./scan-numbers.server.ts";

const DAY_MS = 86_400_000;

export type OrdersRead = { begun: Date; applied: AppliedOrders };

/** Reads to the last page inside an open channel; `begun` is the moment before the first request. */
export async function readOrdersNow(
  house: House,
  connection: ConnectionRow,
  open: OpenChannel,
  correlationId: string,
): Promise<OrdersRead> {
  const feed = await readFeed(house.db.plain, connection.id, "orders");
  const begun = house.now();
  const overlap = open.capabilities.orderOverlapMs;
  const history = new Date(begun.getTime() - open.capabilities.historyDays * DAY_MS);
  const since = feed?.cursor ? new Date(Math.max(history.getTime(), feed.cursor.getTime() - overlap)) : history;
  const applied: AppliedOrders = { newer: 0, movements: 0, touched: new Set() };
  let page: string | null = null;
  let cursor: Date | null = null;
  do {
    const answer = await open.channel.readOrders(open.context, { since, page });
    cursor = newest(cursor, answer.orders);
    const done = await applyOrders(house, connection, answer.orders, correlationId);
    applied.newer += done.newer;
    applied.movements += done.movements;
    for (const id of done.touched) applied.touched.add(id);
    page = answer.nextPage;
  } while (page !== null);
  const wait = applied.newer > 0 ? house.pace.pollMs : house.pace.quietPollMs;
  await house.db.write(connection.sellerId, (sql) =>
    feedRead(sql, connection.id, "orders", { cursor, begun, nextAt: new Date(house.now().getTime() + wait) }),
  );
  return { begun, applied };
}

/** A poll of its own: reads, applies, rings for what has work now. A failure is noted on the feed and tried again later. */
export async function pollConnection(house: House, connection: ConnectionRow): Promise<void> {
  if (connection.baselineAt === null) return;
  const correlationId = house.newId();
  try {
    const read = await withChannel(house, connection, "orders", (open) => readOrdersNow(house, connection, open, correlationId));
    await ringForWork(house, connection.sellerId, read.applied.touched);
    await scanNumbers(house, connection);
  } catch (error) {
    const feed = await readFeed(house.db.plain, connection.id, "orders");
    const wait = Math.min(300_000, house.pace.pollMs * 2 ** Math.min(6, feed?.failures ?? 0));
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
