import pg from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { testDatabase } from "#app/testing/test-database.ts";
import { openDatabase } from "./database.server.ts";

/** Resolves when the server has ended that connection. */
async function cutOff(pid: number): Promise<void> {
  const admin = new pg.Client({ connectionString: testDatabase().admin });
  await admin.connect();
  await admin.query("select pg_terminate_backend($1, 5000)", [pid]);
  await admin.end();
}

const NOBODY = "00000000-0000-0000-0000-000000000000";

describe("the two ways to the database", () => {
  const db = openDatabase({ url: testDatabase().web, role: "web" });
  afterAll(() => db.close());

  it("give whole numbers exactly in SQL, and leave Prisma's own reading of them alone", async () => {
    const [row] = await db.plain.query<{ large: unknown }>("select 9007199254740993::bigint as large");
    expect(row?.large).toBe(9007199254740993n);
    expect(await db.read(NOBODY, (prisma) => prisma.seller.count())).toBe(0);
  });

  it("survive a connection that breaks in the middle of a transaction, and go on with another", async () => {
    const broken = db.write(NOBODY, async (sql) => {
      const [mine] = await sql.query<{ pid: number }>("select pg_backend_pid() as pid");
      await cutOff(mine?.pid ?? 0);
      // The news of the break comes while no statement is under way: an error event that nobody waits for.
      await new Promise((resolve) => setImmediate(resolve));
      return sql.query("select 1");
    });
    await expect(broken).rejects.toThrow();
    expect(await db.write(NOBODY, (sql) => sql.query("select 1 as one"))).toEqual([{ one: 1 }]);
  });
});
