import { describe, expect, it } from "vitest";
import { MOST_LINES, readStockFile } from "./stock-file.ts";

const read = (...rows: string[][]) => readStockFile([["SKU", "On hand"], ...rows]);
const lines = (...rows: string[][]) => {
  const file = read(...rows);
  if (file.kind !== "read") throw new Error(file.why);
  return { counts: file.lines.map((l) => [l.line, l.sku, l.count]), problems: file.problems.map((p) => [p.line, p.problem]) };
};

describe("a file of counts", () => {
  it("is read by the names of its columns, whatever stands beside them", () => {
    const file = readStockFile([
      ["Title", "Available ", "sku"],
      ["Mug", "3", "MUG-1"],
      ["", "", ""],
      ["Cup", "0", " cup-2 "],
    ]);
    expect(file).toEqual({
      kind: "read",
      as: "available",
      lines: [
        { line: 2, sku: "MUG-1", key: "mug-1", count: 3 },
        { line: 4, sku: "cup-2", key: "cup-2", count: 0 },
      ],
      problems: [],
    });
  });

  it.each([
    [[], "empty"],
    [[["SKU", "On hand"]], "empty"],
    [
      [
        ["Name", "On hand"],
        ["a", "1"],
      ],
      "no-sku-column",
    ],
    [
      [
        ["SKU", "Price"],
        ["a", "1"],
      ],
      "no-count-column",
    ],
    [
      [
        ["SKU", "On hand", "Available"],
        ["a", "1", "1"],
      ],
      "two-count-columns",
    ],
    [[["SKU", "On hand"], ...Array.from({ length: MOST_LINES + 1 }, (_, n) => [`s${n}`, "1"])], "too-long"],
  ])("that cannot be read says why (%#)", (rows, why) => {
    expect(readStockFile(rows)).toEqual({ kind: "unreadable", why });
  });

  it("takes whole numbers only, and none that two readers would read differently", () => {
    const { counts, problems } = lines(
      ["a", "12"],
      ["b", "12.0"],
      ["c", " 7 "],
      ["d", "1,000"],
      ["e", "1.5"],
      ["f", "-2"],
      ["g", "ten"],
      ["h", "1000001"],
      ["i", "1e3"],
    );
    expect(counts).toEqual([
      [2, "a", 12],
      [3, "b", 12],
      [4, "c", 7],
    ]);
    expect(problems).toEqual([
      [5, "no-number"],
      [6, "no-number"],
      [7, "no-number"],
      [8, "no-number"],
      [9, "too-large"],
      [10, "no-number"],
    ]);
  });

  it("leaves alone what was not counted, and believes neither of two counts of one SKU", () => {
    const { counts, problems } = lines(["a", ""], ["b", "1"], ["B ", "1"], ["c", "4"], ["C", "5"], ["", "3"], ["'-x", "2"]);
    expect(counts).toEqual([
      [3, "b", 1],
      [8, "-x", 2],
    ]);
    expect(problems).toEqual([
      [5, "twice"],
      [6, "twice"],
      [7, "no-sku"],
    ]);
  });
});
