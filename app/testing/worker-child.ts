/** A worker in a process of its own, for tests that kill it. Told by one message: configuration, sandbox, pace, and where to die. */
import { composeHouse } from "#app/flows/compose-house.server.ts";
import type { House } from "#app/flows/house.server.ts";
import { createCrashPoint } from "#app/platform/crash-point.ts";
import type { Config } from "#app/platform/env.server.ts";
import { silentLogger } from "#app/platform/log.server.ts";
import { toSandbox } from "#app/sandbox/platform-hosts.ts";
import { startWorker } from "#app/worker/start-worker.server.ts";

export type ChildOrders = {
  config: Config;
  keys: { id: string; base64: string }[];
  sandbox: string;
  pace: Partial<House["pace"]>;
  limits: House["limits"];
  crashAt: string | null;
};

process.on("disconnect", () => process.exit(1));
process.once("message", async (message) => {
  const { config, keys, sandbox, pace, limits, crashAt } = message as ChildOrders;
  const composed = await composeHouse({
    config: { ...config, encryptionKeys: keys.map(({ id, base64 }) => ({ id, key: Buffer.from(base64, "base64") })) },
    role: "worker",
    log: silentLogger,
    mapHost: (url) => new URL(toSandbox(sandbox, url.href)),
    pace,
    ...(limits ? { limits } : {}),
    // SIGKILL: no handler, no flush, as when the power fails.
    crashPoint: createCrashPoint(crashAt, () => process.kill(process.pid, "SIGKILL")),
  });
  // A killed worker's job is found again in seconds instead of eleven.
  await startWorker(composed.house, composed.queues, { timing: { lockMs: 2_000, stalledCheckMs: 700 } });
  process.send?.("ready");
});
