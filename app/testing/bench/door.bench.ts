/**
 * How many signed Shopify deliveries a second the door records (server, signature, look-up, insert, doorbell; all our own code on a
 * real PostgreSQL), with 50 connections, and how long each waits. The load comes from a process of its own. Beside the rate stands
 * the processor time that the web process spent on each, which a busy machine does not falsify.
 */
import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import http from "node:http";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLogger } from "#app/platform/log.server.ts";
import { openDoorGround, signed } from "../door-ground.ts";
import { startBenchDatabase } from "./bench-database.ts";

const CONNECTIONS = 50;
const WARM_UP_MS = 1_500;
const MEASURED_MS = 6_000;

type Figures = { perSecond: number; p50Ms: number; p99Ms: number; answers: number; refused: number };

async function load(url: string): Promise<Figures> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const waits: number[] = [];
  let refused = 0;
  const startsAt = performance.now() + WARM_UP_MS;
  const endsAt = startsAt + MEASURED_MS;
  const caller = async () => {
    for (;;) {
      const body = JSON.stringify({
        inventory_item_id: Math.floor(Math.random() * 1e9),
        location_id: 1,
        available: 3,
        updated_at: "2026-11-23T12:00:00Z",
      });
      const { path, headers } = signed.shopify(body, randomUUID());
      const sentAt = performance.now();
      if (sentAt > endsAt) return;
      const status = await post(`${url}${path}`, headers, body, agent);
      if (sentAt < startsAt) continue;
      if (status === 200) waits.push(performance.now() - sentAt);
      else refused += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, caller));
  agent.destroy();
  waits.sort((a, b) => a - b);
  const at = (share: number) => Number((waits[Math.floor(waits.length * share)] ?? Number.NaN).toFixed(1));
  return { perSecond: Math.round(waits.length / (MEASURED_MS / 1_000)), p50Ms: at(0.5), p99Ms: at(0.99), answers: waits.length, refused };
}

function post(url: string, headers: Record<string, string>, body: string, agent: http.Agent): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = http.request(url, { method: "POST", headers: { ...headers, "content-length": Buffer.byteLength(body) }, agent }, (res) => {
      res.resume().on("end", () => resolve(res.statusCode));
    });
    call.on("error", reject).end(body);
  });
}

async function measure(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "inventorysync-door-bench-"));
  const database = await startBenchDatabase(home);
  // Lines are made and written as in production, only to nowhere.
  const nowhere = openSync(devNull, "w");
  const log = createLogger({ level: "info", role: "bench", write: (line) => writeSync(nowhere, line) });
  const ground = await openDoorGround(database.urls, log);
  try {
    const before = process.cpuUsage();
    const child = fork(fileURLToPath(import.meta.url), [ground.url]);
    const [figures] = (await once(child, "message")) as [Figures];
    const used = process.cpuUsage(before);
    const kept = (await ground.recorded(ground.connections.shopify)).length;
    if (kept < figures.answers) throw new Error(`${figures.answers} were answered 200 and only ${kept} are recorded`);
    console.log(
      JSON.stringify({
        bench: "door",
        connections: CONNECTIONS,
        seconds: MEASURED_MS / 1_000,
        ...figures,
        cpuUsPerDelivery: Math.round((used.user + used.system) / kept),
      }),
    );
  } finally {
    await ground.stop();
    await database.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

const [url] = process.argv.slice(2);
if (url) process.send?.(await load(url), () => process.disconnect());
else await measure();
