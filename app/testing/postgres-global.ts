/**
 * Before the first test that needs PostgreSQL: one throw-away cluster for the run, the roles, and a template database with all
 * migrations applied, from which every test file gets its own copy (database-per-file.ts).
 */
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { makeRoles, newRolePasswords, openDatabaseToRoles, type RolePasswords, roleUrl } from "../../scripts/database-roles.ts";
import { folderOwner } from "../../scripts/folder-owner.ts";
import { migrate } from "../../scripts/migrate.ts";
import { startPostgres } from "../../scripts/postgres.ts";
import { startGuard } from "../../scripts/start-guard.ts";

declare module "vitest" {
  interface ProvidedContext {
    postgres: { adminUrl: string; template: string; passwords: RolePasswords };
  }
}

const TEMPLATE = "template_inventorysync";
const PREFIX = "inventorysync-tests-";
const HOUR_MS = 3_600_000;

export default async function startTestPostgres(project: TestProject): Promise<() => Promise<void>> {
  removeAbandoned();
  const home = mkdtempSync(join(tmpdir(), PREFIX));
  chmodSync(home, 0o711);
  const guard = startGuard();
  const server = await startPostgres(join(home, "postgres"), { durable: false, maxConnections: 600 });
  guard.watch(server.pid, true);
  const stop = async () => {
    await server.stop();
    guard.dismiss();
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const passwords = newRolePasswords();
    await buildTemplate(server.adminUrl, passwords);
    project.provide("postgres", { adminUrl: server.adminUrl(), template: TEMPLATE, passwords });
    return stop;
  } catch (error) {
    await stop();
    throw error;
  }
}

async function buildTemplate(adminUrl: (database?: string) => string, passwords: RolePasswords): Promise<void> {
  await withClient(adminUrl(), async (admin) => {
    await makeRoles(admin, passwords);
    await admin.query(`create database ${TEMPLATE}`);
  });
  await withClient(adminUrl(TEMPLATE), (admin) => openDatabaseToRoles(admin, TEMPLATE));
  await migrate(roleUrl(adminUrl(TEMPLATE), "owner", passwords));
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** Clusters of runs that were killed before they could tidy up. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir()).filter((name) => name.startsWith(PREFIX))) {
    const home = join(tmpdir(), name);
    if (!existsSync(home) || Date.now() - statSync(home).mtimeMs < HOUR_MS) continue;
    if (folderOwner(join(home, "postgres")) === null) rmSync(home, { recursive: true, force: true });
  }
}
