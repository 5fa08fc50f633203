/** Numbers that a channel does not keep yet and the seller wants it to: which they are, what was asked, and what came of it. */
import type { Sql } from "./database.server.ts";

/** Reasons in a listing's `problems` that this can end. */
export const COUNTABLE = ["untracked", "not-stocked"] as const;
export type Countable = (typeof COUNTABLE)[number];

/** Linked listings' numbers that stand out of the comparison for this reason, in the order of their ids. Of a live connection only. */
export async function uncounted(sql: Sql, sellerId: string, connectionId: string, reason: Countable): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select distinct l.quantity_id as id from listing l join channel_quantity q on q.id = l.quantity_id join connection c on c.id = l.connection_id
     where l.seller_id = $1 and l.connection_id = $2 and c.lifecycle = 'live' and l.link_state = 'linked' and l.go_live <> 'ignored' and l.state = 'untracked'
       and q.target is null and l.problems @> jsonb_build_array(jsonb_build_object('kind', $3::text)) order by 1`,
    [sellerId, connectionId, reason],
  );
  return rows.map((row) => row.id);
}

export async function askToCount(sql: Sql, sellerId: string, quantityIds: string[], actorKey: string): Promise<void> {
  await sql.query(
    `update channel_quantity set counting_asked_at = clock_timestamp(), counting_by = $3, counting_problem = null
     where seller_id = $1 and id = any($2)`,
    [sellerId, quantityIds, actorKey],
  );
}

/** Of connections that are written. */
export async function connectionsToCount(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select distinct c.id from channel_quantity q join connection c on c.id = q.connection_id join seller s on s.id = c.seller_id
     where q.counting_asked_at is not null and c.lifecycle = 'live' and c.paused_at is null and c.blind_since is null
       and s.stopped_at is null and s.restricted_at is null and (c.quiet_until is null or c.quiet_until <= clock_timestamp())`,
  );
  return rows.map((row) => row.id);
}

export type AskedToCount = { id: string; key: string; parentKey: string | null; askedAt: Date; by: string };

export async function askedToCount(sql: Sql, sellerId: string, connectionId: string, most: number): Promise<AskedToCount[]> {
  return sql.query<AskedToCount>(
    `select id, key, parent_key as "parentKey", counting_asked_at as "askedAt", counting_by as by from channel_quantity
     where seller_id = $1 and connection_id = $2 and counting_asked_at is not null order by counting_asked_at, id limit $3`,
    [sellerId, connectionId, most],
  );
}

/** Ends the wish that was made then; a newer one stays. */
export async function countingSettled(sql: Sql, sellerId: string, asked: AskedToCount, problem: string | null): Promise<void> {
  await sql.query(
    `update channel_quantity set counting_asked_at = null, counting_by = null, counting_problem = $4
     where seller_id = $1 and id = $2 and counting_asked_at = $3`,
    [sellerId, asked.id, asked.askedAt, problem],
  );
}
