import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startPostgres } from "./postgres.ts";
import { waitUntilGone } from "./process-identity.ts";
import { projectRoot } from "./project-root.ts";

/** Real servers on real folders; nothing here is simulated. */
let folder = "";
let data = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inventorysync-postgres-"));
  chmodSync(folder, 0o711);
  data = join(folder, "postgres");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A server whose owner we can kill; its last line is "PORT PID". */
async function startInAnotherProcess(): Promise<{ owner: number; server: number }> {
  const code = `import("./scripts/postgres.ts").then(async (m) => { const s = await m.startPostgres(process.argv[1], { durable: false }); console.log(s.pid); setInterval(() => {}, 1000); })`;
  const owner = spawn(process.execPath, ["-e", code, data], { cwd: projectRoot, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(owner.stdout, "data")) as [Buffer];
  return { owner: owner.pid as number, server: Number(line.toString()) };
}

/** Servers come and go here, beside everything else that the suite runs. */
vi.setConfig({ testTimeout: 20_000 });

describe("the embedded PostgreSQL", () => {
  it("keeps what was written over a stop and a start", async () => {
    const first = await startPostgres(data, { durable: false });
    await ask(first.adminUrl(), "create table kept as select 7 as n");
    await first.stop();
    const second = await startPostgres(data, { durable: false });
    const rows = await ask(second.adminUrl(), "select n from kept");
    await second.stop();
    expect(rows).toEqual([{ n: 7 }]);
  });

  it("lets nobody in without the password, and keeps that to its user", async () => {
    const server = await startPostgres(data, { durable: false });
    const guess = new URL(server.adminUrl());
    guess.password = "guess";
    const refused = await ask(guess.href, "select 1").catch((error: { code?: string }) => error.code);
    await server.stop();
    expect(refused).toBe("28P01");
    expect(statSync(`${data}.password`).mode & 0o777).toBe(0o600);
  });

  it("takes another port where the wanted one is in use", async () => {
    const first = await startPostgres(data, { durable: false });
    const second = await startPostgres(join(folder, "other"), { port: first.port, durable: false });
    const ports = [first.port, second.port];
    await Promise.all([first.stop(), second.stop()]);
    expect(new Set(ports).size).toBe(2);
  });

  it("refuses a folder that a living process holds", async () => {
    const other = await startInAnotherProcess();
    const refusal = await startPostgres(data).catch((error: Error) => error.message);
    process.kill(other.owner, "SIGKILL");
    process.kill(other.server, "SIGINT");
    await waitUntilGone(other.server, 10_000);
    expect(refusal).toContain(`already runs on this data folder, as process ${other.owner}`);
  });

  it("takes over from an owner that was killed and left its server behind", async () => {
    const other = await startInAnotherProcess();
    process.kill(other.owner, "SIGKILL");
    await waitUntilGone(other.owner, 5_000);
    const mine = await startPostgres(data, { durable: false });
    const rows = await ask(mine.adminUrl(), "select 1 as one");
    await mine.stop();
    expect(rows).toEqual([{ one: 1 }]);
    expect(await waitUntilGone(other.server, 0)).toBe(true);
  });

  it("says what to do about a database of another version", async () => {
    const server = await startPostgres(data, { durable: false });
    await server.stop();
    const marker = join(data, "PG_VERSION");
    expect(readFileSync(marker, "utf8").trim()).toBe("18");
    writeFileSync(marker, "15\n");
    await expect(startPostgres(data)).rejects.toThrow(/was made by PostgreSQL 15; this version brings PostgreSQL 18[\s\S]*demo:reset/);
  });

  it("tells of a server that ends by itself", async () => {
    const server = await startPostgres(data, { durable: false });
    process.kill(server.pid, "SIGKILL");
    expect(await server.died).toContain("ready to accept connections");
    await server.stop();
  });
});
