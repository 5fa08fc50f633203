/** Something that ends on a day that is known: the warnings on the way there. */

const DAY_MS = 86_400_000;

/** Whole days that are left, begun ones counted; 0 or less once it is over. */
export function daysLeft(end: Date, now: Date): number {
  return Math.ceil((end.getTime() - now.getTime()) / DAY_MS);
}

/** The nearest warning that is due: the smallest of `steps` (days before the end) that the time left does not exceed; null before the first and after the end. */
export function dueStep<Step extends number>(end: Date, now: Date, steps: readonly Step[]): Step | null {
  const left = end.getTime() - now.getTime();
  if (left <= 0) return null;
  const reached = steps.filter((step) => left <= step * DAY_MS);
  return reached.length === 0 ? null : (Math.min(...reached) as Step);
}

/** Days before an access that nothing renews ends. */
export const ACCESS_STEPS = [30, 7, 1] as const;
/** Days before a platform ends the version of its interface that we use. */
export const VERSION_STEPS = [90, 30, 7] as const;
