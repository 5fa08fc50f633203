/** The worker role as the demo runs it. */
import { composeHouse } from "#app/flows/compose-house.server.ts";
import { createLogger } from "#app/platform/log.server.ts";
import { stopWhenAsked } from "#app/platform/stop-process.server.ts";
import { startWorker } from "#app/worker/start-worker.server.ts";
import { readDemoConfig } from "./demo-config.ts";
import { demoMailCarrier } from "./mailbox.server.ts";

export async function startDemoWorker(): Promise<void> {
  const { config, parts } = readDemoConfig(process.env, "worker");
  const log = createLogger({ level: config.logLevel, role: "worker" });
  const { house, queues, close } = await composeHouse({ config, role: "worker", log, mail: demoMailCarrier, ...parts });
  const worker = await startWorker(house, queues);
  stopWhenAsked({
    process,
    by: "parent",
    log,
    steps: [
      { name: "ending the work at hand", run: () => worker.stop(), withinMs: 4_500 },
      { name: "closing database and queue", run: close, withinMs: 3_000 },
    ],
  });
  process.send?.({ ready: true });
}
