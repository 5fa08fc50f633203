import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { expect, it } from "vitest";
import { projectRoot } from "../../scripts/project-root.ts";
import { testDatabase } from "./test-database.ts";

function prisma(...command: string[]): { status: number | null; said: string } {
  const run = spawnSync(process.execPath, [join(projectRoot, "scripts", "prisma.ts"), ...command], {
    cwd: projectRoot,
    encoding: "utf8",
    // A scratch database is made and dropped for the comparison, which the owner role may not do.
    env: { ...process.env, DATABASE_URL_OWNER: testDatabase().admin },
  });
  return { status: run.status, said: run.stdout + run.stderr };
}

/** Starting Prisma and building a scratch database takes seconds, more on a busy machine. */
const PATIENCE_MS = 60_000;

it("the migrations build exactly what the schema says", { timeout: PATIENCE_MS }, () => {
  const { status, said } = prisma(
    "migrate",
    "diff",
    "--from-migrations",
    "prisma/migrations",
    "--to-schema-datamodel",
    "prisma/schema.prisma",
    "--exit-code",
  );
  expect(said).toContain("No difference detected");
  expect(status).toBe(0);
});

it("a column that no migration makes is noticed", { timeout: PATIENCE_MS }, () => {
  const folder = mkdtempSync(join(tmpdir(), "inventorysync-drift-"));
  const planted = join(folder, "schema.prisma");
  const schema = readFileSync(join(projectRoot, "prisma", "schema.prisma"), "utf8");
  writeFileSync(planted, schema.replace(/^model Seller \{$/m, "model Seller {\n  smuggled String?"));
  const { status, said } = prisma(
    "migrate",
    "diff",
    "--from-migrations",
    "prisma/migrations",
    "--to-schema-datamodel",
    planted,
    "--exit-code",
  );
  rmSync(folder, { recursive: true });
  expect(said).toContain("smuggled");
  expect(status).toBe(2);
});

it("the web role sees no row of any seller's table before a seller is named", async () => {
  const admin = new pg.Client({ connectionString: testDatabase().admin });
  const web = new pg.Client({ connectionString: testDatabase().web });
  await admin.connect();
  await web.connect();
  const { rows } = await admin.query(
    `select c.table_name::text as name, t.rowsecurity as walled from information_schema.columns c
       join pg_tables t on t.schemaname = 'public' and t.tablename = c.table_name
      where c.table_schema = 'public' and c.column_name = 'seller_id'`,
  );
  const { rows: roles } = await web.query("select rolsuper, rolbypassrls from pg_roles where rolname = current_user");
  await admin.end();
  await web.end();
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter((row) => !row.walled)).toEqual([]);
  expect(roles).toEqual([{ rolsuper: false, rolbypassrls: false }]);
});
