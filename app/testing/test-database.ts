/** The database of the running test file: one address per role (settled.md 36), `queue` for BullMQ's schema, `admin` the superuser. */
export type TestDatabase = {
  name: string;
  admin: string;
  owner: string;
  intake: string;
  web: string;
  worker: string;
  erasure: string;
  queue: string;
};

let current: TestDatabase | null = null;

/** Called by database-per-file.ts; also sets the variables under which production names the same addresses. */
export function rememberTestDatabase(database: TestDatabase): void {
  current = database;
  process.env.DATABASE_URL_OWNER = database.owner;
  process.env.DATABASE_URL_INTAKE = database.intake;
  process.env.DATABASE_URL_WEB = database.web;
  process.env.DATABASE_URL_WORKER = database.worker;
  process.env.DATABASE_URL_ERASURE = database.erasure;
  process.env.QUEUE_DATABASE_URL = database.queue;
}

/** Throws outside the projects "db" and "pages": a test that needs PostgreSQL is named x.db.test.ts. */
export function testDatabase(): TestDatabase {
  if (!current) throw new Error("This test file has no database. Name it x.db.test.ts.");
  return current;
}
