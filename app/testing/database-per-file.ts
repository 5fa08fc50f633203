/**
 * Gives each test file a database of its own, copied from the template in about a tenth of a second, and names it in the
 * environment under the same words as production does. Tests ask `testDatabase()` for the addresses.
 */
import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, inject } from "vitest";
import { openDatabaseToRoles, ROLES, type Role, roleUrl } from "../../scripts/database-roles.ts";
import { rememberTestDatabase } from "./test-database.ts";

const { adminUrl, template, passwords } = inject("postgres");
const name = `t_${randomUUID().replaceAll("-", "")}`;

async function asAdmin(url: string, work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

function inDatabase(url: string): string {
  const own = new URL(url);
  own.pathname = `/${name}`;
  return own.href;
}

// Test files read the addresses while they load, so the database is made here and not in a hook.
await asAdmin(adminUrl, (admin) => admin.query(`create database ${name} template ${template}`));
// What a role may do with a database as such is not copied from the template.
await asAdmin(inDatabase(adminUrl), (admin) => openDatabaseToRoles(admin, name));

const urls = Object.fromEntries(ROLES.map((role) => [role, roleUrl(adminUrl, role, passwords, name)])) as Record<Role, string>;
rememberTestDatabase({ name, admin: inDatabase(adminUrl), ...urls });

// With force: a test that failed may have left connections open.
afterAll(() => asAdmin(adminUrl, (admin) => admin.query(`drop database ${name} with (force)`)));
