import type { Processor, WorkerOptions } from "bullmq";
import { createPostgresBackend, Queue, runMigrations, Worker } from "bullmq";
import { Redis } from "ioredis";
import pg from "pg";
import type { QueueName } from "./definitions.ts";

/** What both backends can do for us; everything else in this room is the same code for either. */
export type QueueBackend = {
  kind: "redis" | "postgres";
  /** Proves with a plain client that the backend answers and is prepared. Throws what it met. */
  probe(): Promise<void>;
  makeQueue(name: QueueName): Queue;
  makeWorker(name: QueueName, process: Processor, options: Omit<WorkerOptions, "connection">): Worker;
};

/** BullMQ's PostgreSQL pools are small and its own: a shared pool gives one client per worker away to LISTEN for good. */
const POOL_SIZE = 3;
const PROBE_TIMEOUT_MS = 5_000;
const OLDEST_REDIS = [6, 2] as const;

export function redisBackend(url: string, prefix: string): QueueBackend {
  const connection = (blocking: boolean) => ({
    url,
    maxRetriesPerRequest: null,
    retryStrategy: (attempt: number) => Math.min(200 * attempt, 2_000),
    // A producer must fail at once while Redis is away, not wait with its caller.
    ...(blocking ? {} : { enableOfflineQueue: false }),
  });
  return {
    kind: "redis",
    probe: () => probeRedis(url),
    makeQueue: (name) => new Queue(name, { connection: connection(false), prefix }),
    makeWorker: (name, process, options) => new Worker(name, process, { ...options, connection: connection(true), prefix }),
  };
}

/** `url` is the direct address or a session-mode pooler: LISTEN is lost, silently, in transaction mode. */
export function postgresBackend(url: string): QueueBackend {
  const connection = () => ({ connectionString: url, max: POOL_SIZE, keepAlive: true });
  return {
    kind: "postgres",
    probe: () => probePostgres(url),
    // The classes are typed for Redis unless told otherwise; what we use of them is the same.
    makeQueue: (name) => new Queue(name, { connection: connection() }, createPostgresBackend) as unknown as Queue,
    makeWorker: (name, process, options) =>
      new Worker(name, process, { ...options, connection: connection() }, createPostgresBackend) as unknown as Worker,
  };
}

async function probeRedis(url: string): Promise<void> {
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: PROBE_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
  });
  // ioredis reports a refused connection here and rejects with a poorer "Connection is closed".
  let cause: Error | undefined;
  client.on("error", (error: Error) => {
    cause = error;
  });
  try {
    await client.connect();
    const version = /redis_version:(\d+)\.(\d+)/.exec(await client.info("server"));
    const [major, minor] = [Number(version?.[1] ?? 0), Number(version?.[2] ?? 0)];
    if (major < OLDEST_REDIS[0] || (major === OLDEST_REDIS[0] && minor < OLDEST_REDIS[1])) {
      throw new Error(`this Redis is version ${major}.${minor}; ${OLDEST_REDIS.join(".")} or newer is needed`);
    }
  } catch (error) {
    throw cause ?? error;
  } finally {
    client.disconnect();
  }
}

async function probePostgres(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: PROBE_TIMEOUT_MS });
  client.on("error", () => {}); // a cut connection also rejects the call under way, which is where it is handled
  try {
    await client.connect();
    await runMigrations(client);
  } finally {
    await client.end();
  }
}
