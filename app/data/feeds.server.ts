/** How far each feed of a connection has been read. Cursors are in the channel's own time, read times in ours. */
import type { Sql } from "./database.server.ts";

export type FeedKind = "orders" | "listings" | "scan";
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
};

const COLUMNS = `id, connection_id as "connectionId", kind, cursor, page, read_through as "readThrough", next_at as "nextAt", failures, done, total, finished_at as "finishedAt"`;

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

export async function feedFailed(sql: Sql, connectionId: string, kind: FeedKind, text: string, nextAt: Date): Promise<void> {
  await sql.query(`update feed set failures = failures + 1, failure_text = $3, next_at = $4 where connection_id = $1 and kind = $2`, [
    connectionId,
    kind,
    text,
    nextAt,
  ]);
}

export async function feedProgress(
  sql: Sql,
  feedId: string,
  progress: { page: string | null; added: number; total: number | null; finishedAt: Date | null },
): Promise<void> {
  await sql.query(
    `update feed set page = $2, done = done + $3, total = coalesce($4, total), finished_at = $5, failures = 0, failure_text = null where id = $1`,
    [feedId, progress.page, progress.added, progress.total, progress.finishedAt],
  );
}

/** Connections whose feed is due, claimed by moving the due time on, so that one worker takes each. */
export async function claimDue(sql: Sql, kind: FeedKind, reserveMs: number, limit: number): Promise<{ id: string; channel: string }[]> {
  return sql.query(
    `update feed f set next_at = clock_timestamp() + $2 * interval '1 ms' from connection c
     where f.id in (
       select f2.id from feed f2 join connection c2 on c2.id = f2.connection_id
       where f2.kind = $1 and f2.next_at <= clock_timestamp() and (c2.lifecycle in ('observe', 'live') or c2.lifecycle = 'leaving' and c2.leave_until > clock_timestamp()) and c2.blind_since is null
         and (c2.quiet_until is null or c2.quiet_until <= clock_timestamp())
       order by f2.next_at limit $3 for update of f2 skip locked)
     and c.id = f.connection_id
     returning c.id, c.channel::text as channel`,
    [kind, reserveMs, limit],
  );
}

/** Due within half a minute even if no doorbell rings for it: a first read, or one after a pause of unknown length. */
export async function bringForward(sql: Sql, connectionId: string, kind: FeedKind): Promise<void> {
  await sql.query(`update feed set next_at = least(next_at, clock_timestamp() + interval '30 s') where connection_id = $1 and kind = $2`, [
    connectionId,
    kind,
  ]);
}
