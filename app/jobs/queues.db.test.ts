import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Redis } from "ioredis";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Logger } from "#app/platform/log.server.ts";
import { silentLogger } from "#app/platform/log.server.ts";
import { redisIsInstalled, startRedis, type TestRedis } from "#app/testing/redis-server.ts";
import { createTcpRelay, type TcpRelay } from "#app/testing/tcp-relay.ts";
import { testDatabase } from "#app/testing/test-database.ts";
import { portOrAnother } from "../../scripts/free-port.ts";
import type { Bell } from "./definitions.ts";
import { createDoorbell } from "./doorbell.ts";
import { openQueues, type Queues } from "./open-queues.server.ts";
import { type Handlers, startWorkers, type Workers } from "./start-workers.server.ts";

const TIMING = { lockMs: 1_000, stalledCheckMs: 500 };
const CHILD = fileURLToPath(new URL("../testing/queue-child.ts", import.meta.url));

/** One of the two backends, as a test needs it. */
type Ground = {
  urls: { redisUrl?: string; databaseUrl?: string };
  relay: TcpRelay;
  /** The same through the relay. */
  relayed: { redisUrl?: string; databaseUrl?: string };
  wrongPassword: { redisUrl?: string; databaseUrl?: string } | null;
  /** As new: no job of an earlier case. */
  wipe(): Promise<void>;
  /** What an operator's accident does while workers run: Redis forgets everything, PostgreSQL cuts every connection. */
  accident(): Promise<void>;
  close(): Promise<void>;
};

async function postgresGround(): Promise<Ground> {
  const { queue, admin } = testDatabase();
  const asAdmin = async (text: string) => {
    const client = new pg.Client({ connectionString: admin });
    await client.connect();
    await client.query(text).finally(() => client.end());
  };
  const direct = new URL(queue);
  const relay = createTcpRelay(await portOrAnother(), { host: direct.hostname, port: Number(direct.port) });
  const changed = (change: (url: URL) => void) => {
    const url = new URL(queue);
    change(url);
    return { databaseUrl: url.href };
  };
  return {
    urls: { databaseUrl: queue },
    relay,
    relayed: changed((url) => {
      url.port = String(relay.port);
    }),
    wrongPassword: changed((url) => {
      url.password = "wrong";
    }),
    wipe: () => asAdmin("drop schema if exists bullmq cascade"),
    accident: () =>
      asAdmin(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = 'inventorysync_queue'",
      ),
    close: async () => {},
  };
}

/** A Redis of our own where it can be started; otherwise the last database of the one that REDIS_URL names, which is emptied. */
async function redisGround(): Promise<Ground> {
  const own: TestRedis | null = redisIsInstalled() ? await startRedis(await portOrAnother()) : null;
  const url = new URL(own?.url ?? process.env.REDIS_URL ?? "");
  if (!own) url.pathname = "/15";
  const client = new Redis(url.href);
  const relay = createTcpRelay(await portOrAnother(), { host: url.hostname, port: Number(url.port || 6379) });
  const changed = (change: (url: URL) => void) => {
    const other = new URL(url);
    change(other);
    return { redisUrl: other.href };
  };
  const forget = async () => {
    await (own ? client.flushall() : client.flushdb());
  };
  return {
    urls: { redisUrl: url.href },
    relay,
    relayed: changed((url) => {
      url.host = `127.0.0.1:${relay.port}`;
    }),
    wrongPassword: own
      ? changed((url) => {
          url.password = "wrong";
        })
      : null,
    wipe: forget,
    accident: forget,
    async close() {
      client.disconnect();
      await own?.stop();
    },
  };
}

/** Remembers what ran, and lets a test wait for the next run. */
function createRecorder() {
  const ran: string[] = [];
  let wake = () => {};
  return {
    ran,
    note(id: string) {
      ran.push(id);
      wake();
    },
    async until(count: number) {
      while (ran.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

const drain = (connectionId: string): Bell => ({ job: "drain-connection", channel: "shopify", connectionId });

function suite(make: () => Promise<Ground>): void {
  let ground: Ground;
  let queues: Queues;
  let recorder: ReturnType<typeof createRecorder>;
  const running: Workers[] = [];
  const open: Queues[] = [];

  beforeAll(async () => {
    ground = await make();
  });
  afterAll(() => ground.close());
  beforeEach(async () => {
    await ground.wipe();
    recorder = createRecorder();
    queues = await openQueues({ ...ground.urls, log: silentLogger });
    open.push(queues);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((workers) => workers.close(1_000)));
    await Promise.all(open.splice(0).map((each) => each.close()));
    await ground.relay.down();
  });

  const work = async (drainHandler: Handlers["drain-connection"], on: Queues = queues, log: Logger = silentLogger) => {
    const other = async ({ connectionId }: { connectionId: string }) => recorder.note(connectionId);
    const handlers: Handlers = {
      "apply-events": other,
      "poll-connection": other,
      "look-at-numbers": other,
      "drain-connection": drainHandler,
      chores: async ({ chore, id }) => recorder.note(`${chore} ${id}`),
    };
    running.push(await startWorkers(on, handlers, { log, concurrency: 1, timing: TIMING }));
  };
  const noteIt: Handlers["drain-connection"] = async ({ connectionId }) => recorder.note(connectionId);
  /** Runs last in its queue (one at a time): whatever was asked for before has run by then. */
  const runSentinel = async (count: number) => {
    await createDoorbell(queues, silentLogger).ring(drain("sentinel"));
    await recorder.until(count);
  };

  it("brings each kind of job to its handler and drops what is none of ours", async () => {
    const lines: string[] = [];
    await work(noteIt, queues, { ...silentLogger, error: (step) => lines.push(step) });
    const bell = createDoorbell(queues, silentLogger);
    await queues.add("chores", [
      { name: "chores", data: { chore: "unheard", id: "1" }, opts: { deduplication: { id: "x", keepLastIfActive: true } } },
    ]);
    await bell.ring({ job: "chores", chore: "mail", id: "7" });
    await recorder.until(1);
    await bell.ring({ job: "apply-events", channel: "etsy", connectionId: "e" });
    await bell.ring({ job: "poll-connection", channel: "ebay", connectionId: "p" });
    await bell.ring(drain("d"));
    await recorder.until(4);
    expect([...recorder.ran].sort()).toEqual(["d", "e", "mail 7", "p"]);
    expect(lines).toEqual(["a job was dropped: it is none of ours"]);
  });

  it("melts the rings for a waiting job into one run", async () => {
    const bell = createDoorbell(queues, silentLogger);
    for (let n = 0; n < 10; n++) await bell.ring(drain("a"));
    for (let n = 0; n < 10; n++) bell.ringSoon(drain("b"));
    await bell.settled();
    expect(await queues.counts("drain-shopify")).toMatchObject({ waiting: 2, active: 0, delayed: 0 });
    await work(noteIt);
    await recorder.until(2);
    await runSentinel(3);
    expect(recorder.ran).toEqual(["a", "b", "sentinel"]);
  });

  it("turns any number of rings during a run into exactly one more run", async () => {
    const bell = createDoorbell(queues, silentLogger);
    let rungInside = false;
    await work(async ({ connectionId }) => {
      if (connectionId === "a" && !rungInside) {
        rungInside = true;
        for (let n = 0; n < 5; n++) await bell.ring(drain("a"));
      }
      recorder.note(connectionId);
    });
    await bell.ring(drain("a"));
    await recorder.until(2);
    await runSentinel(3);
    expect(recorder.ran).toEqual(["a", "a", "sentinel"]);
  });

  it("does not let a later ring swallow an urgent one, nor a long wait a short one", async () => {
    await work(noteIt);
    const bell = createDoorbell(queues, silentLogger);
    await bell.ringLater(drain("a"), 600_000, "wait");
    await bell.ringLater(drain("a"), 200, "busy");
    await recorder.until(1);
    await bell.ringLater(drain("a"), 600_000, "busy");
    await bell.ring(drain("a"));
    await recorder.until(2);
    expect(recorder.ran).toEqual(["a", "a"]);
    expect(await queues.counts("drain-shopify")).toMatchObject({ waiting: 0, delayed: 2 });
  });

  it("rings again after a handler threw words that the backend cannot store", async () => {
    const lines: string[] = [];
    await work(
      async ({ connectionId }) => {
        recorder.note(connectionId);
        if (recorder.ran.length === 1) throw new Error("odd \u0000 and \ud800 words");
      },
      queues,
      { ...silentLogger, error: (step) => lines.push(step) },
    );
    const bell = createDoorbell(queues, silentLogger);
    await bell.ring(drain("a"));
    await recorder.until(1);
    await bell.ring(drain("a"));
    await recorder.until(2);
    await runSentinel(3);
    expect(recorder.ran).toEqual(["a", "a", "sentinel"]);
    expect(lines).toEqual(["a job failed"]);
    await running.splice(0)[0]?.close(5_000);
    expect(await queues.counts("drain-shopify")).toMatchObject({ waiting: 0, active: 0 });
  });

  it("runs a job again whose process was killed, however often", { timeout: 30_000 }, async () => {
    await createDoorbell(queues, silentLogger).ring(drain("a"));
    for (let kill = 0; kill < 2; kill++) {
      const child = spawn(process.execPath, [CHILD, ground.urls.redisUrl ?? "", ground.urls.databaseUrl ?? "", "inventorysync"], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const gone = once(child, "exit");
      for await (const line of createInterface(child.stdout)) if (line === "a") break;
      child.kill("SIGKILL");
      await gone;
    }
    await work(noteIt);
    await recorder.until(1);
    expect(recorder.ran).toEqual(["a"]);
  });

  it("goes on after the backend's accident", async () => {
    await work(noteIt);
    const bell = createDoorbell(queues, silentLogger);
    await bell.ringLater(drain("later"), 600_000, "wait");
    await ground.accident();
    // The bell's own connection may be the one that was cut; a ring that fails is the sweep's work, which rings again.
    for (let n = 0; recorder.ran.length === 0 && n < 100; n++) {
      bell.ringSoon(drain("a"));
      await bell.settled();
      await Promise.race([recorder.until(1), new Promise((resolve) => setTimeout(resolve, 100))]);
    }
    expect(recorder.ran[0]).toBe("a");
    expect(await queues.check()).toBeNull();
  });

  it("waits for a backend that is away at boot, leaves the process free, and opens when it comes", async () => {
    const warnings: Record<string, unknown>[] = [];
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 5);
    const opening = openQueues({
      ...ground.relayed,
      retryEveryMs: 20,
      log: { ...silentLogger, warn: (_step, details) => warnings.push(details ?? {}) },
    });
    await new Promise<void>((resolve) => {
      const look = setInterval(() => {
        if (ticks < 40) return;
        clearInterval(look);
        resolve();
      }, 5);
    });
    expect(warnings).toHaveLength(1);
    await ground.relay.up();
    const late = await opening;
    open.push(late);
    clearInterval(ticking);
    await work(noteIt, late);
    await createDoorbell(late, silentLogger).ring(drain("a"));
    await recorder.until(1);
    expect(recorder.ran).toEqual(["a"]);
  });

  it("can be told to stop waiting", async () => {
    const giveUp = new AbortController();
    const opening = openQueues({ ...ground.relayed, retryEveryMs: 20, log: silentLogger, signal: giveUp.signal });
    setImmediate(() => giveUp.abort());
    await expect(opening).rejects.toThrow(/abort/i);
  });

  it("says that the backend went away, lets rings fail at once, and works when it is back", { timeout: 30_000 }, async () => {
    await ground.relay.up();
    const relayed = await openQueues({ ...ground.relayed, log: silentLogger });
    open.push(relayed);
    await work(noteIt, relayed);
    const bell = createDoorbell(relayed, silentLogger);
    await bell.ring(drain("before"));
    await recorder.until(1);
    await ground.relay.down();
    expect(await relayed.check()).toMatch(/does not answer/);
    const askedAt = performance.now();
    await expect(bell.ring(drain("during"))).rejects.toThrow();
    expect(performance.now() - askedAt).toBeLessThan(3_000);
    await ground.relay.up();
    while ((await relayed.check()) !== null) await new Promise((resolve) => setImmediate(resolve));
    await bell.ring(drain("after"));
    await recorder.until(2);
    expect(recorder.ran).toEqual(["before", "after"]);
  });

  it("lets a running job finish its step when the process stops, and tells it so", async () => {
    let enter = () => {};
    const entered = new Promise<void>((resolve) => {
      enter = resolve;
    });
    await work(async ({ connectionId }, { stopping }) => {
      enter();
      await new Promise<void>((resolve) => stopping.addEventListener("abort", () => resolve()));
      recorder.note(connectionId);
    });
    await createDoorbell(queues, silentLogger).ring(drain("a"));
    await entered;
    await running.splice(0)[0]!.close(5_000);
    expect(recorder.ran).toEqual(["a"]);
  });

  it("refuses at once what waiting cannot mend", async () => {
    if (ground.wrongPassword) await expect(openQueues({ ...ground.wrongPassword, log: silentLogger })).rejects.toThrow(/password/);
    await expect(openQueues({ log: silentLogger })).rejects.toThrow(/REDIS_URL or QUEUE_DATABASE_URL/);
  });
}

describe("the queue on PostgreSQL", () => suite(postgresGround));

const onRedis = redisIsInstalled() || Boolean(process.env.REDIS_URL);
describe.runIf(onRedis)("the queue on Redis", () => suite(redisGround));
it("is tried on both backends", ({ skip }) => {
  if (!onRedis && process.env.CI !== "true") skip("neither redis-server nor REDIS_URL: the queue was tried on PostgreSQL alone");
  expect(onRedis, "in CI the queue must be tried on Redis too: install redis-server or set REDIS_URL").toBe(true);
});
