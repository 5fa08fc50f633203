import { chmodSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { makeRoles, newRolePasswords, openDatabaseToRoles, type Role, roleUrl } from "../../../scripts/database-roles.ts";
import { migrate } from "../../../scripts/migrate.ts";
import { startPostgres } from "../../../scripts/postgres.ts";

export type BenchDatabase = { urls: Record<Role | "admin", string>; stop: () => Promise<void> };

const DATABASE = "bench";
const ROLES: Role[] = ["owner", "intake", "web", "worker", "erasure", "queue"];

/** A throw-away cluster below `home` with all migrations. Writes are as durable as in production, since that is part of what is measured. */
export async function startBenchDatabase(home: string): Promise<BenchDatabase> {
  chmodSync(home, 0o711);
  const server = await startPostgres(join(home, "postgres"), { durable: true, maxConnections: 200 });
  try {
    const passwords = newRolePasswords();
    await asAdmin(server.adminUrl(), async (admin) => {
      await makeRoles(admin, passwords);
      await admin.query(`create database ${DATABASE}`);
    });
    await asAdmin(server.adminUrl(DATABASE), (admin) => openDatabaseToRoles(admin, DATABASE));
    const url = (role: Role) => roleUrl(server.adminUrl(DATABASE), role, passwords);
    await migrate(url("owner"));
    const roles = Object.fromEntries(ROLES.map((role) => [role, url(role)])) as Record<Role, string>;
    return { urls: { ...roles, admin: server.adminUrl(DATABASE) }, stop: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function asAdmin(url: string, work: (admin: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
