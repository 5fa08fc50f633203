/** The statement of a channel that was left, as CSV (RFC 4180, UTF-8 with a mark so that spreadsheets read it right). Data in, text out. */
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
  const lines = rows.map((r) => [r.title, r.sku, r.number, r.readAt?.toISOString() ?? null, r.wanted, r.why]);
  return `\uFEFF${[head, ...lines].map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** A title that begins like a formula is shown as text: spreadsheets would run it. */
function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
