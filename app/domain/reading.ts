/**
 * What a fresh reading of a shown number means (design.md 5, settled.md 10 to 16). Pure: the caller locks the row, asks, and
 * stores the answer.
 */
import type { ShownState } from "./channel-words.ts";

/** A change that an own order of the channel may have made to the number; `at` is when we learned of it (our clock). */
export type Drift = { at: Date; min: number; max: number };

export type NumberState = {
  confirmed: number | null;
  confirmedAt: Date | null;
  /** When it was first proved to show this: every look since then found the same and knew of no order between. Null: as `confirmedAt`. */
  steadySince: Date | null;
  drift: readonly Drift[];
  /** A number that an unanswered write of ours may still bring. */
  lateTo: number | null;
  lateUntil: Date | null;
  /** The open gap that this write would cover. */
  lateGap: number;
  /**
   * Units of an unexplained change (negative: missing ones) that our own later write covered: `confirmed` is what we wrote, and what we
   * can explain of it is this much less. Below zero is possible: two units came, and only one was left to be shown.
   */
  coveredGap: number;
  oddQuantity: number | null;
  oddAt: Date | null;
  /** A reading sent at or after this moment settles the doubt. */
  doubtUntil: Date | null;
  returnable: number;
  offByUs: boolean;
};

export type Reading = { quantity: number | null; state: ShownState; sentAt: Date };

export type ReadingRules = {
  readingSpacingMs: number;
  orderLagMs: number;
  /** Readings of this channel may show what stood there this long ago. */
  staleReadMs: number;
  /** Begin of the last order read that was finished to its last page. */
  ordersReadThrough: Date | null;
  /** The platform lets cancelled and refunded units come back only as a rise. */
  returnsShowAsRise: boolean;
};

export type Verdict =
  /** Exactly what should stand there. */
  | { kind: "as-expected" }
  /** Explained by an order of this channel that we know of. */
  | { kind: "own-order" }
  /** A write of ours whose answer was lost did arrive. */
  | { kind: "own-write" }
  /** Units of a cancelled or refunded order came back on the channel. */
  | { kind: "return"; units: number }
  /** Not explained yet: orders must be read past it, and a second reading must agree. */
  | { kind: "look-again"; needOrdersPast: Date; notBefore: Date }
  /** `observed` less `expected` is the change; both are lifted alike where what could be explained lies below zero. */
  | { kind: "outside-edit"; expected: number; observed: number }
  /** Ended, inactive or gone by somebody else's hand. */
  | { kind: "out-of-comparison"; state: ShownState };

export type Judgement = {
  verdict: Verdict;
  /** What to store; the caller adds `confirmed` consequences of an edit or return itself. */
  next: Pick<
    NumberState,
    "confirmed" | "confirmedAt" | "steadySince" | "drift" | "coveredGap" | "lateGap" | "oddQuantity" | "oddAt" | "doubtUntil"
  >;
  /** The reading came too early to settle the doubt (stale reads, a write that may still land). */
  provisional: boolean;
};

/** An active listing without a number keeps none that we could compare. */
export function comparableState(reading: { quantity: number | null; state: ShownState }): ShownState {
  const bought = reading.state === "active" || reading.state === "sold-out";
  return bought && reading.quantity === null ? "untracked" : reading.state;
}

/** Marks an absent number in `oddQuantity`, so that being gone also needs two agreeing readings. */
const GONE = -1;

export function judgeReading(state: NumberState, reading: Reading, rules: ReadingRules): Judgement {
  const provisional = state.doubtUntil !== null && reading.sentAt < state.doubtUntil;
  const settled = { doubtUntil: provisional ? state.doubtUntil : null };
  const shown = shownNumber(state, reading);
  const agree = (verdict: Verdict, quantity: number): Judgement => ({
    verdict,
    provisional,
    next: {
      ...settled,
      confirmed: quantity,
      confirmedAt: reading.sentAt,
      steadySince:
        verdict.kind === "as-expected" && state.confirmed === quantity ? (state.steadySince ?? state.confirmedAt) : reading.sentAt,
      // What was learned after the reading was sent may or may not be in it.
      drift: [...(provisional ? stillOpen(state, quantity, reading.sentAt) : []), ...state.drift.filter((d) => d.at > reading.sentAt)],
      coveredGap: 0,
      lateGap: 0,
      oddQuantity: null,
      oddAt: null,
    },
  });

  const old = mayBeOld(reading.sentAt, state, rules.staleReadMs);
  if (shown !== GONE) {
    if (state.confirmed === null) return agree({ kind: "as-expected" }, shown);
    const explained = explains(state, shown, old);
    if (explained !== null) return agree({ kind: explained }, shown);
  }

  // An unanswered write that covered an unexplained change did land: the change is still to be judged.
  const covering = state.lateGap !== 0 && !old && shown === state.lateTo && !lateRuledOut(state);
  const known = covering ? { ...state, confirmed: shown, coveredGap: state.lateGap, oddQuantity: shown } : state;

  // A first sight that may have been an old number counts for nothing but caution.
  const firstCounts = state.oddAt !== null && !mayBeOld(state.oddAt, state, rules.staleReadMs);
  const agrees = known.oddQuantity === shown && firstCounts;
  const oddAt = agrees && state.oddAt !== null ? state.oddAt : reading.sentAt;
  const needOrdersPast = new Date(oddAt.getTime() + rules.orderLagMs);
  const spaced = reading.sentAt.getTime() - oddAt.getTime() >= rules.readingSpacingMs;
  const ordersSeen = rules.ordersReadThrough !== null && rules.ordersReadThrough > needOrdersPast;
  if (!agrees || !spaced || !ordersSeen || provisional) {
    const spacingEnds = new Date(oddAt.getTime() + rules.readingSpacingMs);
    return {
      verdict: { kind: "look-again", needOrdersPast, notBefore: spacingEnds },
      provisional,
      next: {
        ...settled,
        confirmed: known.confirmed,
        confirmedAt: state.confirmedAt,
        steadySince: covering ? reading.sentAt : state.steadySince,
        drift: state.drift,
        coveredGap: known.coveredGap,
        lateGap: state.lateGap,
        oddQuantity: shown,
        oddAt,
      },
    };
  }
  if (shown === GONE) {
    const gone = agree({ kind: "out-of-comparison", state: comparableState(reading) }, 0);
    return { ...gone, next: { ...gone.next, confirmed: null } };
  }
  if (rules.returnsShowAsRise) {
    // On top of what is proved or of a write whose answer was lost; the smaller of the two, so that nothing is counted in twice.
    const rises = bases(known).map((base) => shown - driftRange(base, state.drift).max);
    const units = Math.min(...rises.filter((rise) => rise > 0));
    if (units <= state.returnable) return agree({ kind: "return", units }, shown);
  }
  const range = driftRange(explainable(known) ?? 0, state.drift);
  const expected = shown > range.max ? range.max : range.min;
  const lift = Math.max(0, -expected);
  return agree({ kind: "outside-edit", expected: expected + lift, observed: shown + lift }, shown);
}

/** Seen before the doubt's end, or so soon after the proved number that it may show what stood there before. */
export function mayBeOld(seenAt: Date, { confirmedAt, doubtUntil }: NumberState, staleReadMs: number): boolean {
  if (staleReadMs === 0) return false;
  if (doubtUntil !== null && seenAt < doubtUntil) return true;
  return confirmedAt !== null && seenAt >= confirmedAt && seenAt.getTime() < confirmedAt.getTime() + staleReadMs;
}

/** Negative numbers count as 0; what we switched off ourselves shows 0. */
function shownNumber(state: NumberState, reading: Reading): number {
  switch (reading.state) {
    case "active":
    case "sold-out":
      return reading.quantity === null ? GONE : Math.max(0, reading.quantity);
    case "inactive":
      // A switch-off of ours whose answer was lost is ours all the same.
      return state.offByUs || state.lateTo === 0 ? 0 : GONE;
    case "ended":
    case "draft":
    case "missing":
    case "untracked":
      return GONE;
    default: {
      const never: never = reading.state;
      return never;
    }
  }
}

/** What we can explain of the number that the channel proved to show. */
export function explainable({ confirmed, coveredGap }: Pick<NumberState, "confirmed" | "coveredGap">): number | null {
  return confirmed === null ? null : confirmed - coveredGap;
}

/** By how much the number differs from what we can explain; 0 when nothing is open, or when what was seen may have been an old number. */
export function openGap(state: NumberState, staleReadMs: number): number {
  const explained = explainable(state);
  if (explained === null || state.oddQuantity === GONE) return 0;
  if (state.oddQuantity === null) return state.coveredGap;
  const surelySeen = state.oddAt !== null && !mayBeOld(state.oddAt, state, staleReadMs);
  return surelySeen ? state.oddQuantity - explained : 0;
}

/** Orders take no number below zero; what is below it already was brought there by a gap that our write covered. */
function driftRange(base: number, drift: readonly Drift[]): { min: number; max: number } {
  const least = Math.min(0, base);
  return {
    min: Math.max(least, base + drift.reduce((sum, d) => sum + d.min, 0)),
    max: Math.max(least, base + drift.reduce((sum, d) => sum + d.max, 0)),
  };
}

/**
 * A reading that came before the doubt's end may be an old one: what it seems to contain may still show later, or show again. The same
 * range as before, told from the number that now stands as proved.
 */
function stillOpen(state: NumberState, quantity: number, sentAt: Date): Drift[] {
  const past = state.drift.filter((d) => d.at <= sentAt);
  if (past.length === 0) return [];
  const range = driftRange(explainable(state) ?? quantity, past);
  const at = new Date(Math.max(...past.map((d) => d.at.getTime())));
  return [{ at, min: Math.min(0, range.min - quantity), max: Math.max(0, range.max - quantity) }];
}

function explains(state: NumberState, shown: number, old: boolean): "as-expected" | "own-order" | "own-write" | null {
  const explained = explainable(state);
  if (state.drift.length === 0 && shown === explained) return "as-expected";
  const within = (base: number) => {
    const range = driftRange(base, state.drift);
    return shown >= range.min && shown <= range.max;
  };
  if (explained !== null && within(explained)) return "own-order";
  // Soon after a write of ours an old number may look like the lost write.
  if (!old && bases(state).some(within)) return "own-write";
  return null;
}

/** It may have landed in time and be looked at later; only what was proved after its last moment rules it out. */
function lateRuledOut({ confirmedAt, lateUntil }: NumberState): boolean {
  return lateUntil === null || (confirmedAt !== null && confirmedAt > lateUntil);
}

/** The numbers that the channel may have started from: the proved one, and what a write of ours may have brought whose answer was lost. */
function bases(state: NumberState): number[] {
  const late = state.lateTo === null || lateRuledOut(state) ? null : state.lateTo - state.lateGap;
  return [explainable(state), late].filter((base) => base !== null);
}
