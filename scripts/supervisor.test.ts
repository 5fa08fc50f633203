import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { processIdentity } from "./process-identity.ts";
import { type ChildPlan, createSupervisor, type Supervisor } from "./supervisor.ts";

/** Real child processes: what is proven here is what the operating system does. */
const OBEDIENT = `process.on("SIGINT", () => {}); process.on("message", (m) => m === "stop" && process.exit(0)); process.send({ ready: true, pid: process.pid });`;
const DEAF = `setInterval(() => {}, 1000); process.send({ ready: true, pid: process.pid });`;
const MORTAL = `process.on("message", (m) => m === "stop" && process.exit(0)); process.send({ ready: true, pid: process.pid }); setTimeout(() => process.exit(3), 20);`;

let folder = "";
let supervisor: Supervisor;
let said: string[];
let saidNext: { words: string; resolve: () => void } | null;
let fatal: Promise<string>;
let watched: Set<number>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inventorysync-supervisor-"));
  said = [];
  saidNext = null;
  watched = new Set();
  fatal = new Promise((resolve) => {
    supervisor = createSupervisor({
      guard: { watch: (pid) => void watched.add(pid), forget: (pid) => void watched.delete(pid), dismiss: () => {} },
      onFatal: resolve,
      say: (words) => {
        said.push(words);
        if (saidNext && words.includes(saidNext.words)) saidNext.resolve();
      },
      childrenGetMs: 300,
      pace: 0.01,
    });
  });
});

afterEach(async () => {
  await supervisor.stop();
  rmSync(folder, { recursive: true });
});

function plan(name: string, code: string, onDeath: ChildPlan["onDeath"]): ChildPlan {
  const entry = join(folder, `${name}.mjs`);
  writeFileSync(entry, code);
  return { name, entry, env: process.env, cwd: folder, logFile: join(folder, `${name}.log`), onDeath };
}

const hearing = (words: string) =>
  new Promise<void>((resolve) => {
    saidNext = { words, resolve };
  });

describe("the supervisor", () => {
  it("stops an obedient child and tells the guard of its coming and going", async () => {
    const { pid } = (await supervisor.start(plan("web", OBEDIENT, "restart"))) as { pid: number };
    expect([...watched]).toEqual([pid]);
    await supervisor.stop();
    expect(processIdentity(pid)).toBeNull();
    expect([...watched]).toEqual([]);
    expect(said).toEqual([]);
  });

  it("kills a child that does not listen", async () => {
    const { pid } = (await supervisor.start(plan("web", DEAF, "restart"))) as { pid: number };
    await supervisor.stop();
    expect(processIdentity(pid)).toBeNull();
  });

  it("starts a killed child again", async () => {
    const { pid } = (await supervisor.start(plan("worker", OBEDIENT, "restart"))) as { pid: number };
    const back = hearing("is back");
    process.kill(pid, "SIGKILL");
    await back;
    expect(said).toEqual(["The worker process ended (SIGKILL); it is started again.", "The worker process is back."]);
    expect([...watched]).toHaveLength(1);
    expect([...watched]).not.toContain(pid);
  });

  it("gives up when a child dies again and again", async () => {
    await supervisor.start(plan("worker", MORTAL, "restart"));
    expect(await fatal).toContain("died five times within a minute");
  });

  it("ends everything when a child that nothing works without is gone", async () => {
    const { pid } = (await supervisor.start(plan("sandbox", OBEDIENT, "stop all"))) as { pid: number };
    process.kill(pid, "SIGKILL");
    expect(await fatal).toContain("The sandbox process ended (SIGKILL)");
  });

  it("repeats the last words of a child that could not start", async () => {
    void supervisor.start(plan("web", `console.error("Port 3000 is taken."); process.exit(1);`, "restart"));
    expect(await fatal).toMatch(/The web process could not start \(code 1\)\.\nPort 3000 is taken\./);
  });

  it("waits for a child that ends by itself", async () => {
    await supervisor.start(plan("seed", `setTimeout(() => process.exit(0), 10);`, "once"));
    expect(said).toEqual([]);
  });
});
