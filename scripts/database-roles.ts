/**
 * The database roles of settled.md 36, made before the migrations that grant to them: `owner` migrates, `intake` records
 * deliveries, `web` is under row-level security, `worker` passes it by policy, `erasure` deletes. `queue` holds BullMQ's own
 * schema and nothing else, so that a web process can ring without borrowing the worker's rights.
 */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import pg from "pg";

export const ROLES = ["owner", "intake", "web", "worker", "erasure", "queue"] as const;
export type Role = (typeof ROLES)[number];
export type RolePasswords = Record<Role, string>;

export const roleName = (role: Role): string => `inventorysync_${role}`;

/** Random passwords, kept readable by this user only. */
export function readRolePasswords(file: string): RolePasswords {
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Partial<RolePasswords>) : {};
  const all = newRolePasswords();
  for (const role of ROLES) all[role] = known[role] ?? all[role];
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
  return all;
}

export function newRolePasswords(): RolePasswords {
  return Object.fromEntries(ROLES.map((role) => [role, randomBytes(24).toString("hex")])) as RolePasswords;
}

/** Makes the roles on the server, or gives existing ones these passwords. `admin` may create roles. */
export async function makeRoles(admin: pg.Client, passwords: RolePasswords): Promise<void> {
  for (const role of ROLES) {
    const name = roleName(role);
    const { rowCount } = await admin.query("select 1 from pg_roles where rolname = $1", [name]);
    const verb = rowCount ? "alter" : "create";
    // Passwords are our own hexadecimal digits, which need no quoting beyond this; a role cannot be a bound parameter.
    await admin.query(`${verb} role ${name} login nocreaterole nocreatedb password '${passwords[role]}'`);
  }
}

/** Lets the roles into one database: the owner makes tables, the queue its own schema, the others what migrations grant. */
export async function openDatabaseToRoles(admin: pg.Client, database: string): Promise<void> {
  const quoted = pg.escapeIdentifier(database);
  await admin.query(`grant connect on database ${quoted} to ${ROLES.map(roleName).join(", ")}`);
  await admin.query(`grant create on database ${quoted} to ${roleName("owner")}, ${roleName("queue")}`);
  await admin.query(`grant usage, create on schema public to ${roleName("owner")}`);
}

/** The same server and database as `base`, entered as this role. */
export function roleUrl(base: string, role: Role, passwords: RolePasswords, database?: string): string {
  const url = new URL(base);
  url.username = roleName(role);
  url.password = passwords[role];
  if (database) url.pathname = `/${database}`;
  return url.href;
}
