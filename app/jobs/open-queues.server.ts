import type { Queue } from "bullmq";
import { systemClock } from "#app/platform/clock.ts";
import type { Logger } from "#app/platform/log.server.ts";
import { createSayOnce } from "#app/platform/say-once.ts";
import { waitForBackend } from "#app/platform/wait-for-backend.server.ts";
import type { QueueName } from "./definitions.ts";
import { QUEUE_NAMES } from "./definitions.ts";
import type { QueueSink } from "./doorbell.ts";
import type { QueueBackend } from "./queue-backend.server.ts";
import { postgresBackend, redisBackend } from "./queue-backend.server.ts";

export type OpenQueuesOptions = {
  /** Decides the backend: Redis when given, PostgreSQL otherwise. */
  redisUrl?: string | null;
  /** The direct address of the database that holds BullMQ's schema. */
  databaseUrl?: string | null;
  log: Logger;
  /** Ends the waiting for a backend that is away. */
  signal?: AbortSignal;
  retryEveryMs?: number;
  /** Keeps several installations on one Redis apart. */
  prefix?: string;
};

export type Queues = QueueSink & {
  backend: QueueBackend;
  /** How many jobs of a queue wait, run and are put off. */
  counts(queue: QueueName): Promise<{ waiting: number; active: number; delayed: number }>;
  /** null when a job can be queued now, otherwise why not; answers within `timeoutMs`. */
  check(timeoutMs?: number): Promise<string | null>;
  /** For errors of BullMQ's own connections: one line per message and minute. */
  noteError(error: Error): void;
  close(): Promise<void>;
};

/** Jobs are doorbells: never tried again by the queue (a job in backoff would swallow rings), and gone when done. */
const ONCE = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;
const CHECK_TIMEOUT_MS = 1_500;
const CLOSE_TIMEOUT_MS = 3_000;

/**
 * Opens the six queues. BullMQ remembers a failed first connection for the life of an object, or spins on it without a pause, so
 * a plain client proves the backend first, for as long as it takes; what cannot heal by waiting rejects at once.
 */
export async function openQueues(options: OpenQueuesOptions): Promise<Queues> {
  const backend = chooseBackend(options);
  const noteError = createSayOnce(
    (message, keptBack) => options.log.warn("queue connection trouble", { backend: backend.kind, message, keptBack }),
    { everyMs: 60_000, clock: systemClock },
  );
  const onError = (error: Error) => noteError(error.message);

  const open = async (): Promise<Queues> => {
    const opened: Queue[] = [];
    try {
      await backend.probe();
      for (const name of QUEUE_NAMES) {
        const queue = backend.makeQueue(name);
        queue.on("error", onError);
        opened.push(queue);
      }
      await Promise.all(opened.map((queue) => queue.waitUntilReady()));
    } catch (error) {
      await closeAll(opened);
      throw error;
    }
    return asQueues(backend, new Map(QUEUE_NAMES.map((name, at) => [name, opened[at]!])), onError);
  };
  const { log, signal, retryEveryMs } = options;
  return waitForBackend(open, { what: `the queue (${backend.kind})`, log, signal, retryEveryMs });
}

function chooseBackend(options: OpenQueuesOptions): QueueBackend {
  if (options.redisUrl) return redisBackend(options.redisUrl, options.prefix ?? "inventorysync");
  if (options.databaseUrl) return postgresBackend(options.databaseUrl);
  throw new Error("the queue needs REDIS_URL or QUEUE_DATABASE_URL");
}

function asQueues(backend: QueueBackend, queues: ReadonlyMap<QueueName, Queue>, noteError: (error: Error) => void): Queues {
  const queue = (name: QueueName) => queues.get(name)!;
  return {
    backend,
    noteError,
    async add(name, entries) {
      const [first, ...rest] = entries.map((entry) => ({ ...entry, opts: { ...ONCE, ...entry.opts } }));
      if (!first) return;
      if (rest.length === 0) await queue(name).add(first.name, first.data, first.opts);
      else await queue(name).addBulk([first, ...rest]);
    },
    async counts(name) {
      const counts = await queue(name).getJobCounts("waiting", "active", "delayed");
      return { waiting: counts.waiting ?? 0, active: counts.active ?? 0, delayed: counts.delayed ?? 0 };
    },
    async check(timeoutMs = CHECK_TIMEOUT_MS) {
      try {
        // Each queue has a connection of its own, and they come back one by one.
        await within(timeoutMs, Promise.all([...queues.values()].map((each) => each.getJobCounts("waiting"))));
        return null;
      } catch (error) {
        return `the queue (${backend.kind}) does not answer: ${error instanceof Error ? error.message : String(error)}`;
      }
    },
    close: () => closeAll([...queues.values()]),
  };
}

/** Closing waits for the connection; one that is away must not hold up the stop. */
async function closeAll(queues: Queue[]): Promise<void> {
  await Promise.allSettled(queues.map((queue) => within(CLOSE_TIMEOUT_MS, queue.close())));
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
