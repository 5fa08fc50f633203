/**
 * Whether a channel's orders can be seen, and what the other channels do while they cannot (facts -> the next step). Silence alone is
 * no reason here: it probes and alarms (domain/silence), it never lowers (settled.md 29).
 */
import type { WatchState } from "./webhook-health.ts";

/**
 * access: the channel lets us in no more. quota: the day's calls are spent even for orders. unanswered: it was asked again and again and
 * did not answer. webhooks: it does not call us and may be asked only rarely.
 */
export type UnseenKind = "access" | "quota" | "unanswered" | "webhooks";

export type SightFacts = {
  blindSince: Date | null;
  /** Until then the day's calls are spent even for orders; null = they are not. */
  quotaSpentUntil: Date | null;
  /** Failed order reads in a row. */
  failures: number;
  /** Begin of the last order read that was finished. */
  readThrough: Date | null;
  pollEveryMs: number | null;
  webhooks: WatchState | null;
};

/** Unread for so long after failing more than once, a channel is as good as unseen. */
export const UNANSWERED_MS = 120_000;
const UNANSWERED_TIMES = 2;
/** Without its calls, asking every few minutes still sees it in time. */
export const RARELY_MS = 300_000;

export function lostSight(facts: SightFacts, now: Date): UnseenKind | null {
  if (facts.blindSince !== null) return "access";
  // Calls may come back earlier than foretold: others give back their part. A reading that succeeded shows it.
  if (facts.failures > 0 && facts.quotaSpentUntil !== null && facts.quotaSpentUntil > now) return "quota";
  const unreadMs = facts.readThrough === null ? Number.POSITIVE_INFINITY : now.getTime() - facts.readThrough.getTime();
  if (facts.failures >= UNANSWERED_TIMES && unreadMs > UNANSWERED_MS) return "unanswered";
  const off = facts.webhooks === "broken" || facts.webhooks === "silent";
  return off && (facts.pollEveryMs ?? 0) > RARELY_MS ? "webhooks" : null;
}

/** What other channels hold back of shared items; `lastUnit` = even the last one. */
export type Safety = { units: number; lastUnit: boolean };
export const NO_SAFETY: Safety = { units: 0, lastUnit: false };

/** What stands on the connection. */
export type SightState = {
  unseenSince: Date | null;
  unseenKind: UnseenKind | null;
  /** When a lost access came back. */
  sightedAt: Date | null;
  inForce: Safety;
  /** Every number follows `inForce` already. */
  settled: boolean;
};

export type SightStep = {
  unseen: { since: Date; kind: UnseenKind } | null;
  inForce: Safety;
  /** It is as it stands: nothing is to be done. */
  done: boolean;
};

/**
 * Given back is only after the orders were read past the moment at which sight returned, plus the feed's own lag: what sold meanwhile is
 * counted before any number rises (law 4).
 */
export function nextSight(facts: SightFacts, state: SightState, policy: Safety, orderLagMs: number, now: Date): SightStep {
  const kind = lostSight(facts, now);
  const unseen =
    kind !== null
      ? { since: state.unseenSince ?? facts.blindSince ?? now, kind }
      : state.unseenSince !== null && !caughtUp(facts, state, orderLagMs)
        ? { since: state.unseenSince, kind: state.unseenKind ?? "access" }
        : null;
  const inForce = unseen === null ? NO_SAFETY : kind === null ? state.inForce : policy;
  const same = (unseen?.since.getTime() ?? null) === (state.unseenSince?.getTime() ?? null) && (unseen?.kind ?? null) === state.unseenKind;
  const done = same && state.settled && inForce.units === state.inForce.units && inForce.lastUnit === state.inForce.lastUnit;
  return { unseen, inForce, done };
}

function caughtUp(facts: SightFacts, state: SightState, orderLagMs: number): boolean {
  const from = Math.max(state.unseenSince?.getTime() ?? 0, state.sightedAt?.getTime() ?? 0) + orderLagMs;
  return facts.readThrough !== null && facts.readThrough.getTime() > from;
}
