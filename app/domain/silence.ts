/**
 * A channel from which no orders come, although it usually sells at such hours (pure: the order times of the last weeks -> verdict). It
 * is measured in orders that would have been usual, hour of the day by hour of the day, so that a night is no silence. Silence is a reason
 * to ask the channel and to tell the seller, never to lower a number (settled.md 29).
 */

/** Longer than this many usual gaps ... */
export const TIMES_USUAL = 8;
/** ... and longer than the longest of the last weeks by this much. */
const BEYOND_LONGEST = 1.25;
/** Fewer orders tell nothing of what is usual. */
const LEAST_ORDERS = 20;
export const WEEKS_MS = 28 * 86_400_000;
const STEP_MS = 900_000;

export type Silence = {
  silent: boolean;
  /** Orders that would have been usual since the last one. */
  missing: number;
  lastOrderAt: Date | null;
};

/** @param orderTimes when orders were placed; those of the last four weeks count. @param hourOf hour of the day at the seller's, 0 to 23 */
export function silenceOf(orderTimes: readonly Date[], now: Date, hourOf: (at: Date) => number): Silence {
  const times = orderTimes
    .map((at) => at.getTime())
    .filter((at) => at > now.getTime() - WEEKS_MS && at <= now.getTime())
    .sort((a, b) => a - b);
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined || times.length < LEAST_ORDERS) {
    return { silent: false, missing: 0, lastOrderAt: last === undefined ? null : new Date(last) };
  }
  const usualUntil = usualOrders(times, first, now.getTime(), hourOf);
  const gaps = times.slice(1).map((at, i) => usualUntil(at) - usualUntil(times[i] ?? at));
  const missing = usualUntil(now.getTime()) - usualUntil(last);
  const usual = median(gaps);
  const longest = Math.max(...gaps);
  return { silent: missing > TIMES_USUAL * usual && missing > BEYOND_LONGEST * longest, missing, lastOrderAt: new Date(last) };
}

/** How many orders would have been usual from the first one until a moment: the rates of the hours, added up. */
function usualOrders(times: number[], first: number, now: number, hourOf: (at: Date) => number): (at: number) => number {
  const steps = Math.ceil((now - first) / STEP_MS) + 1;
  const hours = Array.from({ length: steps }, (_, i) => hourOf(new Date(first + i * STEP_MS)));
  const spent = Array<number>(24).fill(0);
  const sold = Array<number>(24).fill(0);
  for (const hour of hours) spent[hour] = (spent[hour] ?? 0) + 1;
  for (const at of times) {
    const hour = hours[Math.floor((at - first) / STEP_MS)] ?? 0;
    sold[hour] = (sold[hour] ?? 0) + 1;
  }
  // An hour is judged with its neighbours: few orders a day would else make each hour look like never or always.
  const around = (of: number[], hour: number) => [23, 0, 1].reduce((sum, d) => sum + (of[(hour + d) % 24] ?? 0), 0);
  const sums = [0];
  for (const hour of hours) sums.push((sums.at(-1) ?? 0) + around(sold, hour) / Math.max(1, around(spent, hour)));
  return (at) => {
    const place = Math.max(0, (at - first) / STEP_MS);
    const whole = Math.min(sums.length - 2, Math.floor(place));
    const [low, high] = [sums[whole] ?? 0, sums[whole + 1] ?? 0];
    return low + (high - low) * Math.min(1, place - whole);
  };
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
