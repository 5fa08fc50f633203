/** The statement of a channel that was left, as CSV. Data in, text out. */
import { csv } from "./csv.ts";

export type StatementRow = {
  title: string;
  sku: string | null;
  number: number | null;
  readAt: Date | null;
  wanted: number | null;
  why: string | null;
};

/** Names of the columns, in the reader's language, in the order of the fields. */
export type StatementHead = readonly [title: string, sku: string, number: string, readAt: string, wanted: string, why: string];

export function statementCsv(head: StatementHead, rows: readonly StatementRow[]): string {
  return csv([head, ...rows.map((r) => [r.title, r.sku, r.number, r.readAt?.toISOString() ?? null, r.wanted, r.why])]);
}
