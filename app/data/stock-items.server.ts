/** Items by what the seller calls them, with their levels. */
import type { Sql } from "./database.server.ts";

export type CountedLevel = { id: string; key: string; onHand: number; reserved: number };

/** What the ledger says of these SKUs (by their keys, domain/sku) at a moment, by key; one that no item has is missing. */
export async function countedLevels(sql: Sql, sellerId: string, keys: string[], at: Date): Promise<Map<string, CountedLevel>> {
  if (keys.length === 0) return new Map();
  const rows = await sql.query<CountedLevel>(
    `select i.id, i.sku_key as key, i.on_hand - coalesce(later.on_hand, 0)::int as "onHand", i.reserved - coalesce(later.reserved, 0)::int as reserved
     from stock_item i left join (
       select m.item_id, sum(m.on_hand_delta) as on_hand, sum(m.reserved_delta) as reserved from movement m
       where m.seller_id = $1 and m.occurred_at > $3 group by m.item_id
     ) later on later.item_id = i.id
     where i.seller_id = $1 and i.sku_key = any($2)`,
    [sellerId, keys, at],
  );
  return new Map(rows.map((row) => [row.key, row]));
}

export type StockLine = { sku: string; title: string; onHand: number; reserved: number };

/** Every item of a seller, for a file; in the order of their SKUs. */
export async function allStock(sql: Sql, sellerId: string): Promise<StockLine[]> {
  return sql.query<StockLine>(`select sku, title, on_hand as "onHand", reserved from stock_item where seller_id = $1 order by sku_key`, [
    sellerId,
  ]);
}
