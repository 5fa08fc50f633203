/** The seller's stock as a file that can be filled in and given back. */
import { allStock } from "#app/data/stock-items.server.ts";
import { type CountSheetHead, countSheet } from "#app/documents/count-sheet.ts";
import type { House } from "./house.server.ts";

export async function countSheetOf(house: House, sellerId: string, head: CountSheetHead): Promise<string> {
  return countSheet(head, await house.db.write(sellerId, (sql) => allStock(sql, sellerId)));
}
