import { describe, expect, it } from "vitest";
import { pageOf, readCursor, writeCursor } from "./cursor.ts";

const id = (n: number) => `00000000-0000-7000-8000-00000000000${n}`;
const rows = [1, 2, 3].map((n) => ({ id: id(n), sku: `s${n}` }));
const bySku = (row: { sku: string }) => row.sku;

describe("cursors", () => {
  it("come back as they were written", () => {
    const cursor = { direction: "after" as const, key: "MUG ünï \"'", id: id(1) };
    expect(readCursor(writeCursor(cursor))).toEqual(cursor);
  });

  it.each([null, "", "nonsense", Buffer.from("[1,2,3]").toString("base64url"), Buffer.from('["after","x","y"]').toString("base64url")])(
    "%j shows the first page",
    (text) => {
      expect(readCursor(text)).toBeNull();
    },
  );
});

describe("pages", () => {
  it("show no way back on the first and no way on at the last", () => {
    const first = pageOf(rows, 2, null, bySku);
    expect(first.rows.map((r) => r.sku)).toEqual(["s1", "s2"]);
    expect(first.previousPage).toBeNull();
    const cursor = readCursor(first.nextPage);
    expect(cursor).toMatchObject({ direction: "after", key: "s2" });
    const last = pageOf(rows.slice(2), 2, cursor, bySku);
    expect(last.nextPage).toBeNull();
    expect(readCursor(last.previousPage)).toMatchObject({ direction: "before", key: "s3" });
  });

  it("turn rows read backwards around", () => {
    const page = pageOf([...rows].reverse(), 2, { direction: "before", key: "s4", id: id(4) }, bySku);
    expect(page.rows.map((r) => r.sku)).toEqual(["s2", "s3"]);
    expect(readCursor(page.previousPage)).toMatchObject({ key: "s2" });
  });
});
