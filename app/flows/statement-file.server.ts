/** The statement as bytes for a download; pages know no documents. */
export { statementCsv as statementFile } from "#app/documents/statement-csv.ts";
