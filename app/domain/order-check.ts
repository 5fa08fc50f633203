/** The orders that a channel lists against those that were counted, by id (pure: facts of a page -> what is to be read again). */

/** Orders that a channel changed so shortly before our own last reading that it may not have listed them yet. */
const CLOCKS_DIFFER_MS = 60_000;

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
 */
export function compareListed<T extends Listed>(
  listed: readonly T[],
  isCounted: (order: T) => boolean | null,
  readThrough: Date,
  orderLagMs: number,
): Compared {
  const compared: Compared = { missing: [], stale: [], underWay: [] };
  for (const order of listed) {
    const counted = isCounted(order);
    if (counted === true) continue;
    const late = order.updatedAt.getTime() + orderLagMs + CLOCKS_DIFFER_MS > readThrough.getTime();
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
