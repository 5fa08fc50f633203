/** `npm start` as a person starts it, on free ports with a data folder of its own; for journeys in a browser. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { portOrAnother } from "../../../scripts/free-port.ts";
import { projectRoot } from "../../../scripts/project-root.ts";

export type RunningDemo = {
  /** Address of our product, and of the simulated outside world. */
  app: string;
  outside: string;
  /** Seller A's page in the simulated Shopify admin. */
  admin: string;
  control: <T>(method: "GET" | "POST", path: string, body?: unknown) => Promise<T>;
  stop: () => Promise<void>;
};

const READY_WITHIN_MS = 170_000;

/** Resolves when the banner stands; rejects with what was said instead. */
export async function startDemo(): Promise<RunningDemo> {
  const home = mkdtempSync(join(tmpdir(), "inventorysync-journey-"));
  chmodSync(home, 0o711);
  const port = await portOrAnother();
  const sandboxPort = await portOrAnother();
  const env: NodeJS.ProcessEnv = { ...process.env, PORT: String(port), SANDBOX_PORT: String(sandboxPort), DATA_DIR: join(home, "data") };
  // What the test run set for itself is not the demo's business.
  for (const name of ["DATABASE_URL", "REDIS_URL", "BUILD_KIND", "npm_lifecycle_event", "NODE_ENV", "VITEST"]) delete env[name];
  const child = spawn(process.execPath, ["scripts/start.ts"], { cwd: projectRoot, env, stdio: ["ignore", "pipe", "pipe"] });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const said = await saidUntil(child, "Try first");
    const outside = `http://127.0.0.1:${sandboxPort}`;
    const admin = /Inside Shopify admin (\S+)/.exec(said)?.[1];
    if (!admin) throw new Error(`no address of the simulated admin in:\n${said}`);
    return { app: `http://127.0.0.1:${port}`, outside, admin, control: (method, path, body) => ask(outside, method, path, body), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function saidUntil(child: ChildProcess, words: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const late = setTimeout(() => reject(new Error(`the demo was not ready in time; it said:\n${said}`)), READY_WITHIN_MS);
    const hear = (piece: Buffer) => {
      said += piece.toString();
      if (!said.includes(words)) return;
      clearTimeout(late);
      resolve(said);
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("exit", (code) => {
      clearTimeout(late);
      reject(new Error(`the demo ended with ${code}; it said:\n${said}`));
    });
  });
}

async function ask<T>(outside: string, method: "GET" | "POST", path: string, body?: unknown): Promise<T> {
  const answer = await fetch(outside + path, {
    method,
    headers: { "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}
