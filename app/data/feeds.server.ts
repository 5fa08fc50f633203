/** How far each feed of a connection has been read. Cursors are in the channel's own time, read times in ours. */
import type { Sql } from "./database.server.ts";

export type FeedKind = "orders" | "listings" | "scan" | "webhooks" | "check";
export type FeedRow = {
  id: string;
  connectionId: string;
  kind: FeedKind;
  cursor: Date | null;
  page: string | null;
  readThrough: Date | null;
  nextAt: Date | null;
  failures: number;
  done: number;
  total: number | null;
  finishedAt: Date | null;
  /** The seller stopped it for the time being. */
  pausedAt: Date | null;
  /** Time between two reads as worked out last (domain/poll-pace); null before the first. */
  everyMs: number | null;
};

const COLUMNS = `id, connection_id as "connectionId", kind, cursor, page, read_through as "readThrough", next_at as "nextAt", failures, done, total,
  finished_at as "finishedAt", paused_at as "pausedAt", every_ms as "everyMs"`;

export async function ensureFeed(sql: Sql, sellerId: string, connectionId: string, kind: FeedKind, id: string): Promise<FeedRow> {
  await sql.query(
    `insert into feed (id, seller_id, connection_id, kind) values ($1, $2, $3, $4) on conflict (connection_id, kind) do nothing`,
    [id, sellerId, connectionId, kind],
  );
  const feed = await readFeed(sql, connectionId, kind);
  if (feed === null) throw new Error(`feed ${kind} of connection ${connectionId} could not be made`);
  return feed;
}

export async function readFeed(sql: Sql, connectionId: string, kind: FeedKind): Promise<FeedRow | null> {
  const rows = await sql.query<FeedRow>(`select ${COLUMNS} from feed where connection_id = $1 and kind = $2`, [connectionId, kind]);
  return rows[0] ?? null;
}

/** A read that reached its last page: the cursor and the read time only ever go forward. */
export async function feedRead(
  sql: Sql,
  connectionId: string,
  kind: FeedKind,
  read: { cursor: Date | null; begun: Date; nextAt: Date },
): Promise<void> {
  await sql.query(
    `update feed set cursor = greatest(cursor, $3::timestamptz), read_through = greatest(read_through, $4::timestamptz), next_at = $5, failures = 0, failure_text = null
     where connection_id = $1 and kind = $2`,
    [connectionId, kind, read.cursor, read.begun, read.nextAt],
  );
}

/** How often a feed is read from now on, and when next. */
export async function setPace(
  sql: Sql,
  connectionId: string,
  kind: FeedKind,
  pace: { everyMs: number; reason: string; limited: boolean; nextAt: Date },
): Promise<void> {
  await sql.query(
    `update feed set every_ms = $3, every_reason = $4, every_limited = $5, next_at = $6 where connection_id = $1 and kind = $2`,
    [connectionId, kind, Math.round(Math.min(pace.everyMs, DAY_MS)), pace.reason, pace.limited, pace.nextAt],
  );
}

const DAY_MS = 86_400_000;

export async function feedFailed(sql: Sql, connectionId: string, kind: FeedKind, text: string, nextAt: Date): Promise<void> {
  await sql.query(`update feed set failures = failures + 1, failure_text = $3, next_at = $4 where connection_id = $1 and kind = $2`, [
    connectionId,
    kind,
    text,
    nextAt,
  ]);
}

/** A look that stood still this long after a page is taken up by the clock, should nobody ring for it. */
const FOLLOW_UP_MS = 120_000;

/** Stores how far a look has come. Answers whether it may go on: the seller may have stopped it, or the connection be gone. */
export async function feedProgress(
  sql: Sql,
  feedId: string,
  progress: { page: string | null; added: number; total: number | null; finishedAt: Date | null },
): Promise<boolean> {
  const rows = await sql.query<{ goesOn: boolean }>(
    `update feed f set page = $2, done = f.done + $3, total = coalesce($4, f.total), finished_at = $5, failures = 0, failure_text = null,
       next_at = clock_timestamp() + $6 * interval '1 ms'
     from connection c where f.id = $1 and c.id = f.connection_id
     returning f.paused_at is null and c.lifecycle in ('observe', 'live') and c.blind_since is null as "goesOn"`,
    [feedId, progress.page, progress.added, progress.total, progress.finishedAt, FOLLOW_UP_MS],
  );
  return rows[0]?.goesOn ?? false;
}

/** A look through all listings begins; `begun` tells later which of them it showed. */
export async function beginLook(sql: Sql, feedId: string, begun: Date): Promise<void> {
  await sql.query(`update feed set cursor = $2, done = 0, finished_at = null where id = $1`, [feedId, begun]);
}

/** The channel no longer takes the place at which the look stood: it begins anew, and what it has seen stays seen. */
export async function loseLook(sql: Sql, feedId: string): Promise<void> {
  await sql.query(`update feed set page = null, done = 0 where id = $1`, [feedId]);
}

/** How far the walk through past orders has come; its last page closes it. */
export async function keepOrderPlace(
  sql: Sql,
  connectionId: string,
  place: { page: string | null; cursor: Date; done: number; finishedAt: Date | null },
): Promise<void> {
  await sql.query(
    `update feed set page = $2, cursor = greatest(cursor, $3::timestamptz), done = $4, finished_at = $5, failures = 0, failure_text = null
     where connection_id = $1 and kind = 'orders'`,
    [connectionId, place.page, place.cursor, place.done, place.finishedAt],
  );
}

/** Where the next look by the account's own list goes on; null = at its beginning. */
export async function keepScanPlace(sql: Sql, connectionId: string, page: string | null): Promise<void> {
  await sql.query(`update feed set page = $2 where connection_id = $1 and kind = 'scan'`, [connectionId, page]);
}

export async function endLook(sql: Sql, connectionId: string, nextAt: Date): Promise<void> {
  await sql.query(`update feed set next_at = $2, page = null where connection_id = $1 and kind = 'listings'`, [connectionId, nextAt]);
}

/** Stops reading listings, or lets it go on at once. False where the seller has no such connection. */
export async function setFeedPaused(
  sql: Sql,
  feed: { sellerId: string; connectionId: string; kind: FeedKind },
  paused: boolean,
): Promise<boolean> {
  const rows = await sql.query(
    `update feed set paused_at = case when $4 then coalesce(paused_at, clock_timestamp()) end, next_at = case when $4 then next_at else clock_timestamp() end
     where connection_id = $1 and seller_id = $2 and kind = $3 returning id`,
    [feed.connectionId, feed.sellerId, feed.kind, paused],
  );
  return rows.length === 1;
}

/** Connections whose feed is due, claimed by moving the due time on, so that one worker takes each. */
export async function claimDue(sql: Sql, kind: FeedKind, reserveMs: number, limit: number): Promise<{ id: string; channel: string }[]> {
  return sql.query(
    `update feed f set next_at = clock_timestamp() + $2 * interval '1 ms' from connection c
     where f.id in (
       select f2.id from feed f2 join connection c2 on c2.id = f2.connection_id
       where f2.kind = $1 and f2.next_at <= clock_timestamp() and f2.paused_at is null and (c2.lifecycle in ('observe', 'live') or c2.lifecycle = 'leaving' and c2.leave_until > clock_timestamp()) and c2.blind_since is null
         and (c2.quiet_until is null or c2.quiet_until <= clock_timestamp())
       order by f2.next_at limit $3 for update of f2 skip locked)
     and c.id = f.connection_id
     returning c.id, c.channel::text as channel`,
    [kind, reserveMs, limit],
  );
}

/** Due at `at`, or earlier where it is already. */
export async function dueBy(sql: Sql, connectionId: string, kind: FeedKind, at: Date): Promise<void> {
  await sql.query(`update feed set next_at = least(next_at, $3::timestamptz) where connection_id = $1 and kind = $2`, [
    connectionId,
    kind,
    at,
  ]);
}

/** Due within half a minute even if no doorbell rings for it: a first read, or one after a pause of unknown length. */
export async function bringForward(sql: Sql, connectionId: string, kind: FeedKind): Promise<void> {
  await sql.query(`update feed set next_at = least(next_at, clock_timestamp() + interval '30 s') where connection_id = $1 and kind = $2`, [
    connectionId,
    kind,
  ]);
}
