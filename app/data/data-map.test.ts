import { describe, expect, it } from "vitest";
import { readDataMap, readPage, readSchema, renderDataMap } from "../../scripts/data-map.ts";

describe("the data map", () => {
  const map = readDataMap(readSchema());

  it("knows every model of the schema", () => {
    const models = readSchema().match(/^model \w+ \{/gm) ?? [];
    expect(models.length).toBeGreaterThan(25);
    expect(map.tables).toHaveLength(models.length);
    expect(map.tables.filter((t) => t.columns.length === 0)).toEqual([]);
  });

  it("finds what, why and how long on every column", () => {
    expect(map.incomplete).toEqual([]);
  });

  it("says of every table what it is", () => {
    expect(map.tables.filter((t) => t.about === "").map((t) => t.table)).toEqual([]);
  });

  it("names a column that was left without its three parts", () => {
    const schema =
      'model Odd {\n  /// one | two | three\n  id String @id\n  /// only one part\n  two String @map("column_two")\n  bare Int\n\n  @@map("odd")\n}';
    expect(readDataMap(schema).incomplete).toEqual(["odd.column_two", "odd.bare"]);
  });

  it("stands in docs/data-map.md as the schema says now", () => {
    expect(readPage()).toBe(renderDataMap(map));
  });
});
