import { readdirSync } from "node:fs";
import pg from "pg";
import { NotYet, type WaitOptions, waitForBackend } from "./wait-for-backend.server.ts";

const PROBE_TIMEOUT_MS = 5_000;
const OLDEST_POSTGRES = 14;

/** The names of the migrations that this code was written for, oldest first. Throws where the folder is not there. */
export function expectedMigrations(folder: string): string[] {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return names.map(({ name }) => name).sort();
}

/**
 * Waits with a plain client until the database answers and has these migrations; pools and Prisma are opened after that. Migrations
 * may still be on their way while a new version is rolled out, so they are waited for like the server itself.
 */
export function proveDatabase(url: string, migrations: readonly string[], options: Omit<WaitOptions, "what">): Promise<void> {
  return waitForBackend(
    async () => {
      const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: PROBE_TIMEOUT_MS });
      client.on("error", () => {}); // a cut connection also rejects the call under way, which is where it is handled
      try {
        await client.connect();
        await checkVersion(client);
        const missing = await missingMigrations(migrations, (text) => client.query(text).then(({ rows }) => rows));
        if (missing.length > 0)
          throw new NotYet(`${missing.length} migration(s) are missing, the first is ${missing[0]}: run \`npm run migrate\``);
      } finally {
        await client.end();
      }
    },
    { ...options, what: "the database" },
  );
}

/**
 * Which of `expected` are not finished. Prisma keeps the list in a table of its own, which is not there before the first one
 * began and may be read only once it is done: the first migration is what grants it.
 */
export async function missingMigrations(expected: readonly string[], query: (text: string) => Promise<object[]>): Promise<string[]> {
  const [table] = (await query(
    "select coalesce(has_table_privilege(to_regclass('public._prisma_migrations'), 'select'), false) as readable",
  )) as { readable: boolean }[];
  if (!table?.readable) return [...expected];
  const rows = (await query(
    "select migration_name as name from _prisma_migrations where finished_at is not null and rolled_back_at is null",
  )) as { name: string }[];
  const there = new Set(rows.map(({ name }) => name));
  return expected.filter((name) => !there.has(name));
}

async function checkVersion(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ number: string; text: string }>(
    "select current_setting('server_version_num') as number, current_setting('server_version') as text",
  );
  const [version] = rows;
  if (Number(version?.number) < OLDEST_POSTGRES * 10_000) {
    throw new Error(`this PostgreSQL is version ${version?.text}; ${OLDEST_POSTGRES} or newer is needed`);
  }
}
