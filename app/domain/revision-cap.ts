/**
 * A platform that takes only so many writes of one listing in a day (eBay 250) freezes it afterwards, with whatever it shows. So the day's
 * writes are kept for what matters most: near the cap raises wait, then lowerings are gathered, and the last ones are for zero alone.
 */
export type RevisionWish = {
  /** Writes of the listing today, by any of its numbers. */
  used: number;
  cap: number;
  rising: boolean;
  to: number;
  lastWriteAt: Date | null;
  now: Date;
  dayEndsAt: Date;
};

export type RevisionVerdict = { go: true } | { go: false; until: Date; why: "raises-wait" | "lowerings-gathered" | "only-zero" };

/** Parts of the cap: raises may use the first, lowerings go freely up to the second, from the third on only zero goes. */
const RAISES_END = 0.8;
const LOWERINGS_FREE_END = 0.86;
const ZERO_ONLY_FROM = 0.92;

export function mayRevise(wish: RevisionWish): RevisionVerdict {
  if (wish.to === 0) return { go: true };
  const { used, cap, dayEndsAt } = wish;
  const zeroOnlyFrom = Math.floor(cap * ZERO_ONLY_FROM);
  if (wish.rising) return used < Math.floor(cap * RAISES_END) ? { go: true } : { go: false, until: dayEndsAt, why: "raises-wait" };
  if (used < Math.floor(cap * LOWERINGS_FREE_END)) return { go: true };
  if (used >= zeroOnlyFrom) return { go: false, until: dayEndsAt, why: "only-zero" };
  if (wish.lastWriteAt === null) return { go: true };
  // What is left for lowerings is spread over the rest of the day; sales in between melt into one write.
  const gapMs = (dayEndsAt.getTime() - wish.lastWriteAt.getTime()) / (zeroOnlyFrom - used + 1);
  const until = new Date(wish.lastWriteAt.getTime() + gapMs);
  return until <= wish.now ? { go: true } : { go: false, until, why: "lowerings-gathered" };
}
