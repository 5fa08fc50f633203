import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { portOrAnother } from "../../scripts/free-port.ts";
import { waitUntilGone } from "../../scripts/process-identity.ts";
import { projectRoot } from "../../scripts/project-root.ts";

/** `npm start` without npm, on a data folder of its own: what is proven is what the operating system's process table says. */
let home = "";
let env: Record<string, string | undefined> = {};
let app = "";
let outside = "";
const mains = new Set<ChildProcess>();

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "inventorysync-processes-"));
  chmodSync(home, 0o711);
  const [port, sandboxPort] = [await portOrAnother(), await portOrAnother()];
  const { DATABASE_URL: _, REDIS_URL: __, BUILD_KIND: ___, npm_lifecycle_event: ____, ...rest } = process.env;
  env = {
    ...rest,
    VITEST: "",
    NODE_ENV: "production",
    PORT: String(port),
    SANDBOX_PORT: String(sandboxPort),
    DATA_DIR: join(home, "data"),
  };
  app = `http://127.0.0.1:${port}`;
  outside = `http://127.0.0.1:${sandboxPort}`;
});
afterAll(async () => {
  for (const main of mains) await end(main, "SIGTERM");
  rmSync(home, { recursive: true, force: true });
});

function run(script: string, extra: Record<string, string> = {}): { code: number | null; said: string } {
  const done = spawnSync(process.execPath, [join("scripts", script)], {
    cwd: projectRoot,
    env: { ...env, ...extra } as NodeJS.ProcessEnv,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { code: done.status, said: done.stdout + done.stderr };
}

/** Resolves when the banner stands. */
async function start(): Promise<ChildProcess> {
  const main = spawn(process.execPath, [join("scripts", "start.ts")], {
    cwd: projectRoot,
    env: env as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own, so that Ctrl-C can be played to all of it.
    detached: true,
  });
  mains.add(main);
  let said = "";
  await new Promise<void>((resolve, reject) => {
    for (const stream of [main.stdout, main.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        if (said.includes("Try first")) resolve();
      });
    }
    main.once("exit", (code) => reject(new Error(`npm start ended with ${code}:\n${said}`)));
  });
  return main;
}

async function end(main: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (main.exitCode === null && main.signalCode === null) {
    main.kill(signal);
    await once(main, "exit");
  }
  mains.delete(main);
}

type Row = { pid: number; parent: number; line: string };

/** All processes below this one, by Linux's process table. */
function descendants(pid: number): Row[] {
  const table = readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? readRow(name) : []));
  const below = (parent: number): Row[] => table.filter((row) => row.parent === parent).flatMap((row) => [row, ...below(row.pid)]);
  return below(pid);
}

/** Empty for a process that ended since the table was listed. */
function readRow(name: string): Row[] {
  try {
    const stat = readFileSync(`/proc/${name}/stat`, "utf8");
    const line = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
    return [{ pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]), line }];
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw error;
  }
}

const numbers = async () => {
  const { channels } = (await (await fetch(`${outside}/control/state`)).json()) as { channels: Record<string, { listings: unknown[] }> };
  return Object.values(channels).map(({ listings }) => listings);
};

describe("npm start", () => {
  let world: unknown[];

  it("runs five kinds of processes, refuses a second start and a reset beside it, and replaces a killed worker", {
    timeout: 240_000,
  }, async () => {
    const main = await start();
    const pid = main.pid as number;
    const lines = descendants(pid).map(({ line }) => line);
    for (const part of ["guard.ts", "postgres -D", "sandbox/main.ts", "web.js", "worker.js"]) expect(lines.join("\n")).toContain(part);

    const ports = { PORT: String(await portOrAnother()), SANDBOX_PORT: String(await portOrAnother()) };
    expect(run("start.ts", ports)).toMatchObject({
      code: 1,
      said: expect.stringContaining(`already runs on this data folder, as process ${pid}`),
    });
    expect(run("demo-reset.ts")).toMatchObject({ code: 1, said: expect.stringContaining("Stop it first, then reset") });
    expect(run("start.ts", { DATA_DIR: join(home, "other") })).toMatchObject({
      code: 1,
      said: expect.stringMatching(/Port \d+ is taken; set PORT to another one/),
    });

    const worker = descendants(pid).find(({ line }) => line.includes("worker.js"))?.pid as number;
    process.kill(worker, "SIGKILL");
    await expect
      .poll(() => descendants(pid).find(({ line }) => line.includes("worker.js"))?.pid ?? worker, { timeout: 15_000 })
      .not.toBe(worker);
    expect((await fetch(`${app}/readyz`)).status).toBe(200);
    world = await numbers();
  });

  it("leaves no process behind when it is killed outright", { timeout: 60_000 }, async () => {
    const [main] = mains;
    const all = descendants(main?.pid as number);
    expect(all.length).toBeGreaterThanOrEqual(5);
    await end(main as ChildProcess, "SIGKILL");
    expect(await Promise.all(all.map(({ pid }) => waitUntilGone(pid, 20_000)))).toEqual(all.map(() => true));
  });

  it("meets the same world again, and ends in order when everybody in the terminal is interrupted", { timeout: 120_000 }, async () => {
    const main = await start();
    expect(await numbers()).toEqual(world);
    const all = descendants(main.pid as number);
    process.kill(-(main.pid as number), "SIGINT");
    const [code] = await once(main, "exit");
    mains.delete(main);
    expect(code).toBe(0);
    expect(await Promise.all(all.map(({ pid }) => waitUntilGone(pid, 5_000)))).toEqual(all.map(() => true));
  });

  it("forgets the demo on demand", () => {
    expect(run("demo-reset.ts").code).toBe(0);
    expect(readdirSync(join(home, "data"))).toEqual([]);
  });
});
