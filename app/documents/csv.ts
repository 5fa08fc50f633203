/** Lines of cells as CSV (RFC 4180, UTF-8 with a mark so that spreadsheets read it right). */
export type CsvCell = string | number | null;

export function csv(lines: readonly (readonly CsvCell[])[]): string {
  return `\uFEFF${lines.map((line) => line.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** A title that begins like a formula is shown as text: spreadsheets would run it. */
function cell(value: CsvCell): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = /^\s*[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
