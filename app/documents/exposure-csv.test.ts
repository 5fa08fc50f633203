import { expect, it } from "vitest";
import { exposureCsv } from "./exposure-csv.ts";

it("has one line per item and pair, and runs no formula of a title", () => {
  const head = ["SKU", "Title", "Sold on", "Shown on", "n", "p50", "p95", "p99", "u", "s"] as const;
  const line = {
    sku: "M-1",
    title: '=SUM("a")',
    soldOn: "eBay",
    shownOn: "Etsy",
    changes: 2,
    p50: 10,
    p95: 20,
    p99: 30,
    units: 2,
    pieceSeconds: 4,
  };
  expect(exposureCsv(head, [line])).toBe(
    `\uFEFFSKU,Title,Sold on,Shown on,n,p50,p95,p99,u,s\r\nM-1,"'=SUM(""a"")",eBay,Etsy,2,10,20,30,2,4\r\n`,
  );
});
