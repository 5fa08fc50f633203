/** The stock of a moment as a file: what leaves as a document is made in its own room. */
import { type StockCsvHead, type StockCsvRow, stockCsv } from "#app/documents/stock-csv.ts";

export function stockFile(head: StockCsvHead, rows: readonly StockCsvRow[]): string {
  return stockCsv(head, rows);
}
