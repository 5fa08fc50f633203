/** A rig (app/testing/rig.server.ts) on a throw-away durable database, for programs outside the test runner. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { portOrAnother } from "../../../scripts/free-port.ts";
import { redisIsInstalled, startRedis } from "../redis-server.ts";
import { type Rig, type RigOptions, startRig } from "../rig.server.ts";
import { startBenchDatabase } from "./bench-database.ts";

export type Backend = "postgresql" | "redis";

/** Runs `work` on a fresh world; everything is gone afterwards. Answers null where the backend is not on this machine. */
export async function withBenchRig<T>(backend: Backend, options: RigOptions, work: (rig: Rig) => Promise<T>): Promise<T | null> {
  if (backend === "redis" && !redisIsInstalled()) {
    console.error("no redis-server on this machine: the figures on Redis are left out");
    return null;
  }
  const home = mkdtempSync(join(tmpdir(), "inventorysync-bench-"));
  const database = await startBenchDatabase(home);
  const redis = backend === "redis" ? await startRedis(await portOrAnother()) : null;
  try {
    const rig = await startRig({ ...options, database: database.urls, redisUrl: redis?.url ?? null });
    try {
      return await work(rig);
    } finally {
      await rig.stop();
    }
  } finally {
    await redis?.stop();
    await database.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1));
}

export type SandboxCall = { n: number; at: string; sentAt: string; operation: string; status: number; ms: number; changes: boolean };
