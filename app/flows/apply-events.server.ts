/** Works off the deliveries that wait on a connection: orders into the ledger, hints into readings, the rest into cards. */
import { ChannelError } from "#app/channels/errors.ts";
import { raiseAlert } from "#app/data/audit.server.ts";
import { type ConnectionRow, findConnection } from "#app/data/connections.server.ts";
import { dueBy } from "#app/data/feeds.server.ts";
import { claimEvents, giveBackTries, markApplied, noteBrokenOff, parkEvents, type WaitingEvent } from "#app/data/inbound-events.server.ts";
import { acquireLease, releaseLease, renewLease } from "#app/data/lease.server.ts";
import { knownOrders, orderDigest } from "#app/data/orders.server.ts";
import { quantitiesByKey, raiseDoubt } from "#app/data/quantities.server.ts";
import { forgetUnannounced } from "#app/data/unannounced.server.ts";
import { listingsNamed } from "#app/data/wanted-looks.server.ts";
import type { ChannelEvent, ChannelOrder } from "#app/domain/channel-words.ts";
import { applyOrders } from "./apply-orders.server.ts";
import { withChannel } from "./channel-door.server.ts";
import { isEcho } from "./echo.server.ts";
import type { House } from "./house.server.ts";
import { noteListingHints } from "./listing-hints.server.ts";
import { isClaim, proveClaims } from "./prove-claims.server.ts";
import { readOrdersNow } from "./read-orders.server.ts";
import { ringForWork } from "./ring.server.ts";

const BATCH = 1_000;
const IDS_PER_CALL = 50;

/** One at a time per connection; what comes meanwhile rings again. Answers how many were applied. */
export async function applyEvents(house: House, connectionId: string): Promise<number> {
  const lease = await acquireLease(house.db.plain, `apply:${connectionId}`, house.newId(), house.pace.leaseMs);
  if (lease === null) {
    const busy = await findConnection(house.db.plain, connectionId);
    if (busy) await house.doorbell.ringLater({ job: "apply-events", channel: busy.channel, connectionId }, 300, "busy");
    return 0;
  }
  const heartbeat = setInterval(() => {
    renewLease(house.db.plain, lease, house.pace.leaseMs).catch((error: unknown) =>
      house.log.warn("a lease was not renewed", { error: String(error) }),
    );
  }, house.pace.leaseRenewMs);
  try {
    let applied = 0;
    for (;;) {
      const connection = await findConnection(house.db.plain, connectionId);
      if (connection === null) return applied;
      const events = await claimEvents(house.db.plain, connectionId, BATCH);
      if (events.length === 0) return applied;
      const left = connection.lifecycle === "disconnected";
      const late = left ? events.filter((e) => !e.events.some(isClaim)) : [];
      await parkEvents(
        house.db.plain,
        late.map((e) => e.id),
        "the account was disconnected before this was worked through",
      );
      const done = late.length + (await applyClaimed(house, connection, left ? events.filter((e) => e.events.some(isClaim)) : events));
      applied += done;
      if (done < events.length) return applied;
    }
  } finally {
    clearInterval(heartbeat);
    await releaseLease(house.db.plain, lease);
  }
}

/** All together; when that fails, one by one, so that a poisonous one does not hold up what stands behind it. */
async function applyClaimed(house: House, connection: ConnectionRow, events: WaitingEvent[]): Promise<number> {
  const unreadable = events.filter((e) => !e.readable);
  await park(house, connection, unreadable, "what it says cannot be read");
  const worn = events.filter((e) => e.readable && e.tries > house.pace.maxTries);
  await park(house, connection, worn, `it was tried ${house.pace.maxTries} times and each time the work broke off`);
  const sound = events.filter((e) => e.readable && e.tries <= house.pace.maxTries);
  // Nothing can be asked of a channel that cannot be seen; what a delivery itself says still counts, the rest waits for its return.
  const waiting = connection.blindSince === null ? [] : sound.filter(needsTheChannel);
  await giveBackTries(
    house.db.plain,
    waiting.map((e) => e.id),
  );
  const rest = sound.filter((e) => !waiting.includes(e));
  house.crashPoint("events-claimed");
  try {
    await applyTogether(house, connection, rest);
    return events.length - waiting.length;
  } catch (error) {
    if (isChannelsOwn(error)) return await later(house, connection, rest, error);
    house.log.warn("a batch of deliveries failed, trying one by one", { connectionId: connection.id, error });
  }
  let done = unreadable.length + worn.length;
  for (const event of rest) {
    try {
      await applyTogether(house, connection, [event]);
      done++;
    } catch (error) {
      if (isChannelsOwn(error)) return done + (await later(house, connection, [event], error));
      await noteBrokenOff(house.db.plain, event.id, wordsOf(error));
      house.log.error("a delivery could not be applied", { connectionId: connection.id, topic: event.topic, tries: event.tries, error });
    }
  }
  return done;
}

const LONGEST_REASON = 200;

/** Fit for a text column: without what PostgreSQL cannot hold, on one line. */
function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words
    .toWellFormed()
    .replace(/\p{Cc}+/gu, " ")
    .slice(0, LONGEST_REASON);
}

/** A failure of the channel as a whole, which time or the seller heals; one that concerns what was asked will come again each time. */
function isChannelsOwn(error: unknown): error is ChannelError {
  return error instanceof ChannelError && (error.retry !== "no" || error.kind === "auth-revoked" || error.kind === "forbidden");
}

function needsTheChannel(event: WaitingEvent): boolean {
  return event.events.some((e) => e.type === "order-changed" || e.type === "orders-changed");
}

/** The channel does not answer: nobody's poison. The poll will bring the orders; the hints wait. */
async function later(house: House, connection: ConnectionRow, events: WaitingEvent[], error: ChannelError): Promise<number> {
  await giveBackTries(
    house.db.plain,
    events.map((e) => e.id),
  );
  // A token that is dead for good made the connection blind; its return rings.
  if (error.retry === "no") return 0;
  const wait = Math.min(60_000, Math.max(500, error.retryAfterMs ?? 2_000));
  house.log.info("deliveries wait for their channel", { connectionId: connection.id, kind: error.kind, waiting: events.length, wait });
  await house.doorbell.ringLater({ job: "apply-events", channel: connection.channel, connectionId: connection.id }, wait, "wait");
  return 0;
}

async function park(house: House, connection: ConnectionRow, events: WaitingEvent[], reason: string): Promise<void> {
  if (events.length === 0) return;
  await house.db.write(connection.sellerId, async (sql) => {
    await parkEvents(
      sql,
      events.map((e) => e.id),
      reason,
    );
    await raiseAlert(sql, connection.sellerId, {
      id: house.newId(),
      connectionId: connection.id,
      kind: "parked",
      key: `parked:${connection.id}`,
      severity: 2,
      text: `${events.length === 1 ? "A message" : `${events.length} messages`} from ${connection.name} could not be worked through and ${events.length === 1 ? "was" : "were"} put aside: ${reason}. Orders are still read by polling.`,
      data: { eventIds: events.map((e) => e.id) },
    });
  });
}

async function applyTogether(house: House, connection: ConnectionRow, events: WaitingEvent[]): Promise<void> {
  if (events.length === 0) return;
  const hints = events.flatMap((e) => e.events.map((event) => ({ event, from: e })));
  const correlationId = events.length === 1 && events[0] ? events[0].correlationId : house.newId();
  const touched = new Set<string>();

  if (connection.baselineAt !== null) {
    const orders = await ordersOf(
      house,
      connection,
      hints.map((h) => h.event),
      correlationId,
      touched,
    );
    const applied = await applyOrders(house, connection, orders, correlationId);
    for (const id of applied.touched) touched.add(id);
    if (hints.some(({ event }) => SPEAKS_OF_ORDERS.has(event.type))) await noteAnnounced(house, connection);
  }
  if (
    await doubtByStockHints(
      house,
      connection,
      hints.map((h) => h.event),
    )
  )
    touched.add(connection.id);
  await noteListingHints(
    house,
    connection,
    hints.map((h) => h.event),
  );
  await proveClaims(
    house,
    connection,
    hints.map((h) => h.event),
    correlationId,
  );
  house.crashPoint("events-before-mark");
  await markApplied(
    house.db.plain,
    events.map((e) => e.id),
  );
  await ringForWork(house, connection.sellerId, touched);
}

const SPEAKS_OF_ORDERS: ReadonlySet<ChannelEvent["type"]> = new Set(["order", "order-changed", "orders-changed"]);

/** The channel does tell us of orders: whatever was overdue is no row of silence any more, and the watch looks at once whether all is well. */
async function noteAnnounced(house: House, connection: ConnectionRow): Promise<void> {
  if ((await forgetUnannounced(house.db.plain, connection.id)) > 0) await dueBy(house.db.plain, connection.id, "webhooks", house.now());
}

/** Snapshots as they came; orders that were only named are read; "something changed" reads from the cursor. */
async function ordersOf(
  house: House,
  connection: ConnectionRow,
  events: ChannelEvent[],
  correlationId: string,
  touched: Set<string>,
): Promise<ChannelOrder[]> {
  const delivered = events.filter((e) => e.type === "order").map((e) => e.order);
  const { sure, unsure } = await orderOfSnapshots(house, connection, delivered);
  // A channel that cannot be seen cannot be asked which came last; then what came last to us stands.
  const snapshots = connection.blindSince === null ? sure : delivered;
  const ids = [
    ...new Set([
      ...events.filter((e) => e.type === "order-changed").map((e) => e.orderId),
      ...(connection.blindSince === null ? unsure : []),
    ]),
  ];
  const readAll = events.some((e) => e.type === "orders-changed");
  if (ids.length === 0 && !readAll) return snapshots;
  const named = await withChannel(house, connection, "orders", async (open) => {
    if (readAll) {
      const read = await readOrdersNow(house, connection, open, correlationId);
      for (const id of read.applied.touched) touched.add(id);
    }
    const orders: ChannelOrder[] = [];
    for (let from = 0; from < ids.length; from += IDS_PER_CALL) {
      const page = await open.channel.readOrdersById(open.context, ids.slice(from, from + IDS_PER_CALL));
      orders.push(...page.orders);
    }
    return orders;
  });
  return [...snapshots, ...named];
}

/**
 * Platforms cut the time of a change to the second, and deliveries may overtake each other: of two different snapshots of one order in
 * the same second only the channel knows which is the newer.
 */
async function orderOfSnapshots(
  house: House,
  connection: ConnectionRow,
  snapshots: ChannelOrder[],
): Promise<{ sure: ChannelOrder[]; unsure: Set<string> }> {
  const known = await knownOrders(
    house.db.plain,
    connection.id,
    snapshots.map((s) => s.externalId),
  );
  const contents = new Map<string, Set<string>>();
  const tell = (order: { externalId: string; updatedAt: Date }, digest: string) => {
    const moment = `${order.externalId} ${order.updatedAt.getTime()}`;
    contents.set(moment, (contents.get(moment) ?? new Set()).add(digest));
    return contents.get(moment)?.size ?? 0;
  };
  for (const row of known.values()) tell(row, row.digest);
  const unsure = new Set(snapshots.filter((s) => tell(s, orderDigest(s)) > 1).map((s) => s.externalId));
  return { sure: snapshots.filter((s) => !unsure.has(s.externalId)), unsure };
}

/** A claimed number is never a reading: equal to what we know, it is our own echo; else it asks for a reading. */
async function doubtByStockHints(house: House, connection: ConnectionRow, events: ChannelEvent[]): Promise<boolean> {
  const hints = events.filter((e) => e.type === "stock-changed");
  if (hints.length === 0) return false;
  const named = hints.map((h) => h.listingExternalId).filter((id) => id !== null);
  const byListing = named.length === 0 ? [] : await listingsNamed(house.db.plain, connection.id, { names: named, keys: [] });
  const rows = await quantitiesByKey(
    house.db.plain,
    connection.id,
    hints.map((h) => h.key).filter((key) => key !== null),
  );
  const byKey = new Map(rows.map((r) => [r.key, r]));
  const doubtful = new Set<string>();
  for (const hint of hints) {
    const row = hint.key === null ? undefined : byKey.get(hint.key);
    if (row !== undefined && isEcho(row, hint)) continue;
    if (row !== undefined) doubtful.add(row.id);
    // A name without a key (Etsy) may be that of a parent: any of its numbers may be meant.
    else
      for (const l of byListing)
        if (hint.listingExternalId === l.externalId || hint.listingExternalId === l.name) doubtful.add(l.quantityId);
  }
  if (doubtful.size === 0) return false;
  const until = house.now();
  await house.db.write(connection.sellerId, (sql) => raiseDoubt(sql, [...doubtful].sort(), "the channel said that it changed", until));
  return true;
}
