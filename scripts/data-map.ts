/**
 * docs/data-map.md out of prisma/schema.prisma: what is held of every column, why, and how long. Run it after a change of the schema;
 * app/data/data-map.test.ts fails while the page is older than the schema.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./project-root.ts";

export type MappedColumn = { column: string; what: string; why: string; howLong: string };
export type MappedTable = { table: string; about: string; columns: MappedColumn[] };
export type DataMap = {
  tables: MappedTable[];
  /** "table.column" of every column without the three parts. */
  incomplete: string[];
};

const ADDRESS = { schema: join(projectRoot, "prisma", "schema.prisma"), page: join(projectRoot, "docs", "data-map.md") };

/** Reads models line by line: a doc comment belongs to the line under it. */
export function readDataMap(schema: string): DataMap {
  const map: DataMap = { tables: [], incomplete: [] };
  let about: string[] = [];
  let model: { about: string; columns: (MappedColumn | { column: string })[] } | null = null;
  for (const line of schema.split("\n").map((l) => l.trim())) {
    if (line.startsWith("///")) about.push(line.slice(3).trim());
    else if (/^model \w+ \{$/.test(line)) {
      model = { about: about.join(" "), columns: [] };
      about = [];
    } else if (model !== null && line.startsWith("@@map(")) closeTable(map, model, nameIn(line));
    else if (line === "}") model = null;
    else if (model !== null && /^\w+\s+\w+/.test(line)) {
      model.columns.push(columnOf(line, about.join(" ")));
      about = [];
    } else if (line !== "" && !line.startsWith("//")) about = [];
  }
  return map;
}

function closeTable(map: DataMap, model: { about: string; columns: (MappedColumn | { column: string })[] }, table: string): void {
  const columns = model.columns.filter((c): c is MappedColumn => "what" in c);
  map.tables.push({ table, about: model.about, columns });
  for (const column of model.columns) if (!("what" in column)) map.incomplete.push(`${table}.${column.column}`);
}

function columnOf(line: string, annotation: string): MappedColumn | { column: string } {
  const column = / @map\("([^"]+)"\)/.exec(line)?.[1] ?? /^\w+/.exec(line)?.[0] ?? line;
  const parts = annotation.split("|").map((part) => part.trim());
  const [what, why, howLong] = parts;
  return parts.length === 3 && what && why && howLong ? { column, what, why, howLong } : { column };
}

function nameIn(line: string): string {
  return /"([^"]+)"/.exec(line)?.[1] ?? line;
}

/** The page as it should stand in docs/data-map.md. */
export function renderDataMap(map: DataMap): string {
  const count = map.tables.reduce((sum, t) => sum + t.columns.length, 0);
  const head = [
    "# Data map",
    "",
    "What InventorySync holds, why, and how long. Made by `node scripts/data-map.ts` from the comments in `prisma/schema.prisma`: change them",
    `there. ${map.tables.length} tables, ${count} columns. No column holds a name, address, e-mail address, phone number or note of a buyer.`,
    "",
    '"account": as long as the seller\'s account lives; "while connected": until the connection is removed. Erasure deletes both.',
    "",
  ];
  const tables = [...map.tables]
    .sort((a, b) => (a.table < b.table ? -1 : 1))
    .flatMap((t) => [
      `## ${t.table}`,
      "",
      ...(t.about === "" ? [] : [t.about, ""]),
      "| column | what | why | how long |",
      "| --- | --- | --- | --- |",
      ...t.columns.map((c) => `| ${[`\`${c.column}\``, c.what, c.why, c.howLong].map(inTable).join(" | ")} |`),
      "",
    ]);
  return [...head, ...tables].join("\n");
}

function inTable(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

export function readSchema(): string {
  return readFileSync(ADDRESS.schema, "utf8");
}

export function readPage(): string {
  return readFileSync(ADDRESS.page, "utf8");
}

if (import.meta.main) {
  const map = readDataMap(readSchema());
  if (map.incomplete.length > 0) {
    console.error(`These columns do not say what | why | how long: ${map.incomplete.join(", ")}`);
    process.exit(1);
  }
  writeFileSync(ADDRESS.page, renderDataMap(map));
}
