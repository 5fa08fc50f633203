/** The rows of a preview as a file: what leaves as a document is made in its own room. */
import { type PreviewCsvHead, type PreviewCsvRow, previewCsv } from "#app/documents/preview-csv.ts";

export function previewFile(head: PreviewCsvHead, rows: readonly PreviewCsvRow[]): string {
  return previewCsv(head, rows);
}
