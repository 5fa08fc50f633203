/**
 * Why more was sold than there was, judged from recorded moments and nothing else. `later` is the order that took a unit that was
 * gone, `earlier` the one that had taken it before; `shown` is the number on the later order's channel. Pure.
 */
export type OrderMoments = { placedAt: Date; learnedAt: Date; beforeBaseline: boolean };

export type ShownWrite = { sentAt: Date; outcome: "confirmed" | "conflict" | "rejected" | "unknown" | "not-found"; note: string | null };

/** Why we did not write on a channel, or could not see it, and since when. */
export type NoWriting = { why: "paused" | "blind" | "held" | "stopped" | "watching" | "item-paused"; since: Date; text: string | null };

export type ShownFacts = {
  /** What we last knew it to show when the later order was placed; null = never known. */
  known: { quantity: number; at: Date } | null;
  /** Pieces that the later order took of it. */
  pieces: number;
  /** Somebody else's hand raised it: when we noticed. */
  raised: { from: number; to: number; seenAt: Date } | null;
  /** The channel goes on selling at zero. */
  sellsWithoutStock: boolean;
  noWriting: NoWriting | null;
  /** Our writes of it since we knew of the earlier order, as far as they were sent before the later one was placed. */
  writes: readonly ShownWrite[];
  /** Whether any write of ours was ever proved there. */
  everWritten: boolean;
  /** Why no further try was made: the platform's or our own words. */
  waitingText: string | null;
};

/** Units were taken away by hand or by a tool, below what orders already held. */
export type LoweredFacts = { at: Date; units: number; by: string; note: string | null; onlyOpeningBefore: boolean };

export type CauseFacts = {
  earlier: (OrderMoments & { unseenSince: Date | null }) | null;
  later: OrderMoments | null;
  shown: ShownFacts | null;
  lowered: LoweredFacts | null;
};

export const OVERSELL_CAUSES = [
  "before-baseline",
  "opening-count",
  "lowered-by-hand",
  "raised-by-hand",
  "sells-without-stock",
  "no-writing",
  "not-seen",
  "late-news",
  "write-refused",
  "write-late",
  "physical",
  "unknown",
] as const;
export type OversellCause = (typeof OVERSELL_CAUSES)[number];

export type JudgedCause = {
  cause: OversellCause;
  /** Between the two orders, where there are two. */
  betweenMs: number | null;
  /** From the earlier order to our knowing of it. */
  learnedAfterMs: number | null;
  /** From our knowing of the earlier order to the later one; negative: it was placed before we could know. */
  knownForMs: number | null;
};

/** News of an order that takes longer is the cause by itself: the pace of platform and polls is below it. */
export const NEWS_MS = 30_000;
/** Once we know of a sale, a write that has not arrived after this long is late, not on its way. */
export const REACH_MS = 10_000;
/** Platforms cut times to the second. */
const CUT_MS = 1_000;

export function judgeCause(facts: CauseFacts): JudgedCause {
  const { earlier, later } = facts;
  const both = earlier !== null && later !== null;
  const figures = {
    betweenMs: both ? later.placedAt.getTime() - earlier.placedAt.getTime() : null,
    learnedAfterMs: earlier === null ? null : earlier.learnedAt.getTime() - earlier.placedAt.getTime(),
    knownForMs: both ? later.placedAt.getTime() - earlier.learnedAt.getTime() : null,
  };
  return { cause: causeOf(facts, figures), ...figures };
}

function causeOf(facts: CauseFacts, figures: Omit<JudgedCause, "cause">): OversellCause {
  const { earlier, later, shown, lowered } = facts;
  if (lowered !== null) return lowered.onlyOpeningBefore ? "opening-count" : "lowered-by-hand";
  if (later === null) return "unknown";
  if (later.beforeBaseline || earlier?.beforeBaseline) return "before-baseline";
  if (shown?.raised) return "raised-by-hand";
  const knownShort = shown?.known
    ? shown.known.quantity < shown.pieces && shown.known.at.getTime() + CUT_MS <= later.placedAt.getTime()
    : false;
  if (knownShort) return shown?.sellsWithoutStock ? "sells-without-stock" : "raised-by-hand";
  if (shown?.noWriting && shown.noWriting.since <= later.placedAt) return "no-writing";
  if (earlier === null) return shown !== null && !shown.everWritten ? "opening-count" : "unknown";
  const learnedAfter = figures.learnedAfterMs ?? 0;
  const knownFor = figures.knownForMs ?? 0;
  if (learnedAfter > NEWS_MS && knownFor < REACH_MS && (figures.betweenMs ?? 0) > REACH_MS)
    return earlier.unseenSince !== null && earlier.unseenSince <= later.placedAt ? "not-seen" : "late-news";
  const answered = (shown?.writes ?? []).filter((w) => w.sentAt <= later.placedAt);
  if (answered.some((w) => w.outcome === "rejected" || w.outcome === "not-found")) return "write-refused";
  return knownFor >= REACH_MS ? "write-late" : "physical";
}
