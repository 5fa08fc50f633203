/** The stock of a moment as CSV. Data in, text out. */
import { csv } from "./csv.ts";

/** Units then, and what is available now. */
export type StockCsvRow = { sku: string; title: string; onHand: number; reserved: number; available: number; availableNow: number };
export type StockCsvHead = { [K in keyof StockCsvRow]: string };

const COLUMNS = ["sku", "title", "onHand", "reserved", "available", "availableNow"] as const;

export function stockCsv(head: StockCsvHead, rows: readonly StockCsvRow[]): string {
  return csv([head, ...rows].map((line) => COLUMNS.map((column) => line[column])));
}
