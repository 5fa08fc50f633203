import type { EventEmitter } from "node:events";
import type { Logger } from "./log.server.ts";

/** The parts of `process` that stopping needs; tests hand in their own. */
export type StoppableProcess = Pick<EventEmitter, "on" | "off"> & { exit(code: number): void; connected?: boolean };

export type StopStep = {
  /** For the log, as in "closing the database". */
  name: string;
  run: () => Promise<void>;
  /** After this long the step is left behind and the next one begins. */
  withinMs: number;
};

export type StopOptions = {
  process: StoppableProcess;
  /** "signals": SIGTERM and SIGINT, for a process of its own. "parent": IPC message "stop" or a lost parent; signals are the parent's business. */
  by: "signals" | "parent";
  steps: readonly StopStep[];
  log: Logger;
};

/**
 * Ends the process in order when it is asked to: each step in turn, none for longer than its time, then exit 0. A second signal
 * ends it at once with 1. Returns a function that begins the same stop from inside.
 */
export function stopWhenAsked({ process, by, steps, log }: StopOptions): (why: string) => Promise<void> {
  let stopping: Promise<void> | null = null;

  const stop = async (why: string): Promise<void> => {
    log.info("stopping", { why });
    for (const { name, run, withinMs } of steps) {
      const outcome = await runWithin(run, withinMs);
      if (outcome !== null) log.warn("a step of the stop failed", { name, error: outcome });
    }
    log.info("stopped", { why });
    process.exit(0);
  };
  const begin = (why: string): Promise<void> => {
    stopping ??= stop(why);
    return stopping;
  };

  if (by === "signals") {
    for (const signal of ["SIGTERM", "SIGINT"]) {
      process.on(signal, () => {
        if (stopping) return process.exit(1);
        void begin(signal);
      });
    }
  } else {
    // Ctrl-C reaches the whole group at once; only the parent knows the order in which to end.
    for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => {});
    process.on("message", (message: unknown) => message === "stop" && void begin("parent"));
    process.on("disconnect", () => void begin("parent is gone"));
  }
  return begin;
}

async function runWithin(run: () => Promise<void>, withinMs: number): Promise<Error | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Error>((resolve) => {
    timer = setTimeout(() => resolve(new Error(`not done within ${withinMs} ms`)), withinMs);
  });
  const done = run().then(
    () => null,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
  const outcome = await Promise.race([done, late]);
  clearTimeout(timer);
  return outcome;
}
