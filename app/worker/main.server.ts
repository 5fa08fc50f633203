/** The production worker's entry. The demo has one of its own; neither knows the other. */
import { composeHouse } from "#app/flows/compose-house.server.ts";
import { ConfigProblems, databaseUrl, readConfig } from "#app/platform/env.server.ts";
import { createLogger } from "#app/platform/log.server.ts";
import { expectedMigrations, proveDatabase } from "#app/platform/prove-database.server.ts";
import { stopWhenAsked } from "#app/platform/stop-process.server.ts";
import { startWorker } from "./start-worker.server.ts";

try {
  const config = readConfig(process.env, "production", "worker");
  const log = createLogger({ level: config.logLevel, role: "worker" });
  for (const sentence of config.off) log.info(sentence);
  await proveDatabase(databaseUrl(config, "worker"), expectedMigrations("prisma/migrations"), { log });
  const composed = await composeHouse({ config, role: "worker", log });
  const worker = await startWorker(composed.house, composed.queues);
  log.info("the worker is at work");
  stopWhenAsked({
    process,
    by: "signals",
    log,
    steps: [
      { name: "ending the work at hand", run: () => worker.stop(), withinMs: 8_000 },
      { name: "closing database and queue", run: () => composed.close(), withinMs: 4_000 },
    ],
  });
} catch (error) {
  if (!(error instanceof ConfigProblems)) throw error;
  console.error(error.message);
  process.exit(1);
}
