/** What a file of counts says, cell by cell. Pure; which SKUs exist is asked elsewhere. */
import { skuKey } from "./sku.ts";

/** `on-hand`: what lies there, sold but unsent units among it. `available`: what can still be sold. */
export type CountedAs = "on-hand" | "available";

export type CountLine = {
  /** As a spreadsheet numbers it: the first line is 1. */
  line: number;
  sku: string;
  key: string;
  count: number;
};

export type LineProblem = { line: number; sku: string; problem: "no-sku" | "no-number" | "too-large" | "twice" | "unknown" };

export type StockFile =
  | { kind: "read"; as: CountedAs; lines: CountLine[]; problems: LineProblem[] }
  | { kind: "unreadable"; why: "empty" | "no-sku-column" | "no-count-column" | "two-count-columns" | "too-long" };

/** Lines of one file; a larger shop splits it. */
export const MOST_LINES = 20_000;
const MOST_UNITS = 1_000_000;

const SKU_COLUMNS = ["sku", "variant sku", "custom label", "custom label (sku)", "article number", "item number"];
const COUNT_COLUMNS: Record<CountedAs, string[]> = {
  "on-hand": ["on hand", "on-hand", "on_hand", "count", "counted", "stock on hand"],
  available: ["available", "available quantity", "quantity", "qty", "stock", "stock quantity", "inventory"],
};

/** @param rows cells as text, the first row with the names of the columns; rows without any content are skipped */
export function readStockFile(rows: readonly (readonly string[])[]): StockFile {
  const numbered = rows.map((cells, n) => ({ line: n + 1, cells })).filter(({ cells }) => cells.some((cell) => cell.trim() !== ""));
  const [head, ...body] = numbered;
  if (head === undefined || body.length === 0) return { kind: "unreadable", why: "empty" };
  if (body.length > MOST_LINES) return { kind: "unreadable", why: "too-long" };
  const names = head.cells.map((cell) => cell.trim().toLowerCase());
  const skuAt = names.findIndex((name) => SKU_COLUMNS.includes(name));
  if (skuAt < 0) return { kind: "unreadable", why: "no-sku-column" };
  const counts = (Object.keys(COUNT_COLUMNS) as CountedAs[]).flatMap((as) =>
    names.flatMap((name, at) => (COUNT_COLUMNS[as].includes(name) ? [{ as, at }] : [])),
  );
  const [counted, other] = counts;
  if (counted === undefined) return { kind: "unreadable", why: "no-count-column" };
  if (other !== undefined) return { kind: "unreadable", why: "two-count-columns" };
  return { kind: "read", as: counted.as, ...readLines(body, skuAt, counted.at) };
}

function readLines(body: { line: number; cells: readonly string[] }[], skuAt: number, countAt: number) {
  const problems: LineProblem[] = [];
  const byKey = new Map<string, CountLine>();
  const contradicted = new Set<string>();
  for (const { line, cells } of body) {
    const sku = unquoted(cells[skuAt] ?? "");
    const text = (cells[countAt] ?? "").trim();
    const key = skuKey(sku);
    // A template that was filled in only where something was counted.
    if (text === "") continue;
    if (key === null) {
      problems.push({ line, sku: "", problem: "no-sku" });
      continue;
    }
    const count = wholeNumber(text);
    if (count === null || count > MOST_UNITS) {
      problems.push({ line, sku, problem: count === null ? "no-number" : "too-large" });
      continue;
    }
    const before = byKey.get(key);
    if (before === undefined) byKey.set(key, { line, sku, key, count });
    else if (before.count !== count) {
      problems.push({ line, sku, problem: "twice" });
      contradicted.add(key);
    }
  }
  // Two different counts for one SKU: neither is believed.
  for (const key of contradicted) {
    const first = byKey.get(key);
    if (first) problems.push({ line: first.line, sku: first.sku, problem: "twice" });
    byKey.delete(key);
  }
  return { lines: [...byKey.values()], problems: problems.sort((a, b) => a.line - b.line) };
}

/** Our own files put a quote before text that a spreadsheet would run as a formula. */
function unquoted(cell: string): string {
  return cell.trim().replace(/^'(?=[=+\-@])/, "");
}

/** "12", "12.0", "12,00"; never a thousands separator, whose meaning nobody can tell. */
function wholeNumber(text: string): number | null {
  const match = /^\+?(\d{1,9})(?:[.,]0+)?$/.exec(text);
  if (!match?.[1]) return null;
  // "1,000" and "1.000" are a thousand to one reader and one to another.
  return /[.,]0{3}$/.test(text) ? null : Number(match[1]);
}
