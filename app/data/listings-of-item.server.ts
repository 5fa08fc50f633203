/** Listings that stand on an item, for rules that are set at each of them. */
import type { Sql } from "./database.server.ts";

export type ListingOfItem = { listingId: string; connectionId: string; itemId: string };

/** Linked ones that are made of this item, packs and bundles with it. */
export async function listingsOfItem(sql: Sql, sellerId: string, itemId: string): Promise<ListingOfItem[]> {
  return sql.query<ListingOfItem>(
    `select l.id as "listingId", l.connection_id as "connectionId", p.item_id as "itemId" from component p join listing l on l.id = p.listing_id
     where p.seller_id = $1 and p.item_id::text = $2 and l.link_state = 'linked' and l.go_live in ('live', 'paused') order by l.id`,
    [sellerId, itemId],
  );
}
