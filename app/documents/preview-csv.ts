/** The rows of a preview as CSV (RFC 4180, UTF-8 with a mark so that spreadsheets read it right). Data in, text out. */
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
  const lines = [head, ...rows].map((line) => COLUMNS.map((column) => cell(line[column])).join(","));
  return `\uFEFF${lines.join("\r\n")}\r\n`;
}

/** A title that begins like a formula is shown as text: spreadsheets would run it. */
function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = /^\s*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
