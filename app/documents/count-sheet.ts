/** The seller's stock as CSV, to be filled in and given back (domain/stock-file). Data in, text out. */
import { csv } from "./csv.ts";

export type CountSheetRow = { sku: string; title: string; onHand: number; reserved: number };
export type CountSheetHead = readonly [sku: string, title: string, onHand: string, reserved: string];

export function countSheet(head: CountSheetHead, rows: readonly CountSheetRow[]): string {
  return csv([head, ...rows.map((r) => [r.sku, r.title, r.onHand, r.reserved])]);
}
