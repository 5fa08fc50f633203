/**
 * The order in which a transaction locks: orders, order lines, items, cards of outside edits, the seller's brake, shown numbers, each by id. Who begins at
 * the numbers (a reading) and comes to the items (a return, an accepted edit) locks what stands before them first; otherwise it
 * waits in a circle with an order that goes the other way, and one of the two breaks off after a second.
 */
import type { Sql } from "./database.server.ts";

/** What a consequence of readings of these numbers may touch: lines that may still be returned, and the items behind the numbers. */
export async function lockBehindNumbers(sql: Sql, quantityIds: string[]): Promise<void> {
  if (quantityIds.length === 0) return;
  const lines = await sql.query<{ items: string[] }>(
    `select array(select c->>'itemId' from jsonb_array_elements(coalesce(components, '[]'::jsonb)) c) as items
     from order_line where quantity_id = any($1) and returnable > returned order by id for update`,
    [quantityIds],
  );
  await lockItemsOf(
    sql,
    quantityIds,
    lines.flatMap((l) => l.items),
  );
}

/** The items that stand behind numbers, and these besides. */
export async function lockItemsOf(sql: Sql, quantityIds: string[], itemIds: string[] = []): Promise<void> {
  await sql.query(
    `select i.id from stock_item i where i.id = any($2)
       or i.id in (select c.item_id from listing l join component c on c.listing_id = l.id where l.quantity_id = any($1))
     order by i.id for no key update`,
    [quantityIds, itemIds],
  );
}

/** Of these numbers those of which a reading is already odd, so that the next one may have consequences. */
export async function oddNumbers(sql: Sql, quantityIds: string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(`select id from channel_quantity where id = any($1) and odd_quantity is not null`, [
    quantityIds,
  ]);
  return rows.map((r) => r.id);
}
