/** The orders that a channel lists against those that were counted, by id (pure: facts of a page -> what is to be read again). */

export type Listed = { externalId: string; updatedAt: Date };
export type Compared = {
  /** Never counted, although our reading had passed them. */
  missing: string[];
  /** Counted in an older state, although our reading had passed the newer one. */
  stale: string[];
  /** Newer than our last reading: they come by the usual way, and are counted with it. */
  underWay: string[];
};

/**
 * @param isCounted whether exactly this state, or a newer one, has been counted; null = the order is not known at all
 * @param readThrough begin of the usual reading that ran just before
 * @param settlesMs what changed so shortly before it is read again by the usual way: the feed's lag, and how far each reading goes back
 */
export function compareListed<T extends Listed>(
  listed: readonly T[],
  isCounted: (order: T) => boolean | null,
  readThrough: Date,
  settlesMs: number,
): Compared {
  const compared: Compared = { missing: [], stale: [], underWay: [] };
  for (const order of listed) {
    const counted = isCounted(order);
    if (counted === true) continue;
    const late = order.updatedAt.getTime() + settlesMs > readThrough.getTime();
    if (late) compared.underWay.push(order.externalId);
    else if (counted === null) compared.missing.push(order.externalId);
    else compared.stale.push(order.externalId);
  }
  return compared;
}

export type CheckVerdict = "complete" | "repaired" | "open";

export function checkVerdict(facts: { listed: number; counted: number; found: number }): CheckVerdict {
  if (facts.counted < facts.listed) return "open";
  return facts.found > 0 ? "repaired" : "complete";
}
