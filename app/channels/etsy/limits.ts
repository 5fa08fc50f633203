import type { HttpAnswer } from "#app/platform/http.ts";
import type { PlatformLimits } from "../port.ts";

/** What the headers say of the app's quota; null where there are none, as on a 429. */
export function readLimits({ status, headers }: HttpAnswer): PlatformLimits | null {
  // The documentation page misspells the second name; which one is sent is not certain.
  const remaining = number(headers["x-remaining-this-second"] ?? headers["x-remaining-this-secon"]);
  const capacity = number(headers["x-limit-per-second"]);
  const limits: PlatformLimits = {};
  if (remaining !== null) limits.remaining = remaining;
  if (capacity !== null) {
    limits.capacity = capacity;
    limits.restorePerSecond = capacity;
  }
  const today = number(headers["x-remaining-today"]);
  if (today !== null) limits.remainingToday = today;
  const perDay = number(headers["x-limit-per-day"]);
  if (perDay !== null) limits.perDay = perDay;
  if (status === 429) {
    limits.remaining = 0;
    Object.assign(limits, readRetryAfterMs({ headers }));
  }
  return Object.keys(limits).length > 0 ? limits : null;
}

/** Etsy lists retry-after (seconds) but has been seen leaving it out. */
export function readRetryAfterMs({ headers }: Pick<HttpAnswer, "headers">): { retryAfterMs?: number } {
  const seconds = number(headers["retry-after"]);
  return seconds === null ? {} : { retryAfterMs: seconds * 1000 };
}

function number(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}$/.test(text.trim()) ? Number(text) : null;
}
