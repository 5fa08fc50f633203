/**
 * How a round of looks is spread, so that no number stays unseen for longer than the round (pure). A shop that fits into one look is
 * read at once, a little before the time of its oldest reading is over. A larger one is read slice by slice all the time: were it read
 * only when due, everything that an import has read at once would come due at once, and the last of it too late.
 */

/** Slices of a round. */
const SLICES = 20;
/** A round is through this many slices before its time is over: one that waits for its turn, or for the budget, is still in time. */
const SPARE = 2;

export type Owed = { numbers: number; low: number; lively: number; oldestReadAt: Date | null };
export type LookPlan = {
  /** Whatever was not seen since comes first. */
  mustBefore: Date;
  /** Low numbers and such as changed lately are looked at after half a round. */
  soonBefore: Date;
  /** The longest unseen are taken until there are so many. */
  least: number;
  most: number;
};

const isRolling = (owed: Owed, atOnce: number) => owed.numbers > atOnce;

/** @param lookMs time of a round. @param atOnce most numbers of one look of a small shop */
export function planLook(now: Date, lookMs: number, owed: Owed, atOnce: number): LookPlan {
  const everyMs = lookMs / SLICES;
  // Those of half a round count twice.
  const least = isRolling(owed, atOnce)
    ? Math.ceil(Math.min(2 * owed.numbers, owed.numbers + owed.low + owed.lively) / (SLICES - SPARE))
    : 0;
  return {
    mustBefore: new Date(now.getTime() - lookMs + SPARE * everyMs),
    soonBefore: new Date(now.getTime() - lookMs / 2),
    least,
    most: Math.max(atOnce, 2 * least),
  };
}

/** Of a list that shows many numbers a call: the pages of one look, so that a round of looks goes through it once. */
export function pagesOfLook(pages: number, owed: Owed, atOnce: number): number {
  return isRolling(owed, atOnce) ? Math.ceil(pages / (SLICES - SPARE)) : pages;
}

/** Pages of the list, where it saves calls against reading each of `numbers` by name; null where it does not. */
export function pagesWorthwhile(list: { numbers: number; entries: number }, perCall: number): number | null {
  const pages = Math.max(1, Math.ceil(list.entries / perCall));
  return pages < list.numbers ? pages : null;
}

export function nextLook(now: Date, lookMs: number, owed: Owed, atOnce: number): Date {
  if (owed.numbers === 0) return new Date(now.getTime() + lookMs);
  const everyMs = lookMs / SLICES;
  if (isRolling(owed, atOnce)) return new Date(now.getTime() + everyMs);
  const due = owed.low + owed.lively > 0 ? lookMs / 2 : lookMs - SPARE * everyMs;
  return new Date(Math.max(now.getTime() + everyMs, (owed.oldestReadAt?.getTime() ?? 0) + due));
}
