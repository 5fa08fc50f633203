/**
 * Whether more of an item was sold than there was, in the order in which things happened in the world, not in the order in which we
 * heard of them: a return or a delivery that covers it a moment later hides it from the level, but not from here. Pure.
 */
export type StockStep = {
  movementId: string;
  /** When it happened, by the clock of where it happened. */
  at: Date;
  /** Change of what can be sold, in units. */
  delta: number;
  orderId: string | null;
  connectionId: string | null;
};

export type Sale = StockStep & { orderId: string; connectionId: string };
export type Shortfall = {
  /** The sale that took what was no longer there. */
  later: Sale;
  /** The sale before it on another channel, else on its own; null where nothing else was sold. */
  earlier: Sale | null;
  /** Units missing at that moment. */
  missing: number;
};

/** Clocks of platforms differ from ours, and they cut times to the second: a rise counts for a sale of about the same moment. */
const CLOCKS_MS = 2_000;

/** Platforms that cut times to the second leave none of its thousandths. */
const CUT_MS = 999;

/**
 * When an order was most likely placed. A moment without thousandths may lie anywhere in its second, but not after we knew of it; the
 * end of that is nearer, since we mostly hear of an order at once. Otherwise a sale on such a platform would always seem to be the first.
 */
export function likelyMoment(placedAt: Date, knownAt: Date): Date {
  if (placedAt.getMilliseconds() !== 0) return placedAt;
  const latest = Math.min(placedAt.getTime() + CUT_MS, knownAt.getTime());
  return new Date(Math.max(placedAt.getTime(), latest));
}

/**
 * @param available what can be sold after all of the steps
 * @param steps everything that moved the item since the earliest sale in question
 * @param before sales from before that, any order
 */
export function firstShortfall(available: number, steps: readonly StockStep[], before: readonly StockStep[] = []): Shortfall | null {
  const moments = [...steps].sort((a, b) => moment(a) - moment(b) || (a.movementId < b.movementId ? -1 : 1));
  let left = available - moments.reduce((sum, step) => sum + step.delta, 0);
  const sold: Sale[] = [...before].filter(isSale).sort((a, b) => a.at.getTime() - b.at.getTime());
  for (const step of moments) {
    left += step.delta;
    if (!isSale(step)) continue;
    if (left < 0) return { later: step, earlier: competitorOf(step, sold), missing: -left };
    sold.push(step);
  }
  return null;
}

function moment(step: StockStep): number {
  return step.at.getTime() - (step.delta > 0 ? CLOCKS_MS : 0);
}

export function isSale(step: StockStep): step is Sale {
  return step.delta < 0 && step.orderId !== null && step.connectionId !== null;
}

function competitorOf(later: Sale, sold: readonly Sale[]): Sale | null {
  const others = sold.filter((s) => s.orderId !== later.orderId);
  return others.findLast((s) => s.connectionId !== later.connectionId) ?? others.at(-1) ?? null;
}
