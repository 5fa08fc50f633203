import { setTimeout as wait } from "node:timers/promises";
import type { Job, Worker } from "bullmq";
import { newId } from "#app/platform/ids.ts";
import type { Logger } from "#app/platform/log.server.ts";
import { withLogFields } from "#app/platform/log.server.ts";
import { waitForBackend } from "#app/platform/wait-for-backend.server.ts";
import type { JobData, JobName, QueueName } from "./definitions.ts";
import { JOB_SCHEMAS, QUEUE_NAMES } from "./definitions.ts";
import type { Queues } from "./open-queues.server.ts";

export type JobContext = {
  /** Aborted when the process is asked to stop: finish the step at hand and leave the rest to the rows. */
  stopping: AbortSignal;
};

/** One per job. Business failures become rows; what a handler throws is a bug or a broken world and only logged. */
export type Handlers = { [Name in JobName]: (data: JobData<Name>, context: JobContext) => Promise<void> };

export type WorkerTiming = { lockMs: number; stalledCheckMs: number };

/** A killed worker's job runs again after the lock and one check: 11 s at most, inside the 15 s that design.md 3 allows. */
export const WORKER_TIMING: WorkerTiming = { lockMs: 8_000, stalledCheckMs: 3_000 };

export type WorkersOptions = {
  log: Logger;
  /** Jobs at once per queue; one number for all, or one for each. */
  concurrency: number | Record<QueueName, number>;
  timing?: WorkerTiming;
};

export type Workers = {
  /** Takes no further job and waits for the running ones; those still running after `graceMs` are left to the stall check. */
  close(graceMs: number): Promise<void>;
};

/** Starts one worker per queue on queues that `openQueues` has proved. Resolves when all of them listen. */
export async function startWorkers(queues: Queues, handlers: Handlers, options: WorkersOptions): Promise<Workers> {
  const stopping = new AbortController();
  const timing = options.timing ?? WORKER_TIMING;
  const process = (job: Job) => runJob(job, handlers, { stopping: stopping.signal }, options.log);

  const start = async (name: QueueName): Promise<Worker> => {
    const worker = queues.backend.makeWorker(name, process, {
      autorun: false,
      concurrency: typeof options.concurrency === "number" ? options.concurrency : options.concurrency[name],
      lockDuration: timing.lockMs,
      stalledInterval: timing.stalledCheckMs,
      // At the default of 1 a doorbell that met two kills would be failed without running.
      maxStalledCount: 1_000_000,
      runRetryDelay: 1_000,
      drainDelay: 30,
    });
    worker.on("error", queues.noteError);
    try {
      await worker.waitUntilReady();
    } catch (error) {
      // A worker whose first connection failed never recovers, and the backend may have gone since it was proved.
      await worker.close(true).catch(queues.noteError);
      throw error;
    }
    worker.run().catch(queues.noteError);
    return worker;
  };

  const workers = await Promise.all(
    QUEUE_NAMES.map((name) => waitForBackend(() => start(name), { what: `the queue ${name}`, log: options.log })),
  );
  return {
    async close(graceMs) {
      stopping.abort();
      const patience = new AbortController();
      const closed = Promise.all(workers.map((worker) => worker.close())).then(() => true);
      const late = wait(graceMs, false, { signal: patience.signal }).catch(() => false);
      if (await Promise.race([closed, late])) return patience.abort();
      options.log.warn("jobs were still running when the process stopped", { graceMs });
      await Promise.race([Promise.allSettled(workers.map((worker) => worker.close(true))), wait(1_000)]);
    },
  };
}

async function runJob(job: Job, handlers: Handlers, context: JobContext, log: Logger): Promise<void> {
  const run = runnerFor(job, handlers, context);
  if (!run) return log.error("a job was dropped: it is none of ours", { job: job.name, queue: job.queueName });
  await withLogFields({ correlationId: newId(), connectionId: run.connectionId }, async () => {
    try {
      await run.work();
    } catch (error) {
      log.error("a job failed", { job: job.name, error });
      // PostgreSQL takes neither NUL nor half a surrogate; such a message would leave the job active for ever.
      throw new Error(storable(error instanceof Error ? error.message : String(error)));
    }
  });
}

/** Checks what the queue held; null when it is not a job of this version. */
function runnerFor(job: Job, handlers: Handlers, context: JobContext): { connectionId?: string; work: () => Promise<void> } | null {
  const name = job.name as JobName;
  switch (name) {
    case "apply-events":
    case "drain-connection":
    case "poll-connection":
    case "look-at-numbers": {
      const data = JOB_SCHEMAS[name].safeParse(job.data);
      return data.success ? { connectionId: data.data.connectionId, work: () => handlers[name](data.data, context) } : null;
    }
    case "chores": {
      const data = JOB_SCHEMAS[name].safeParse(job.data);
      return data.success ? { work: () => handlers[name](data.data, context) } : null;
    }
    default: {
      const unknown: never = name;
      return unknown ?? null;
    }
  }
}

function storable(message: string): string {
  return message
    .replaceAll("\u0000", "")
    .replace(/\p{Surrogate}/gu, "\ufffd")
    .slice(0, 500);
}
