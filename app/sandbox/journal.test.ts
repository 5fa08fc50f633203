import { describe, expect, it } from "vitest";
import { Journal } from "./journal.ts";

const change = (sku: string) => ({ account: 1 as const, sku, from: 1, to: 2, by: "hand" as const, call: null });

describe("Journal", () => {
  it("goes on counting after the number it is given", () => {
    const journal = new Journal(41);
    journal.add("ebay", new Date(0), change("A"));
    expect(journal.since(0, "ebay", 1)).toMatchObject([{ n: 42, sku: "A" }]);
    expect(journal.since(42, "ebay", 1)).toEqual([]);
    expect(journal.since(0, "etsy", 1)).toEqual([]);
    expect(journal.since(0, "ebay", 2)).toEqual([]);
  });

  it("forgets the oldest entries only", () => {
    const journal = new Journal(0, 3);
    for (const sku of ["A", "B", "C", "D", "E"]) journal.add("ebay", new Date(0), change(sku));
    expect(journal.since(0, "ebay", 1).map(({ n, sku }) => [n, sku])).toEqual([
      [3, "C"],
      [4, "D"],
      [5, "E"],
    ]);
  });

  it("keeps at least 200,000 entries", () => {
    const journal = new Journal();
    for (let entry = 0; entry < 200_000; entry++) journal.add("ebay", new Date(0), change("A"));
    expect(journal.since(0, "ebay", 1)).toHaveLength(200_000);
  });
});
