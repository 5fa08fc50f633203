/** Exposure of a month as bytes for a download; pages know no documents. */
export { type ExposureLine, exposureCsv as exposureFile } from "#app/documents/exposure-csv.ts";
