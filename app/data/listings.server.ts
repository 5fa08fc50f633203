/** Listings and the numbers they point to, as pages of an import bring them. Set-based: a page is two statements. */
import type { ChannelListing, JsonObject } from "#app/domain/channel-words.ts";
import { comparableState } from "#app/domain/reading.ts";
import { skuKey } from "#app/domain/sku.ts";
import type { Sql } from "./database.server.ts";

/** A listing of a stored page beside what we knew of it; `old` is null where it is new. */
export type StoredListing = {
  id: string;
  externalId: string;
  quantityId: string;
  title: string;
  sku: string | null;
  skuKey: string | null;
  linkState: string;
  goLive: string;
  /** As the list says now; a linked one's own state changes only by a reading. */
  listedState: string;
  offByUs: boolean;
  takesPart: boolean;
  old: { skuKey: string | null; sku: string | null; state: string } | null;
};

/**
 * Stores one page. What a known listing is linked to, and what its number is known to show, stay as they are: a list is not a
 * reading. New numbers start with what the list says. `readAt` is when the page's request was sent.
 */
export async function storeListingPage(
  sql: Sql,
  sellerId: string,
  connectionId: string,
  listings: ChannelListing[],
  readAt: Date,
  newId: () => string,
): Promise<StoredListing[]> {
  if (listings.length === 0) return [];
  const numbers = new Map(listings.map((l) => [l.quantityRef.key, l]));
  // A list that shifts while it is read may show one twice; one statement takes each row once.
  const distinct = [...new Map(listings.map((l) => [l.externalId, l])).values()];
  await sql.query(
    `insert into channel_quantity as q (id, seller_id, connection_id, key, parent_key, ref, state, confirmed, confirmed_at, parts, last_read_at)
     select v.id, $1, $2, v.key, v.parent, v.ref, v.state, v.quantity, case when v.quantity is null then null else $4::timestamptz end, v.parts, $4
     from jsonb_to_recordset($3::jsonb) as v(id uuid, key text, parent text, ref jsonb, state text, quantity int, parts jsonb) order by v.key
     on conflict (connection_id, key) do update set ref = q.ref || excluded.ref, parent_key = excluded.parent_key`,
    [
      sellerId,
      connectionId,
      JSON.stringify(
        [...numbers].map(([key, l]) => ({
          id: newId(),
          key,
          parent: l.externalParentId,
          ref: l.quantityRef.ref,
          state: comparableState(l),
          parts: l.parts,
          quantity: l.quantity === null ? null : Math.max(0, Math.min(2_147_483_647, l.quantity)),
        })),
      ),
      readAt,
    ],
  );
  return sql.query<StoredListing>(
    `with v as materialized (
       select * from jsonb_to_recordset($3::jsonb) as v(id uuid, key text, "externalId" text, parent text, "parentTitle" text, title text, sku text,
         "skuKey" text, barcode text, "priceMinor" int, currency text, state text, problems jsonb)
     ), before as materialized (
       select l.external_id, l.sku, l.sku_key, l.state from listing l join v on l.connection_id = $2 and l.external_id = v."externalId"
     ), stored as (
     insert into listing as l (id, seller_id, connection_id, quantity_id, external_id, external_parent_id, parent_title, title, sku, sku_key, barcode, price_minor,
       currency, state, problems, first_seen_at, last_seen_at)
     select v.id, $1, $2, q.id, v."externalId", v.parent, v."parentTitle", v.title, v.sku, v."skuKey", v.barcode, v."priceMinor", v.currency, v.state, v.problems, $4, $4
     from v join channel_quantity q on q.connection_id = $2 and q.key = v.key
     on conflict (connection_id, external_id) do update set quantity_id = excluded.quantity_id, external_parent_id = excluded.external_parent_id,
       parent_title = excluded.parent_title, title = excluded.title, sku = excluded.sku, sku_key = excluded.sku_key, barcode = excluded.barcode,
       price_minor = excluded.price_minor, currency = excluded.currency, problems = excluded.problems, last_seen_at = excluded.last_seen_at,
       state = case when l.state in ('active', 'sold-out') and excluded.state in ('active', 'sold-out') then excluded.state when l.link_state = 'linked' then l.state else excluded.state end
     returning l.id, l.external_id, l.quantity_id, l.title, l.sku, l.sku_key, l.link_state, l.go_live)
     select s.id, s.external_id as "externalId", s.quantity_id as "quantityId", s.title, s.sku, s.sku_key as "skuKey", s.link_state as "linkState",
       s.go_live::text as "goLive", v.state as "listedState", q.off_by_us as "offByUs", q.target is not null as "takesPart",
       case when b.external_id is not null then jsonb_build_object('skuKey', b.sku_key, 'sku', b.sku, 'state', b.state) end as old
     from stored s join v on v."externalId" = s.external_id join channel_quantity q on q.id = s.quantity_id left join before b on b.external_id = s.external_id`,
    [
      sellerId,
      connectionId,
      JSON.stringify(
        distinct.map((l) => ({
          id: newId(),
          key: l.quantityRef.key,
          externalId: l.externalId,
          parent: l.externalParentId,
          parentTitle: l.parentTitle,
          title: l.title,
          sku: l.sku,
          skuKey: skuKey(l.sku),
          barcode: l.barcode,
          priceMinor: l.priceMinor,
          currency: l.currency,
          state: comparableState(l),
          problems: l.problems,
        })),
      ),
      readAt,
    ],
  );
}

/** Listings that a finished look did not show any more; a reading decides what that means (a missing listing is never a zero). */
export async function notSeenSince(sql: Sql, connectionId: string, begun: Date): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select distinct l.quantity_id as id from listing l join channel_quantity q on q.id = l.quantity_id
     where l.connection_id = $1 and l.last_seen_at < $2 and q.target is not null and l.state <> 'ended' order by 1`,
    [connectionId, begun],
  );
  return rows.map((r) => r.id);
}

/** Listings as the channel counts them (variations together): those that a look showed, and those known from before that it did not. */
export async function countShown(sql: Sql, connectionId: string, begun: Date): Promise<{ shown: number; known: number }> {
  const [row] = await sql.query<{ shown: number; known: number }>(
    `select count(*) filter (where seen >= $2)::int as shown, count(*) filter (where seen < $2 and there)::int as known
     from (select max(last_seen_at) as seen, bool_or(state <> 'missing') as there from listing where connection_id = $1
       group by coalesce(external_parent_id, external_id)) l`,
    [connectionId, begun],
  );
  return row ?? { shown: 0, known: 0 };
}

export type Unseen = { quantityId: string; key: string; ref: JsonObject };

/** The same for numbers that take no part (nothing is written to them, so no drain looks at them). */
export async function idleNotSeenSince(sql: Sql, connectionId: string, begun: Date): Promise<Unseen[]> {
  return sql.query<Unseen>(
    `select q.id as "quantityId", q.key, q.ref from channel_quantity q where q.target is null and q.id in (
       select l.quantity_id from listing l where l.connection_id = $1 and l.last_seen_at < $2 and l.state not in ('ended', 'missing') and l.go_live <> 'ignored')
     order by q.id`,
    [connectionId, begun],
  );
}

/** The state of listings whose numbers take no part, as a reading of them said. */
export async function storeIdleStates(sql: Sql, states: { quantityId: string; state: string }[]): Promise<void> {
  const values = [states.map((s) => s.quantityId), states.map((s) => s.state)];
  await sql.query(
    `update channel_quantity q set state = v.state from unnest($1::uuid[], $2::text[]) v(id, state) where q.id = v.id and q.target is null`,
    values,
  );
  await sql.query(
    `update listing l set state = v.state from unnest($1::uuid[], $2::text[]) v(id, state), channel_quantity q
     where l.quantity_id = v.id and q.id = v.id and q.target is null`,
    values,
  );
}

export type LinkCandidate = { listingId: string; connectionId: string; quantityId: string; skuKey: string; sku: string; title: string };

/** Listings that could be linked: unlinked and with a SKU. With `connectionId` only that connection's. Ids alone, since a shop may have very many. */
export async function unlinkedWithSku(sql: Sql, sellerId: string, connectionId: string | null): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select l.id from listing l where l.seller_id = $1 and l.link_state in ('unlinked', 'proposed') and l.sku_key is not null
       and ($2::uuid is null or l.connection_id = $2) order by l.id`,
    [sellerId, connectionId],
  );
  return rows.map((row) => row.id);
}

/** Of these still unlinked ones those whose SKU stands only once on their connection (several on one shared number count once). */
export async function unambiguousUnlinked(sql: Sql, sellerId: string, listingIds: string[]): Promise<LinkCandidate[]> {
  return sql.query<LinkCandidate>(
    `select l.id as "listingId", l.connection_id as "connectionId", l.quantity_id as "quantityId", l.sku_key as "skuKey", l.sku, case when l.parent_title is null or l.parent_title = l.title then l.title
         when exists (select from listing o where o.connection_id = l.connection_id and o.external_parent_id = l.external_parent_id and o.id <> l.id) then l.parent_title || ' · ' || l.title
         else l.parent_title end as title
     from listing l
     where l.seller_id = $1 and l.id = any($2) and l.link_state in ('unlinked', 'proposed') and l.sku_key is not null
       and not exists (select from listing o where o.connection_id = l.connection_id and o.sku_key = l.sku_key and o.quantity_id <> l.quantity_id)
     order by l.id`,
    [sellerId, listingIds],
  );
}

export async function linkListings(
  sql: Sql,
  sellerId: string,
  links: { listingId: string; itemId: string; units: number }[],
): Promise<void> {
  if (links.length === 0) return;
  const listingIds = [...new Set(links.map((l) => l.listingId))];
  await sql.query(`delete from component where seller_id = $1 and listing_id = any($2)`, [sellerId, listingIds]);
  await sql.query(
    `insert into component (seller_id, listing_id, item_id, units) select $1, v.l, v.i, v.u from unnest($2::uuid[], $3::uuid[], $4::int[]) v(l, i, u)`,
    [sellerId, links.map((l) => l.listingId), links.map((l) => l.itemId), links.map((l) => l.units)],
  );
  await sql.query(`update listing set link_state = 'linked' where seller_id = $1 and id = any($2)`, [sellerId, listingIds]);
}

/** Items by SKU key, made where missing. Answers all of them. */
export async function ensureItems(
  sql: Sql,
  sellerId: string,
  items: { id: string; sku: string; skuKey: string; title: string }[],
): Promise<Map<string, string>> {
  if (items.length === 0) return new Map();
  const distinct = [...new Map(items.map((i) => [i.skuKey, i])).values()].sort((a, b) => (a.skuKey < b.skuKey ? -1 : 1));
  await sql.query(
    `insert into stock_item (id, seller_id, sku, sku_key, title) select v.id, $1, v.sku, v.key, v.title
     from unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) v(id, sku, key, title) on conflict (seller_id, sku_key) do nothing`,
    [sellerId, distinct.map((i) => i.id), distinct.map((i) => i.sku.trim()), distinct.map((i) => i.skuKey), distinct.map((i) => i.title)],
  );
  const rows = await sql.query<{ id: string; key: string }>(
    `select id, sku_key as key from stock_item where seller_id = $1 and sku_key = any($2)`,
    [sellerId, distinct.map((i) => i.skuKey)],
  );
  return new Map(rows.map((r) => [r.key, r.id]));
}
