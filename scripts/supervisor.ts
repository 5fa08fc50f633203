/**
 * Starts the processes of the demo and keeps them running. Only this process decides to stop: children ignore the terminal's
 * signals and obey the message "stop", or the loss of the channel to us.
 */
import { type ChildProcess, fork } from "node:child_process";
import { closeSync } from "node:fs";
import { logTail, openLog } from "./child-log.ts";
import { afterDeath } from "./restart-policy.ts";
import type { Guard } from "./start-guard.ts";

export type ChildPlan = {
  name: string;
  /** The file to run, absolute. */
  entry: string;
  env: Record<string, string | undefined>;
  cwd: string;
  /** Where its words go; null = to our own terminal. */
  logFile: string | null;
  /** "restart": it is started again. "stop all": nothing works without it. "once": it ends by itself when its work is done. */
  onDeath: "restart" | "stop all" | "once";
  execArgv?: string[];
};

/** With this code a child of the hot-reload mode asks to be started anew because its sources changed. */
export const SOURCES_CHANGED = 75;

export type Supervisor = {
  /** Resolves with the child's ready message, or with its end for "once". A child that dies before that is fatal. */
  start(plan: ChildPlan): Promise<Record<string, unknown>>;
  /** Asks these to stop, all when none are named, and waits; those that do not leave in time are killed. */
  stop(...names: string[]): Promise<void>;
};

export type SupervisorOptions = {
  guard: Guard;
  /** Everything must end now; the words say why. Called once. */
  onFatal: (words: string) => void;
  say: (words: string) => void;
  childrenGetMs?: number;
  /** 1 keeps the waits of restart-policy.ts, 0 leaves them out. */
  pace?: number;
  now?: () => number;
};

type Running = { plan: ChildPlan; process: ChildProcess; exited: Promise<void> };

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const now = options.now ?? Date.now;
  const running = new Map<string, Running>();
  const deaths = new Map<string, number[]>();
  const stopping = new Set<string>();
  const waits = new Set<NodeJS.Timeout>();
  let failed = false;

  function fail(words: string): void {
    if (failed) return;
    failed = true;
    options.onFatal(words);
  }

  function launch(plan: ChildPlan, onReady: (message: Record<string, unknown>) => void): void {
    const log = plan.logFile === null ? null : openLog(plan.logFile);
    const child = fork(plan.entry, [], {
      cwd: plan.cwd,
      env: plan.env as NodeJS.ProcessEnv,
      execPath: process.execPath,
      execArgv: plan.execArgv ?? [],
      stdio: log === null ? ["ignore", "inherit", "inherit", "ipc"] : ["ignore", log.descriptor, log.descriptor, "ipc"],
    });
    if (log !== null) closeSync(log.descriptor);
    const pid = child.pid;
    if (pid) options.guard.watch(pid);
    let ready = false;
    child.on("message", (message) => {
      if (ready || typeof message !== "object" || message === null || !("ready" in message)) return;
      ready = true;
      onReady(message as Record<string, unknown>);
    });
    const exited = new Promise<void>((resolve) => {
      let gone = false;
      const left = (how: string, code: number | null) => {
        if (gone) return;
        gone = true;
        if (pid) options.guard.forget(pid);
        running.delete(plan.name);
        resolve();
        if (plan.onDeath === "once" && code === 0) onReady({});
        else if (code === SOURCES_CHANGED && !stopping.has(plan.name)) {
          options.say(`The sources of the ${plan.name} process changed; it is started again.`);
          launch(plan, onReady);
        } else if (!stopping.has(plan.name)) died(plan, how, ready, log?.startsAt ?? 0);
      };
      child.once("error", (error) => left(error.message, null));
      child.once("exit", (code, signal) => left(signal ?? `code ${code}`, code));
    });
    running.set(plan.name, { plan, process: child, exited });
  }

  function died(plan: ChildPlan, how: string, wasReady: boolean, logStartsAt: number): void {
    const times = deaths.get(plan.name) ?? [];
    const next = whatFollows(plan, how, wasReady, times);
    if (typeof next === "string") {
      fail(plan.logFile === null ? next : `${next}\n${logTail(plan.logFile, logStartsAt)}\n(more in ${plan.logFile})`);
      return;
    }
    options.say(`The ${plan.name} process ended (${how}); it is started again.`);
    const wait = setTimeout(
      () => {
        waits.delete(wait);
        if (!stopping.has(plan.name)) launch(plan, () => options.say(`The ${plan.name} process is back.`));
      },
      next.restartInMs * (options.pace ?? 1),
    );
    waits.add(wait);
  }

  /** The words with which everything ends, or when this child is started again. */
  function whatFollows(plan: ChildPlan, how: string, wasReady: boolean, times: number[]): string | { restartInMs: number } {
    if (!wasReady && times.length === 0) return `The ${plan.name} process could not start (${how}).`;
    if (plan.onDeath !== "restart") return `The ${plan.name} process ended (${how}).`;
    times.push(now());
    deaths.set(plan.name, times);
    const next = afterDeath(times, now());
    return next === "give up" ? `The ${plan.name} process died five times within a minute, the last time by ${how}.` : next;
  }

  return {
    start: (plan) =>
      new Promise((resolve) => {
        stopping.delete(plan.name);
        launch(plan, resolve);
      }),
    stop: async (...names) => {
      const wanted = [...running.values()].filter(({ plan }) => names.length === 0 || names.includes(plan.name));
      for (const name of names.length ? names : [...deaths.keys(), ...running.keys()]) stopping.add(name);
      if (names.length === 0) for (const wait of waits) clearTimeout(wait);
      await Promise.all(wanted.map(({ process: child, exited }) => stopOne(child, exited, options.childrenGetMs ?? 8_000)));
    },
  };
}

async function stopOne(child: ChildProcess, exited: Promise<void>, patienceMs: number): Promise<void> {
  // A child that just died cannot be told; its exit is already on the way.
  if (child.connected) child.send("stop", () => {});
  const late = setTimeout(() => child.kill("SIGKILL"), patienceMs);
  await exited;
  clearTimeout(late);
}
