import { systemClock } from "#app/platform/clock.ts";
import type { Logger } from "#app/platform/log.server.ts";
import { createSayOnce } from "#app/platform/say-once.ts";
import type { Bell, JobName, QueueName } from "./definitions.ts";
import { jobFor } from "./definitions.ts";

/**
 * Makes a worker look. Ring after the commit, never inside the transaction: the row is the work, the bell only shortens the
 * wait for the sweep. Equal bells melt into one waiting job; a bell that comes while its job runs makes it run once more.
 */
export type Doorbell = {
  /** For workers: resolves when the queue has it, rejects when the queue is away. */
  ring(bell: Bell): Promise<void>;
  /** Look again after `ms`. "busy": another one is at it. "wait": the channel must not be called before. One long wait never swallows a short one of the other kind. */
  ringLater(bell: Bell, ms: number, why: "busy" | "wait"): Promise<void>;
  /** For requests: returns at once, gathers equal bells, and leaves what fails to the sweep. */
  ringSoon(bell: Bell): void;
  /** Resolves when nothing gathered by ringSoon is left to send; for an orderly stop. */
  settled(): Promise<void>;
};

export type QueueEntry = {
  name: JobName;
  data: Record<string, string>;
  opts: { delay?: number; deduplication: { id: string; keepLastIfActive: true } };
};

export type QueueSink = { add(queue: QueueName, entries: QueueEntry[]): Promise<void> };

export function createDoorbell(queues: QueueSink, log: Logger): Doorbell {
  const gathered = new Map<QueueName, Map<string, QueueEntry>>();
  const sending = new Map<QueueName, Promise<void>>();
  const note = createSayOnce((message, keptBack) => log.warn("a doorbell did not ring; the sweep will look", { message, keptBack }), {
    everyMs: 60_000,
    clock: systemClock,
  });

  const send = async (queue: QueueName): Promise<void> => {
    // A turn of the event loop, so that the bells of one batch leave together.
    await new Promise((resolve) => setImmediate(resolve));
    for (let entries = gathered.get(queue); entries && entries.size > 0; entries = gathered.get(queue)) {
      gathered.delete(queue);
      try {
        await queues.add(queue, [...entries.values()]);
      } catch (error) {
        note(error instanceof Error ? error.message : String(error));
      }
    }
    // In the same step as the last look: a bell that comes later starts a turn of its own.
    sending.delete(queue);
  };

  const ringSoon = (bell: Bell): void => {
    const { queue, entry, key } = entryFor(bell, "now", 0);
    const waiting = gathered.get(queue) ?? new Map<string, QueueEntry>();
    gathered.set(queue, waiting.set(key, entry));
    if (sending.has(queue)) return;
    sending.set(queue, send(queue));
  };

  const add = async (bell: Bell, why: "now" | "busy" | "wait", ms: number): Promise<void> => {
    const { queue, entry } = entryFor(bell, why, ms);
    await queues.add(queue, [entry]);
  };

  return {
    ring: (bell) => add(bell, "now", 0),
    ringLater: (bell, ms, why) => add(bell, why, ms),
    ringSoon,
    settled: async () => {
      while (sending.size > 0) await Promise.all(sending.values());
    },
  };
}

/** "now" and the two kinds of "later" have keys of their own: a delayed job holds its key and would swallow an urgent ring. */
function entryFor(bell: Bell, why: "now" | "busy" | "wait", ms: number): { queue: QueueName; key: string; entry: QueueEntry } {
  const { queue, name, key, data } = jobFor(bell);
  const deduplication = { id: `${why}:${key}`, keepLastIfActive: true } as const;
  const opts = why === "now" ? { deduplication } : { delay: Math.max(0, Math.ceil(ms)), deduplication };
  return { queue, key: deduplication.id, entry: { name, data, opts } };
}
