/**
 * The last look before each changing call, whichever connector makes it (docs/decisions/the-number-and-its-readings.md): orders are read
 * past a reading before a raise, and everything else that must still hold is asked in the one statement that marks the write as sent.
 */
import type { WriteGate } from "#app/channels/port.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import { readFeed } from "#app/data/feeds.server.ts";
import type { Lease } from "#app/data/lease.server.ts";
import { markSending, postpone } from "#app/data/quantities.server.ts";
import type { OpenChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import type { Planned } from "./planned-write.ts";
import { readOrdersNow } from "./read-orders.server.ts";
import { ringForWork } from "./ring.server.ts";

export function gateFor(
  house: House,
  connection: ConnectionRow,
  open: OpenChannel,
  lease: Lease,
  byKey: Map<string, Planned>,
  sentKeys: Set<string>,
): WriteGate {
  return async (imminent) => {
    const asked = imminent.flatMap((i) => {
      const planned = byKey.get(i.key);
      return planned === undefined ? [] : [{ ...i, planned }];
    });
    const rising = asked.filter((a) => a.planned.step.rising);
    const refused = new Set(await raisesBeforeTheirOrders(house, connection, open, rising));
    const allowed = await markSending(
      house.db.plain,
      lease,
      house.pace.leaseMarginMs,
      asked
        .filter((a) => !refused.has(a.key))
        .map((a) => ({
          id: a.planned.row.id,
          to: a.planned.step.to,
          from: a.planned.step.from,
          rising: a.planned.step.rising,
          readAt: a.readAt,
        })),
    );
    const keys = asked.filter((a) => allowed.has(a.planned.row.id)).map((a) => a.key);
    for (const key of keys) sentKeys.add(key);
    house.crashPoint("write-before-send");
    return new Set(keys);
  };
}

/**
 * Law 4: a raise may go only when orders were read, to the last page, past the reading it rests on: the engine's own plus the feed's
 * lag, and the connector's fresh look (which only compares). Answers the keys that must wait.
 */
async function raisesBeforeTheirOrders(
  house: House,
  connection: ConnectionRow,
  open: OpenChannel,
  rising: { key: string; readAt: Date; planned: Planned }[],
): Promise<string[]> {
  if (rising.length === 0) return [];
  const lag = open.capabilities.orderLagMs;
  const now = house.now().getTime();
  const early = rising.filter((r) => r.planned.step.readAt.getTime() + lag >= now);
  if (early.length > 0) {
    const due = Math.max(...early.map((r) => r.planned.step.readAt.getTime())) + lag + 5;
    await postpone(
      house.db.plain,
      early.map((r) => r.planned.row.id),
      new Date(due),
    );
  }
  const ready = rising.filter((r) => !early.includes(r));
  const newest = Math.max(0, ...ready.map((r) => Math.max(r.readAt.getTime(), r.planned.step.readAt.getTime() + lag)));
  const feed = await readFeed(house.db.plain, connection.id, "orders");
  if (ready.length > 0 && (feed?.readThrough == null || feed.readThrough.getTime() <= newest)) {
    await house.pause(Math.max(0, newest - house.now().getTime() + 1));
    const read = await readOrdersNow(house, connection, open, house.newId());
    await ringForWork(house, connection.sellerId, read.applied.touched);
  }
  return early.map((r) => r.key);
}
