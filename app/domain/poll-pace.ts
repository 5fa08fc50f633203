/**
 * How often a connection is asked for orders and looked at (facts -> pace, with the reason). Busy shops and low stock more often, quiet
 * ones and the night less; where deliveries are proven to come, asking is only the net below them. Never more than the budget has left.
 */
export type PaceFacts = {
  /** Bounds of the time between two questions for orders, and the time in which every number should be looked at (milliseconds). */
  leastMs: number;
  mostMs: number;
  lookMs: number;
  /** The channel pushes orders, and its newest order came with a delivery. */
  pushProven: boolean;
  ordersLastDay: number;
  /** Since the newest order became known; null = none ever. */
  lastOrderAgoMs: number | null;
  /** Numbers in play, and those of them that show one or two. */
  numbers: number;
  lowNumbers: number;
  /** Hour of the day at the seller's, 0 to 23. */
  localHour: number;
  /** Calls of one question for orders, and of one look at every number. */
  callsPerPoll: number;
  callsPerRound: number;
  /** What this connection may still call until `dayLeftMs` have passed; null = no daily quota. */
  pollCallsLeft: number | null;
  lookCallsLeft: number | null;
  dayLeftMs: number;
  /** Whether both kinds of calls are taken from the same quota. */
  oneQuota: boolean;
  /** Calls that the platform takes in a second. */
  callsPerSecond: number;
};

export type PaceReason = "busy" | "low-stock" | "steady" | "quiet" | "night" | "pushed";
export type Pace = {
  pollMs: number;
  reason: PaceReason;
  /** Every number is looked at within this time; those that show one or two within half of it. */
  lookMs: number;
  /** The budget makes it slower than it would be. */
  pollLimited: boolean;
  lookLimited: boolean;
};

/** Parts of the day's rest that polls and looks may plan with; what remains is for writes and for what nobody planned. */
export const POLL_PART = 0.4;
export const LOOK_PART = 0.3;
/** Part of the platform's rate that looks may take. */
const LOOK_RATE_PART = 0.25;
const HALF_HOUR_MS = 1_800_000;
const DAY_MS = 86_400_000;
const BUSY_ORDERS = 24;
const NIGHT_ENDS = 6;

/** 0 = as often as allowed, 1 = as rarely. */
const SLOWNESS: Record<PaceReason, number> = { busy: 0, "low-stock": 0.15, steady: 0.3, quiet: 0.6, night: 0.8, pushed: 0.75 };

export function paceOf(facts: PaceFacts): Pace {
  const reason = reasonOf(facts);
  const most = Math.max(facts.leastMs, facts.mostMs);
  const wish = facts.leastMs * (most / facts.leastMs) ** slownessOf(reason, facts);
  const pollsByDay = leastInterval(facts.callsPerPoll, facts.pollCallsLeft, POLL_PART, facts.dayLeftMs);
  // With nothing left the next question waits for the new day.
  const pollMs = Math.max(wish, Math.min(pollsByDay, facts.dayLeftMs));
  // Low numbers are looked at twice in a round.
  const lowShare = facts.numbers === 0 ? 0 : facts.lowNumbers / facts.numbers;
  const round = Math.max(1, facts.callsPerRound) * (1 + lowShare);
  const byDay = leastInterval(round, facts.lookCallsLeft, facts.oneQuota ? LOOK_PART : POLL_PART + LOOK_PART, facts.dayLeftMs);
  const byRate = (round / (facts.callsPerSecond * LOOK_RATE_PART)) * 1_000;
  const lookMs = Math.max(facts.lookMs, Math.min(byDay, facts.dayLeftMs), byRate);
  return { pollMs, reason, lookMs, pollLimited: pollsByDay > wish, lookLimited: Math.max(byDay, byRate) > facts.lookMs };
}

function reasonOf(facts: PaceFacts): PaceReason {
  const ago = facts.lastOrderAgoMs;
  const busy = (ago !== null && ago < HALF_HOUR_MS) || facts.ordersLastDay >= BUSY_ORDERS;
  if (facts.pushProven) return "pushed";
  if (busy) return "busy";
  if (facts.localHour < NIGHT_ENDS) return "night";
  if (facts.lowNumbers > 0) return "low-stock";
  return ago === null || ago > DAY_MS ? "quiet" : "steady";
}

/** Under proven deliveries a quiet hour is the rarest of all, and low stock keeps the net a little closer. */
function slownessOf(reason: PaceReason, facts: PaceFacts): number {
  if (reason !== "pushed") return SLOWNESS[reason];
  const calm = facts.localHour < NIGHT_ENDS || facts.lowNumbers === 0;
  return calm ? 1 : SLOWNESS.pushed;
}

/** So that `calls` every interval take no more than their part of what is left of the day; infinite where it is not enough for once. */
function leastInterval(calls: number, left: number | null, part: number, dayLeftMs: number): number {
  if (left === null) return 0;
  const allowed = Math.max(0, left) * part;
  return allowed < calls ? Number.POSITIVE_INFINITY : (calls * dayLeftMs) / allowed;
}

/** Its weight among the connections of one app: a shop with a hundred times the numbers needs more, not a hundred times as much. */
export function shareWeight(facts: { numbers: number; ordersLastDay: number }): number {
  const need = 1 + facts.numbers / 100 + facts.ordersLastDay / 20;
  return Math.round(Math.min(8, Math.sqrt(need)) * 10) / 10;
}
