import { setTimeout as wait } from "node:timers/promises";
import { systemClock } from "./clock.ts";
import type { Logger } from "./log.server.ts";
import { createSayOnce } from "./say-once.ts";

export type WaitOptions = {
  /** What is waited for, as in "the queue". */
  what: string;
  log: Logger;
  signal?: AbortSignal;
  /** Default 500. */
  retryEveryMs?: number;
};

/**
 * Tries until a database or queue answers, for as long as it is merely away, saying so every ten seconds. What waiting cannot
 * mend (a wrong password, a missing database) rejects at once with its own words.
 */
export async function waitForBackend<Result>(attempt: () => Promise<Result>, options: WaitOptions): Promise<Result> {
  const say = createSayOnce((message) => options.log.warn(`waiting for ${options.what}`, { message }), {
    everyMs: 10_000,
    clock: systemClock,
  });
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!isAway(error)) throw error;
      say(wordsOf(error));
      await wait(options.retryEveryMs ?? 500, undefined, { signal: options.signal });
    }
  }
}

/** Said by a probe that was answered, but not yet as it needs (migrations still to come). */
export class NotYet extends Error {
  override readonly name = "NotYet";
}

const AWAY_CODES = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN"]);
/** Starting up, shutting down, too many connections, and the whole connection class (PostgreSQL appendix A). */
const AWAY_STATES = /^(57P0[1-3]|53300|08\w{3})$/;
const AWAY_WORDS = /terminated unexpectedly|timeout expired|connection is closed|^LOADING|ETIMEDOUT|connection timeout/i;

/** Whether waiting helps. */
export function isAway(error: unknown): boolean {
  if (error instanceof NotYet) return true;
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(isAway);
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return AWAY_CODES.has(code) || AWAY_STATES.test(code) || AWAY_WORDS.test(error.message);
}

/** Node reports a name with two addresses as one error without words. */
function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ("code" in error ? String(error.code) : error.name);
}
