/** Listings whose link waits for the seller's word, and what sold on them before they were linked (settled.md 25). */
import type { Sql } from "./database.server.ts";

export type Proposed = { listingId: string; connectionId: string; externalId: string; itemId: string };

/** Of these listings, those that are still proposed, locked; each with the item that carries its SKU. */
export async function lockProposed(sql: Sql, sellerId: string, listingIds: string[]): Promise<Proposed[]> {
  return sql.query<Proposed>(
    `select l.id as "listingId", l.connection_id as "connectionId", l.external_id as "externalId", i.id as "itemId"
     from listing l join stock_item i on i.seller_id = l.seller_id and i.sku_key = l.sku_key
     where l.seller_id = $1 and l.id = any($2) and l.link_state = 'proposed' and l.go_live <> 'ignored' order by l.id for update of l`,
    [sellerId, listingIds],
  );
}

/** Changes the state of listings that stand in `from`. Answers how many. */
export async function setLinkState(
  sql: Sql,
  sellerId: string,
  listingIds: string[],
  change: { from: "proposed" | "refused"; to: "proposed" | "refused" },
): Promise<number> {
  const rows = await sql.query(`update listing set link_state = $4 where seller_id = $1 and id = any($2) and link_state = $3 returning 1`, [
    sellerId,
    listingIds,
    change.from,
    change.to,
  ]);
  return rows.length;
}

/** Connections of these that have no proposed listing any more. */
export async function withoutProposals(sql: Sql, sellerId: string, connectionIds: string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select c.id from unnest($2::uuid[]) c(id) where not exists (select from listing l where l.seller_id = $1 and l.connection_id = c.id and l.link_state = 'proposed')`,
    [sellerId, connectionIds],
  );
  return rows.map((row) => row.id);
}

/** SQL for the order lines of a listing `l` that were sold while it was linked to nothing, and were not counted. */
export const SOLD_UNLINKED = `from order_line ol join sales_order o on o.id = ol.order_id
  where ol.seller_id = l.seller_id and (ol.listing_id = l.id or ol.listing_id is null and ol.listing_external_id = l.external_id)
    and o.connection_id = l.connection_id and ol.components is null
    and ol.held + ol.consumed - ol.returned > ol.baseline_held + ol.baseline_consumed`;

export type UncountedLine = {
  id: string;
  listingId: string;
  connectionId: string;
  channel: string;
  orderId: string;
  orderNumber: string;
  placedAt: Date;
  held: number;
  consumed: number;
  returned: number;
  baselineHeld: number;
  baselineConsumed: number;
};

/** Their orders are locked, so that no snapshot is booked beside it. */
export async function lockUncountedLines(sql: Sql, sellerId: string, listingIds: string[]): Promise<UncountedLine[]> {
  if (listingIds.length === 0) return [];
  await sql.query(
    `select id from sales_order where seller_id = $1 and id in (
       select o.id from listing l cross join lateral (select ol.order_id as id ${SOLD_UNLINKED}) o where l.seller_id = $1 and l.id = any($2)) order by connection_id, external_id for update`,
    [sellerId, listingIds],
  );
  return sql.query<UncountedLine>(
    `select x.*, l.id as "listingId", l.connection_id as "connectionId", c.channel::text as channel
     from listing l join connection c on c.id = l.connection_id cross join lateral (
       select ol.id, ol.order_id as "orderId", o.number as "orderNumber", o.placed_at as "placedAt", ol.held, ol.consumed, ol.returned,
         ol.baseline_held as "baselineHeld", ol.baseline_consumed as "baselineConsumed" ${SOLD_UNLINKED}) x
     where l.seller_id = $1 and l.id = any($2) order by x.id`,
    [sellerId, listingIds],
  );
}

/** From now on these lines are booked like any other. */
export async function freezeComponents(sql: Sql, lines: { id: string; listingId: string; itemId: string }[]): Promise<void> {
  await sql.query(
    `update order_line ol set listing_id = v.listing, components = jsonb_build_array(jsonb_build_object('itemId', v.item, 'units', 1))
     from unnest($1::uuid[], $2::uuid[], $3::uuid[]) v(id, listing, item) where ol.id = v.id`,
    [lines.map((l) => l.id), lines.map((l) => l.listingId), lines.map((l) => l.itemId)],
  );
}
