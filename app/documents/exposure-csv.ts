/** Exposure of a month as CSV: one line per item and channel pair. Data in, text out. */
import { csv } from "./csv.ts";

export type ExposureLine = {
  sku: string;
  title: string;
  soldOn: string;
  shownOn: string;
  changes: number;
  p50: number;
  p95: number;
  p99: number;
  units: number;
  pieceSeconds: number;
};

/** Names of the columns, in the reader's language, in the order of the fields. */
export type ExposureHead = readonly [string, string, string, string, string, string, string, string, string, string];

export function exposureCsv(head: ExposureHead, lines: readonly ExposureLine[]): string {
  const cells = lines.map((l) => [l.sku, l.title, l.soldOn, l.shownOn, l.changes, l.p50, l.p95, l.p99, l.units, l.pieceSeconds]);
  return csv([head, ...cells]);
}
