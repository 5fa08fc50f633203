import { afterAll, describe, expect, it } from "vitest";
import { testDatabase } from "#app/testing/test-database.ts";
import { openDatabase } from "./database.server.ts";

const NOBODY = "00000000-0000-0000-0000-000000000000";

describe("the two ways to the database", () => {
  const db = openDatabase({ url: testDatabase().web, role: "web" });
  afterAll(() => db.close());

  it("give whole numbers exactly in SQL, and leave Prisma's own reading of them alone", async () => {
    const [row] = await db.plain.query<{ large: unknown }>("select 9007199254740993::bigint as large");
    expect(row?.large).toBe(9007199254740993n);
    expect(await db.read(NOBODY, (prisma) => prisma.seller.count())).toBe(0);
  });
});
