/**
 * What is left to do when the main process was killed outright (kill -9): give its children time to leave, then end them and the
 * database. It runs in a group of its own, so that what kills the others does not reach it, and does nothing while main lives.
 * Main tells it whom to watch: {watch: pid, last?: true}, {forget: pid}. The one marked `last` is PostgreSQL.
 */
import { waitUntilGone } from "./process-identity.ts";

const CHILDREN_GET_MS = 8_000;
const DATABASE_GETS_MS = 10_000;
const children = new Set<number>();
let database: number | null = null;

process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
process.on("SIGHUP", () => {});

process.on("message", (order: { watch?: number; last?: true; forget?: number }) => {
  if (order.watch && order.last) database = order.watch;
  else if (order.watch) children.add(order.watch);
  if (order.forget === database) database = null;
  if (order.forget) children.delete(order.forget);
});

process.once("disconnect", async () => {
  await Promise.all([...children].map((pid) => endWithin(pid, CHILDREN_GET_MS)));
  if (database !== null) {
    signal(database, "SIGINT");
    await endWithin(database, DATABASE_GETS_MS);
  }
  process.exit(0);
});

async function endWithin(pid: number, ms: number): Promise<void> {
  if (!(await waitUntilGone(pid, ms))) signal(pid, "SIGKILL");
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
