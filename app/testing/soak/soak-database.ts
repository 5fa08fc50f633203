/** The PostgreSQL of a soak: one server for all seeds, a database for each, and the ways in which it goes away in between. */
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { makeRoles, newRolePasswords, openDatabaseToRoles, ROLES, type Role, roleUrl } from "../../../scripts/database-roles.ts";
import { migrate } from "../../../scripts/migrate.ts";
import { startPostgres } from "../../../scripts/postgres.ts";
import { waitUntilGone } from "../../../scripts/process-identity.ts";
import { startGuard } from "../../../scripts/start-guard.ts";

export type SoakDatabase = {
  urls: Record<Role | "admin", string>;
  /** Takes the database away for a while; resolves when it answers again. */
  outage: (how: "fast" | "immediate", downMs: number) => Promise<void>;
};
export type SoakServer = { open: (name: string) => Promise<SoakDatabase>; stop: () => Promise<void> };

const TEMPLATE = "soak_template";

/** A server of its own below `home`: it can really be stopped and killed. */
export async function startSoakServer(home: string): Promise<SoakServer> {
  mkdirSync(home, { recursive: true });
  chmodSync(home, 0o711);
  const guard = startGuard();
  const folder = join(home, "postgres");
  let server = await startPostgres(folder, { maxConnections: 300 });
  guard.watch(server.pid, true);
  const passwords = newRolePasswords();
  await asAdmin(server.adminUrl(), async (admin) => {
    await makeRoles(admin, passwords);
    await admin.query(`create database ${TEMPLATE}`);
  });
  await asAdmin(server.adminUrl(TEMPLATE), (admin) => openDatabaseToRoles(admin, TEMPLATE));
  await migrate(roleUrl(server.adminUrl(TEMPLATE), "owner", passwords));

  async function outage(how: "fast" | "immediate", downMs: number): Promise<void> {
    const { port, pid } = server;
    // "Immediate" is what a crash leaves behind: the next start recovers from the log.
    if (how === "immediate") {
      process.kill(pid, "SIGQUIT");
      await waitUntilGone(pid, 10_000);
    }
    await server.stop();
    guard.forget(pid);
    await wait(downMs);
    server = await startPostgres(folder, { port, maxConnections: 300 });
    guard.watch(server.pid, true);
  }

  return {
    async open(name) {
      await asAdmin(server.adminUrl(), (admin) => admin.query(`create database ${name} template ${TEMPLATE}`));
      await asAdmin(server.adminUrl(name), (admin) => openDatabaseToRoles(admin, name));
      const roles = Object.fromEntries(ROLES.map((role) => [role, roleUrl(server.adminUrl(name), role, passwords)])) as Record<
        Role,
        string
      >;
      return { urls: { ...roles, admin: server.adminUrl(name) }, outage };
    },
    async stop() {
      await server.stop();
      guard.dismiss();
    },
  };
}

/** A database on a server that others use too: its connections are cut instead, again and again for as long as it is to be away. */
export function sharedDatabase(urls: Record<Role | "admin", string>): SoakDatabase {
  return {
    urls,
    async outage(_how, downMs) {
      const end = Date.now() + downMs;
      do {
        await asAdmin(urls.admin, (admin) =>
          admin.query(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
          ),
        );
        await wait(50);
      } while (Date.now() < end);
    },
  };
}

export async function asAdmin<T>(url: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: url });
  // A client that is cut off while it waits would end the process.
  admin.on("error", () => {});
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
