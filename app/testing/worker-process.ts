/** Starts worker-child.ts beside a rig and watches it die. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Rig } from "./rig.server.ts";
import type { ChildOrders } from "./worker-child.ts";

export type WorkerProcess = {
  /** Resolves with the signal that ended it. */
  died: Promise<string | null>;
  kill: () => Promise<void>;
};

const running = new Set<ChildProcess>();

export async function startWorkerProcess(rig: Rig, crashAt: string | null): Promise<WorkerProcess> {
  const child = fork(join(import.meta.dirname, "worker-child.ts"), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    execPath: process.execPath,
    env: { ...process.env, VITEST: "" },
  });
  running.add(child);
  const died = new Promise<string | null>((resolve) => {
    child.once("exit", (_code, signal) => {
      running.delete(child);
      resolve(signal);
    });
  });
  const orders: ChildOrders = {
    config: rig.config,
    keys: rig.config.encryptionKeys.map(({ id, key }) => ({ id, base64: Buffer.from(key).toString("base64") })),
    sandbox: rig.sandbox.origin,
    pace: rig.pace,
    limits: rig.house.limits,
    crashAt,
  };
  child.send(orders);
  const first = await Promise.race([once(child, "message").then(() => "ready"), died]);
  if (first !== "ready") throw new Error(`the worker process ended before it was ready (${first})`);
  return {
    died,
    kill: async () => {
      child.kill("SIGKILL");
      await died;
    },
  };
}

/** For afterAll: nothing that a failed test started stays. */
export function killWorkerProcesses(): void {
  for (const child of running) child.kill("SIGKILL");
}
