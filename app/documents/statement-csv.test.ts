import { describe, expect, it } from "vitest";
import { statementCsv } from "./statement-csv.ts";

const HEAD = ["Listing", "SKU", "Number", "Seen", "Wanted", "Why"] as const;
const row = { title: "Mug", sku: "M-1", number: 3, readAt: new Date("2026-11-23T10:00:00Z"), wanted: 0, why: null };

describe("the statement as CSV", () => {
  it("has a line for each listing, and nothing where nothing is known", () => {
    const text = statementCsv(HEAD, [row, { ...row, sku: null, number: null, readAt: null, wanted: null }]);
    expect(text).toBe("\uFEFFListing,SKU,Number,Seen,Wanted,Why\r\nMug,M-1,3,2026-11-23T10:00:00.000Z,0,\r\nMug,,,,,\r\n");
  });

  it("keeps commas, quotes and line ends inside their cell", () => {
    expect(statementCsv(HEAD, [{ ...row, title: 'Big, "blue"\nmug' }])).toContain('"Big, ""blue""\nmug",M-1');
  });

  it.each(["=1+1", "+1", "-1", "@x", "\tx"])("shows %j as text, so that no spreadsheet runs it", (title) => {
    expect(statementCsv(HEAD, [{ ...row, title }])).toContain(`'${title}`);
  });
});
