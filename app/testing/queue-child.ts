/**
 * A worker in a process of its own, so that the queue suite can kill it in the middle of a job. Takes one job, says so, and
 * never finishes it.
 */

import { openQueues } from "#app/jobs/open-queues.server.ts";
import { startWorkers } from "#app/jobs/start-workers.server.ts";
import { silentLogger } from "#app/platform/log.server.ts";

const [redisUrl, databaseUrl, prefix] = process.argv.slice(2);
const queues = await openQueues({ redisUrl, databaseUrl, prefix, log: silentLogger });
const hang = async ({ connectionId }: { connectionId: string }) => {
  process.stdout.write(`${connectionId}\n`);
  await new Promise(() => {});
};
await startWorkers(
  queues,
  { "apply-events": hang, "drain-connection": hang, "poll-connection": hang, "look-at-numbers": hang, chores: async () => {} },
  { log: silentLogger, concurrency: 1, timing: { lockMs: 1_000, stalledCheckMs: 500 } },
);
process.stdout.write("ready\n");
