/** Listings that a delivery spoke of, by the name of their parent (or their own, where they have none), until they were read. */
import type { Sql } from "./database.server.ts";

/** Asks for a look at `dueAt`, or earlier where one is asked for already. */
export async function wantLooks(sql: Sql, sellerId: string, connectionId: string, names: string[], dueAt: Date): Promise<void> {
  if (names.length === 0) return;
  await sql.query(
    `insert into wanted_look as w (seller_id, connection_id, name, asked_at, due_at)
     select $1, $2, n, clock_timestamp(), $4 from unnest($3::text[]) n
     on conflict (connection_id, name) do update set asked_at = excluded.asked_at, due_at = least(w.due_at, excluded.due_at)`,
    [sellerId, connectionId, [...new Set(names)].sort(), dueAt],
  );
}

/** The first of those that are due; `askedAt` tells later whether somebody asked again meanwhile. */
export async function dueLooks(sql: Sql, connectionId: string, most: number): Promise<{ name: string; askedAt: Date }[]> {
  return sql.query(
    `select name, asked_at as "askedAt" from wanted_look where connection_id = $1 and due_at <= clock_timestamp() order by due_at, name limit $2`,
    [connectionId, most],
  );
}

export async function looksDone(sql: Sql, connectionId: string, done: { name: string; askedAt: Date }[]): Promise<void> {
  await sql.query(
    `delete from wanted_look w using unnest($2::text[], $3::timestamptz[]) d(name, asked) where w.connection_id = $1 and w.name = d.name and w.asked_at <= d.asked`,
    [connectionId, done.map((d) => d.name), done.map((d) => d.askedAt)],
  );
}

export async function postponeLooks(sql: Sql, connectionId: string, until: Date): Promise<void> {
  await sql.query(`update wanted_look set due_at = greatest(due_at, $2::timestamptz) where connection_id = $1`, [connectionId, until]);
}

/** Of connections that may be read. */
export async function connectionsWithDueLooks(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select distinct c.id from wanted_look w join connection c on c.id = w.connection_id
     where w.due_at <= clock_timestamp() and c.lifecycle in ('observe', 'live') and c.blind_since is null
       and (c.quiet_until is null or c.quiet_until <= clock_timestamp())`,
  );
  return rows.map((row) => row.id);
}

export type NamedListing = {
  name: string;
  externalId: string;
  title: string;
  parentTitle: string | null;
  sku: string | null;
  state: string;
  quantityId: string;
  key: string;
  takesPart: boolean;
  /** Something stands in the way of keeping it in step, or it is not on sale. */
  hindered: boolean;
};

/** What we know of these: by their parent's name or their own, or by the key of their number. */
export async function listingsNamed(sql: Sql, connectionId: string, wanted: { names: string[]; keys: string[] }): Promise<NamedListing[]> {
  return sql.query(
    `select coalesce(l.external_parent_id, l.external_id) as name, l.external_id as "externalId", l.title, l.parent_title as "parentTitle", l.sku, l.state,
       q.id as "quantityId", q.key, q.target is not null as "takesPart",
       l.problems <> '[]'::jsonb or l.state not in ('active', 'sold-out') as hindered
     from listing l join channel_quantity q on q.id = l.quantity_id
     where l.connection_id = $1 and (l.external_id = any($2) or l.external_parent_id = any($2) or q.key = any($3))`,
    [connectionId, wanted.names, wanted.keys],
  );
}
