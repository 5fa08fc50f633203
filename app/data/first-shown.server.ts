/** What numbers showed before our first write, and where the seller put that back (settled.md 24). */
import type { Sql } from "./database.server.ts";

/** Which numbers: of one channel, of some items, or of both; null = no matter which. */
export type WhichNumbers = { connectionId: string | null; itemIds: string[] | null };

const MINE = `q.seller_id = $1 and q.target is not null and ($2::uuid is null or q.connection_id = $2)
  and ($3::uuid[] is null or exists (select from listing l join component c on c.listing_id = l.id where l.quantity_id = q.id and c.item_id = any($3)))`;

/** Numbers that take part, were written by us, and do not show what they showed before; with that number. */
export async function firstShownOf(sql: Sql, sellerId: string, which: WhichNumbers): Promise<Map<string, number>> {
  const rows = await sql.query<{ id: string; shown: number }>(
    `select q.id, q.first_shown as shown from channel_quantity q where ${MINE} and q.first_shown is not null and q.put_back is null order by q.id`,
    [sellerId, which.connectionId, which.itemIds],
  );
  return new Map(rows.map((row) => [row.id, row.shown]));
}

/** Numbers that stand put back. */
export async function putBackNumbers(sql: Sql, sellerId: string, which: WhichNumbers): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select q.id from channel_quantity q where ${MINE} and q.put_back is not null order by q.id`,
    [sellerId, which.connectionId, which.itemIds],
  );
  return rows.map((row) => row.id);
}

/** Of these numbers, those that were sent by an approved plan. */
export async function numbersOfPlan(sql: Sql, sellerId: string, previewId: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select r.quantity_id as id from preview_row r join preview p on p.id = r.preview_id and p.state = 'approved'
     where r.seller_id = $1 and r.preview_id = $2 and not r.excluded`,
    [sellerId, previewId],
  );
  return rows.map((row) => row.id);
}

/** Null = the rules again. The numbers must be locked already. */
export async function storePutBack(sql: Sql, sellerId: string, wanted: ReadonlyMap<string, number | null>): Promise<void> {
  await sql.query(
    `update channel_quantity q set put_back = v.shown from unnest($2::uuid[], $3::int[]) v(id, shown) where q.id = v.id and q.seller_id = $1`,
    [sellerId, [...wanted.keys()], [...wanted.values()]],
  );
}
