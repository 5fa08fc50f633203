import { resolve } from "node:path";
import { PlainFailure } from "./plain-failure.ts";
import { projectRoot } from "./project-root.ts";

/** What may be set for `npm start`; everything has a value without being set. */
export type Settings = {
  port: number;
  sandboxPort: number;
  /** Database, keys, the sandbox's world and logs lie here; an absolute path. */
  dataDir: string;
  /** A PostgreSQL of one's own, entered as a role that may create roles; null = the embedded one. */
  databaseUrl: string | null;
  redisUrl: string | null;
  /** Hot reload. */
  dev: boolean;
};

/** Throws PlainFailure with every mistake at once. */
export function readSettings(env: Record<string, string | undefined>, flags: readonly string[]): Settings {
  const problems: string[] = [];
  const port = readPort("PORT", 3000);
  const sandboxPort = readPort("SANDBOX_PORT", 4010);
  if (port === sandboxPort) problems.push(`PORT and SANDBOX_PORT are both ${port}; they must differ.`);
  const databaseUrl = readUrl("DATABASE_URL", ["postgres:", "postgresql:"]);
  const redisUrl = readUrl("REDIS_URL", ["redis:", "rediss:"]);
  const unknown = flags.filter((flag) => flag !== "--dev");
  if (unknown.length) problems.push(`There is no option ${unknown.join(" ")}; the only one is --dev.`);
  if (problems.length) throw new PlainFailure(problems.join("\n"));
  return { port, sandboxPort, dataDir: readDataDir(env), databaseUrl, redisUrl, dev: flags.includes("--dev") };

  function readPort(name: string, fallback: number): number {
    const text = env[name];
    if (!text) return fallback;
    const port = Number(text);
    if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
    problems.push(`${name} is "${text}"; it must be a port number from 1 to 65535.`);
    return fallback;
  }

  function readUrl(name: string, protocols: string[]): string | null {
    const text = env[name];
    if (!text) return null;
    if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
    // The value may hold a password, so it is not repeated.
    problems.push(`${name} must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}.`);
    return null;
  }
}

/** `.data` in the project unless DATA_DIR names another folder; a relative one counts from where the command was typed. */
export function readDataDir(env: Record<string, string | undefined>): string {
  return env.DATA_DIR ? resolve(env.INIT_CWD ?? process.cwd(), env.DATA_DIR) : resolve(projectRoot, ".data");
}
