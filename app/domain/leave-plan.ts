/** What becomes of a channel's numbers when the seller leaves it (docs/decisions/leaving-a-channel.md). Pure. */
export const LEAVE_PLANS = ["keep", "freeze", "zero"] as const;
/** keep: nothing is written any more. freeze: each number what the formula says at the yes, once. zero: nothing there stays for sale. */
export type LeavePlan = (typeof LEAVE_PLANS)[number];

export function isLeavePlan(text: unknown): text is LeavePlan {
  return (LEAVE_PLANS as readonly unknown[]).includes(text);
}

/** Why only "keep" can be done; null where the other plans can. */
export type OnlyKeep = "dead-token" | "not-live" | "paused" | "stopped";

export type LeaveFacts = {
  lifecycle: string;
  blindSince: Date | null;
  pausedAt: Date | null;
  stoppedAt: Date | null;
  restrictedAt: Date | null;
};

/** A plan writes, so it needs everything that a write needs. */
export function onlyKeep(facts: LeaveFacts): OnlyKeep | null {
  if (facts.blindSince !== null) return "dead-token";
  if (facts.lifecycle !== "live") return "not-live";
  if (facts.stoppedAt !== null || facts.restrictedAt !== null) return "stopped";
  return facts.pausedAt === null ? null : "paused";
}

const LEAST_MS = 10 * 60_000;
const MOST_MS = 24 * 3_600_000;
/** Slower than any of the platforms is with us (contracts/: eBay writes one number a call, Etsy one listing in two or three). */
const MS_A_NUMBER = 2_000;

/** How long a plan may write; afterwards what it did not reach is named. */
export function leaveTimeMs(numbers: number): number {
  return Math.min(MOST_MS, LEAST_MS + numbers * MS_A_NUMBER);
}

/** The number a listing is left with, from what the formula says as long as the channel is live; null = it is left alone. */
export function leftWith(plan: LeavePlan, target: number | null): number | null {
  switch (plan) {
    case "keep":
      return null;
    case "freeze":
      return target;
    case "zero":
      return target === null ? null : 0;
    default: {
      const never: never = plan;
      return never;
    }
  }
}
