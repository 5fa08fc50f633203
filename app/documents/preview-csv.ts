/** The rows of a preview as CSV. Data in, text out. */
import { csv } from "./csv.ts";

export type PreviewCsvRow = {
  channel: string;
  title: string;
  sku: string | null;
  now: number | null;
  after: number | null;
  change: string;
  why: string;
};

export type PreviewCsvHead = { [K in keyof PreviewCsvRow]: string };

const COLUMNS = ["channel", "title", "sku", "now", "after", "change", "why"] as const;

export function previewCsv(head: PreviewCsvHead, rows: readonly PreviewCsvRow[]): string {
  return csv([head, ...rows].map((line) => COLUMNS.map((column) => line[column])));
}
