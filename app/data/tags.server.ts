/** Tags of items. */
import type { TagChange } from "#app/domain/tags.ts";
import type { Sql } from "./database.server.ts";

/** Of items that are the seller's, by item; one without tags has an empty list. */
export async function tagsOfItems(sql: Sql, sellerId: string, itemIds: string[]): Promise<Map<string, string[]>> {
  const rows = await sql.query<{ id: string; tags: string[] }>(
    `select i.id, coalesce(array_agg(t.tag order by t.tag) filter (where t.tag is not null), '{}') as tags
     from stock_item i left join item_tag t on t.item_id = i.id where i.seller_id = $1 and i.id = any($2) group by i.id order by i.id`,
    [sellerId, itemIds],
  );
  return new Map(rows.map((row) => [row.id, row.tags]));
}

/** The same of everything that the listings behind these numbers are made of. */
export async function tagsBehind(sql: Sql, sellerId: string, quantityIds: string[]): Promise<Map<string, string[]>> {
  const rows = await sql.query<{ id: string }>(
    `select distinct c.item_id as id from component c join listing l on l.id = c.listing_id where l.seller_id = $1 and l.quantity_id = any($2)`,
    [sellerId, quantityIds],
  );
  return tagsOfItems(
    sql,
    sellerId,
    rows.map((row) => row.id),
  );
}

/** Every tag that an item carries or a rule names. */
export async function knownTags(sql: Sql, sellerId: string): Promise<string[]> {
  const rows = await sql.query<{ tag: string }>(
    `select tag from item_tag where seller_id = $1 union select tag from rule where seller_id = $1 and tag is not null and replaced_at is null order by tag`,
    [sellerId],
  );
  return rows.map((row) => row.tag);
}

/** These tags, the best ranked first: in the order in which the engine asks them. */
export async function inRankOrder(sql: Sql, sellerId: string, tags: string[]): Promise<string[]> {
  const rows = await sql.query<{ tag: string }>(
    `select v.tag from unnest($2::text[]) v(tag) left join tag_rank r on r.seller_id = $1 and r.tag = v.tag order by coalesce(r.rank, 1000000), v.tag`,
    [sellerId, tags],
  );
  return rows.map((row) => row.tag);
}

export async function storeTagChanges(sql: Sql, sellerId: string, changes: readonly TagChange[]): Promise<void> {
  const pairs = (of: "add" | "remove") => changes.flatMap((c) => c[of].map((tag) => ({ itemId: c.itemId, tag })));
  const [gone, made] = [pairs("remove"), pairs("add")];
  await sql.query(
    `delete from item_tag t using unnest($2::uuid[], $3::text[]) v(item, tag) where t.seller_id = $1 and t.item_id = v.item and t.tag = v.tag`,
    [sellerId, gone.map((p) => p.itemId), gone.map((p) => p.tag)],
  );
  await sql.query(
    `insert into item_tag (seller_id, item_id, tag) select $1, i.id, v.tag from unnest($2::uuid[], $3::text[]) v(item, tag)
     join stock_item i on i.id = v.item and i.seller_id = $1 on conflict do nothing`,
    [sellerId, made.map((p) => p.itemId), made.map((p) => p.tag)],
  );
}
