import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { SEALED_FIELDS } from "./rotate-keys.server.ts";

it("every sealed column of the data model is rotated, each under its own place", () => {
  const schema = readFileSync(new URL("../../prisma/schema.prisma", import.meta.url), "utf8");
  const columns = [...schema.matchAll(/^model \w+ \{\n([\s\S]*?)^\}/gm)].flatMap(([, body = ""]) => {
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1];
    return [...body.matchAll(/^ {2}(\w*[sS]ealed) +String\??(?:.*@map\("(\w+)"\))?/gm)].map(
      ([, name, mapped]) => `${table}.${mapped ?? name}`,
    );
  });
  expect(columns.length).toBeGreaterThan(4);
  expect(SEALED_FIELDS.map(({ field }) => `${field.table}.${field.column}`).sort()).toEqual(columns.sort());
  for (const { field, place } of SEALED_FIELDS) expect(place("r")).toEqual({ table: field.table, rowId: "r", field: field.column });
});
