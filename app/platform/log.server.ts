import { AsyncLocalStorage } from "node:async_hooks";
import { pino } from "pino";
import { scrubText } from "./scrub.ts";
import { scrubFields } from "./scrub-fields.ts";

/** Carried along by every line that is written while `withLogFields` runs. */
export type LogFields = { sellerId?: string; connectionId?: string; correlationId?: string };
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/**
 * One JSON line per step: `log.info("delivery recorded", { channel, ms })`. Ids, counts and durations only; never a payload.
 * Everything passes the scrubber, which is the last net and not a licence.
 */
export type Logger = {
  debug(step: string, details?: Record<string, unknown>): void;
  info(step: string, details?: Record<string, unknown>): void;
  /** An expected trouble of the outside world. */
  warn(step: string, details?: Record<string, unknown>): void;
  /** A bug, or a world that is broken: somebody must look. Give the error as `error`. */
  error(step: string, details?: Record<string, unknown>): void;
};

export type LoggerOptions = {
  level: LogLevel;
  /** Which process speaks: "web", "worker". */
  role: string;
  /** Receives each line with its line break; standard output by default. */
  write?: (line: string) => void;
};

// On globalThis: the pages' bundle holds its own copy of this module, and both must see the same fields.
const SLOT = Symbol.for("inventorysync.log-fields");
const shared = globalThis as { [SLOT]?: AsyncLocalStorage<LogFields> };
shared[SLOT] ??= new AsyncLocalStorage<LogFields>();
const current = shared[SLOT];

/** Runs `work`; all lines written in it, also after awaiting, carry these fields beside those set further out. */
export function withLogFields<T>(fields: LogFields, work: () => T): T {
  return current.run({ ...current.getStore(), ...fields }, work);
}

/** The fields in force, for handing a correlation id on to a row. */
export function logFields(): LogFields {
  return current.getStore() ?? {};
}

export function createLogger({ level, role, write }: LoggerOptions): Logger {
  const options = {
    level,
    base: { role },
    timestamp: pino.stdTimeFunctions.isoTime,
    messageKey: "step",
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const sink = write ? pino(options, { write }) : pino(options, pino.destination({ fd: 1, sync: true }));
  const at =
    (name: Exclude<LogLevel, "silent">) =>
    (step: string, details: Record<string, unknown> = {}) => {
      if (sink.isLevelEnabled(name)) sink[name]({ ...logFields(), ...scrubFields(details) }, scrubText(step));
    };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** Says nothing; for tests that do not look at lines. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
