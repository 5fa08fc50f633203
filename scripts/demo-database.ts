/** The demo's database: an embedded PostgreSQL, or the one named in DATABASE_URL; with roles made and migrations applied. */
import { join } from "node:path";
import pg from "pg";
import { expectedMigrations, missingMigrations } from "../app/platform/prove-database.server.ts";
import { makeRoles, openDatabaseToRoles, ROLES, type Role, readRolePasswords, roleUrl } from "./database-roles.ts";
import { migrate } from "./migrate.ts";
import { PlainFailure } from "./plain-failure.ts";
import { startPostgres } from "./postgres.ts";
import { projectRoot } from "./project-root.ts";
import type { Settings } from "./settings.ts";
import type { Guard } from "./start-guard.ts";

export type DemoDatabase = {
  /** One address per role; each process is given only those that it uses. */
  urls: Record<Role, string>;
  /** Resolves with the last words of an embedded server that ended by itself. */
  died: Promise<string>;
  stop(): Promise<void>;
};

const DATABASE = "inventorysync";
/** The embedded server keeps its port over restarts where it can, so that a tool pointed at it still finds it. */
const PREFERRED_PORT = 54_320;

export async function openDemoDatabase(settings: Settings, guard: Guard, say: (words: string) => void): Promise<DemoDatabase> {
  const server = settings.databaseUrl === null ? await startPostgres(join(settings.dataDir, "postgres"), { port: PREFERRED_PORT }) : null;
  if (server) guard.watch(server.pid, true);
  const stop = async () => {
    await server?.stop();
    if (server) guard.forget(server.pid);
  };
  try {
    const passwords = readRolePasswords(join(settings.dataDir, "database-roles.json"));
    const base = server ? server.adminUrl(DATABASE) : (settings.databaseUrl as string);
    if (server) await withClient(server.adminUrl(), (admin) => makeDatabase(admin));
    await withClient(base, async (admin) => {
      await refuseOldServer(admin);
      await makeRoles(admin, passwords);
      const { rows } = await admin.query<{ name: string }>("select current_database()::text as name");
      await openDatabaseToRoles(admin, rows[0]?.name ?? DATABASE);
    });
    const urls = Object.fromEntries(ROLES.map((role) => [role, roleUrl(base, role, passwords)])) as Record<Role, string>;
    if (await needsMigration(urls.owner)) {
      say("Bringing the database up to date ...");
      await migrate(urls.owner);
    }
    return { urls, died: server?.died ?? new Promise(() => {}), stop };
  } catch (error) {
    await stop();
    if (settings.databaseUrl === null || error instanceof PlainFailure) throw error;
    throw new PlainFailure(`The database in DATABASE_URL cannot be used: ${(error as Error).message || (error as { code?: string }).code}`);
  }
}

async function makeDatabase(admin: pg.Client): Promise<void> {
  const { rowCount } = await admin.query("select 1 from pg_database where datname = $1", [DATABASE]);
  if (!rowCount) await admin.query(`create database ${DATABASE}`);
}

async function refuseOldServer(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ version: string }>("select current_setting('server_version_num') as version");
  const major = Math.floor(Number(rows[0]?.version) / 10_000);
  if (major < 15) throw new PlainFailure(`The database in DATABASE_URL is PostgreSQL ${major}; InventorySync needs 15 or newer.`);
}

/** Starting Prisma itself only to hear "nothing to do" takes seconds; its table says so at once. */
async function needsMigration(ownerUrl: string): Promise<boolean> {
  const expected = expectedMigrations(join(projectRoot, "prisma", "migrations"));
  let missing: string[] = expected;
  await withClient(ownerUrl, async (owner) => {
    missing = await missingMigrations(expected, async (text) => (await owner.query(text)).rows);
  });
  return missing.length > 0;
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
