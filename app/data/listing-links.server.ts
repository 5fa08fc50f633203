/** Links of listings that appeared, changed or moved after the first matching. Set-based, so that a page of news is a few statements. */
import type { JsonObject } from "#app/domain/channel-words.ts";
import type { Sql } from "./database.server.ts";

/** Unlinked listings whose SKU is a known item's become proposals, for the seller to decide. Answers which. */
export async function proposeKnown(sql: Sql, sellerId: string, listingIds: string[]): Promise<Set<string>> {
  if (listingIds.length === 0) return new Set();
  const rows = await sql.query<{ id: string }>(
    `update listing l set link_state = 'proposed' from stock_item i
     where l.seller_id = $1 and l.id = any($2) and l.link_state = 'unlinked' and i.seller_id = $1 and i.sku_key = l.sku_key returning l.id`,
    [sellerId, listingIds],
  );
  return new Set(rows.map((row) => row.id));
}

export type LinkedSku = { listingId: string; itemSku: string; matches: boolean };

/** Of linked listings: the SKU of the item each stands on, and whether the listing (still) carries it. Packs and bundles have none of their own. */
export async function skusOfLinks(sql: Sql, sellerId: string, listingIds: string[]): Promise<LinkedSku[]> {
  if (listingIds.length === 0) return [];
  return sql.query<LinkedSku>(
    `select l.id as "listingId", min(i.sku) as "itemSku", bool_or(i.sku_key = l.sku_key) is true as matches
     from listing l join component c on c.listing_id = l.id join stock_item i on i.id = c.item_id
     where l.seller_id = $1 and l.id = any($2) group by l.id`,
    [sellerId, listingIds],
  );
}

/** Back on sale after they were gone: their state is the list's again, and they wait for a new preview. */
export async function comeBack(sql: Sql, sellerId: string, back: { listingId: string; state: string }[]): Promise<void> {
  if (back.length === 0) return;
  const values = [sellerId, back.map((b) => b.listingId), back.map((b) => b.state)];
  await sql.query(
    `update channel_quantity q set state = v.state from unnest($2::uuid[], $3::text[]) v(id, state), listing l
     where l.id = v.id and l.seller_id = $1 and q.id = l.quantity_id and q.target is null`,
    values,
  );
  await sql.query(
    `update listing l set state = v.state, go_live = case when l.go_live = 'live' then 'watching'::go_live else l.go_live end
     from unnest($2::uuid[], $3::text[]) v(id, state) where l.seller_id = $1 and l.id = v.id`,
    values,
  );
}

export type MayBeRelisted = { newId: string; quantityId: string; key: string; ref: JsonObject };

/** Linked listings of this connection that are gone from sale and carry the SKU of one of these new ones: each may have been relisted. */
export async function goneWithSameSku(sql: Sql, connectionId: string, newListingIds: string[]): Promise<MayBeRelisted[]> {
  if (newListingIds.length === 0) return [];
  return sql.query<MayBeRelisted>(
    `select n.id as "newId", q.id as "quantityId", q.key, q.ref from listing n
     join listing o on o.connection_id = n.connection_id and o.sku_key = n.sku_key and o.id <> n.id
     join channel_quantity q on q.id = o.quantity_id
     where n.connection_id = $1 and n.id = any($2) and n.link_state <> 'linked' and o.link_state = 'linked' and o.state in ('ended', 'missing')
       and o.go_live <> 'ignored' order by q.id`,
    [connectionId, newListingIds],
  );
}

export type Inheritance = { id: string; sellerId: string; connectionId: string; quantityId: string; key: string; externalId: string };

/**
 * The listing behind a number was relisted under another id (settled.md 25): the number, its history and its link live on there. A row
 * that an import made meanwhile for the new place is set aside, unless the seller linked it himself. One that had been gone in between
 * waits for a new preview. Null where there was nothing to inherit.
 */
export async function inheritLink(sql: Sql, to: Inheritance): Promise<{ title: string; waits: boolean } | null> {
  const [taken] = await sql.query<{ id: string; linked: boolean }>(
    `select q.id, q.target is not null or exists (select from listing l where l.quantity_id = q.id and l.link_state = 'linked') as linked
     from channel_quantity q where q.connection_id = $1 and q.key = $2 and q.id <> $3 for update of q`,
    [to.connectionId, to.key, to.quantityId],
  );
  if (taken?.linked) return null;
  if (taken) await sql.query(`update channel_quantity set key = 'replaced:' || id where id = $1`, [taken.id]);
  const [old] = await sql.query<{ id: string; waits: boolean }>(
    `select l.id, l.go_live = 'live' and l.state not in ('active', 'sold-out') as waits from listing l where l.quantity_id = $1 and l.link_state = 'linked' and l.external_id <> $2 order by l.last_seen_at desc limit 1`,
    [to.quantityId, to.externalId],
  );
  if (old === undefined) return null;
  await sql.query(`update channel_quantity set key = $2 where id = $1`, [to.quantityId, to.key]);
  const [made] = await sql.query<{ id: string; title: string }>(
    `insert into listing as l (id, seller_id, connection_id, quantity_id, external_id, external_parent_id, parent_title, title, sku, sku_key, barcode, price_minor, currency,
       state, link_state, go_live, problems)
     select $2, o.seller_id, o.connection_id, o.quantity_id, $3, o.external_parent_id, o.parent_title, o.title, o.sku, o.sku_key, o.barcode, o.price_minor, o.currency,
       'active', 'linked', case when $4 then 'watching'::go_live else o.go_live end, o.problems from listing o where o.id = $1
     on conflict (connection_id, external_id) do update set quantity_id = excluded.quantity_id, link_state = 'linked', state = excluded.state, go_live = excluded.go_live
     returning l.id, l.title`,
    [old.id, to.id, to.externalId, old.waits],
  );
  if (made === undefined) return null;
  await sql.query(`delete from component where seller_id = $1 and listing_id = $2`, [to.sellerId, made.id]);
  await sql.query(
    `insert into component (seller_id, listing_id, item_id, units) select seller_id, $2, item_id, units from component where listing_id = $1`,
    [old.id, made.id],
  );
  // The old one stays as history and stands behind no number any more.
  await sql.query(`update listing set state = 'ended', go_live = 'ignored' where id = $1`, [old.id]);
  return { title: made.title, waits: old.waits };
}
