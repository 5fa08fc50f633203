/** Reads a file of counts and opens the row-by-row look at what it would change. Nothing is counted before that is approved. */
import Papa from "papaparse";
import type { Sql } from "#app/data/database.server.ts";
import { countedLevels } from "#app/data/stock-items.server.ts";
import { type CountLine, type LineProblem, readStockFile, type StockFile } from "#app/domain/stock-file.ts";
import type { House } from "./house.server.ts";
import { openPlan } from "./open-plan.server.ts";

export type StockFileWish = {
  sellerId: string;
  actorKey: string;
  name: string;
  bytes: Uint8Array;
  /** When it was counted; sales since then are not undone. */
  countedAt: Date;
};

export type OpenedStockFile =
  | { outcome: "opened"; previewId: string }
  | { outcome: "unreadable"; why: Extract<StockFile, { kind: "unreadable" }>["why"] | "too-large" }
  /** Read, but no line of it can be used. */
  | { outcome: "nothing"; problems: LineProblem[]; problemCount: number };

export const MOST_BYTES = 5 * 1024 * 1024;
/** Lines that could not be used, as many as a page shows; the rest is a number. */
const PROBLEMS_KEPT = 200;

export async function openStockFile(house: House, wish: StockFileWish): Promise<OpenedStockFile> {
  if (wish.bytes.byteLength > MOST_BYTES) return { outcome: "unreadable", why: "too-large" };
  const file = readStockFile(cellsOf(wish.bytes));
  if (file.kind === "unreadable") return { outcome: "unreadable", why: file.why };
  const { items, same, unknown } = await house.db.write(wish.sellerId, (sql) => differences(sql, wish, file.as, file.lines));
  const problems = [...file.problems, ...unknown].sort((a, b) => a.line - b.line);
  if (items.length === 0 && same === 0)
    return { outcome: "nothing", problems: problems.slice(0, PROBLEMS_KEPT), problemCount: problems.length };
  const previewId = await openPlan(house, {
    ...{ sellerId: wish.sellerId, actorKey: wish.actorKey, kind: "stock-file" },
    plan: {
      title: wish.name.slice(0, 100),
      items,
      same,
      problems: problems.slice(0, PROBLEMS_KEPT).map(({ line, sku, problem }) => ({ line, sku: sku.slice(0, 100), problem })),
      problemCount: problems.length,
      countedAt: wish.countedAt.toISOString(),
    },
  });
  return { outcome: "opened", previewId };
}

const SEPARATORS = [",", ";", "\t", "|"];

/** Blank lines are kept, so that a line's number is the spreadsheet's. */
function cellsOf(bytes: Uint8Array): string[][] {
  const text = textOf(bytes);
  const head = /[^\r\n]+/.exec(text)?.[0] ?? "";
  const uses = (separator: string) => head.split(separator).length;
  const delimiter = SEPARATORS.reduce((best, other) => (uses(other) > uses(best) ? other : best));
  return Papa.parse<string[]>(text, { header: false, delimiter }).data;
}

/** Spreadsheets save UTF-8, UTF-16 with a mark, or the Western code page. */
function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

async function differences(sql: Sql, wish: StockFileWish, as: "on-hand" | "available", lines: CountLine[]) {
  const levels = await countedLevels(
    sql,
    wish.sellerId,
    lines.map((line) => line.key),
    wish.countedAt,
  );
  const items: { itemId: string; units: number }[] = [];
  const unknown: LineProblem[] = [];
  let same = 0;
  for (const { line, sku, key, count } of lines) {
    const level = levels.get(key);
    if (level === undefined) {
      unknown.push({ line, sku, problem: "unknown" });
      continue;
    }
    const units = count - (as === "on-hand" ? level.onHand : level.onHand - level.reserved);
    if (units === 0) same += 1;
    else items.push({ itemId: level.id, units });
  }
  return { items, same, unknown };
}
