/** What to do next about one shown number (design.md 5, law 4). Pure; the drain asks it for every row it picked. */
export type Work = {
  target: number | null;
  confirmed: number | null;
  confirmedAt: Date | null;
  doubtUntil: Date | null;
  doubtAt: Date | null;
  sendingTo: number | null;
  oddQuantity: number | null;
  oddAt: Date | null;
  /** Last reading that is still worth something: its time. Null when doubt arose after it. */
  lastReadAt: Date | null;
  /** Why raises wait (an edit under review, another app writes here, a hold). */
  raisesStopped: string | null;
  /** While an edit waits for review: the target as it was then; only what falls below it goes out. */
  frozenTarget: number | null;
};

export type NextStep =
  | { kind: "nothing" }
  | { kind: "read" }
  /** `from` is what the channel was last seen to show. */
  | { kind: "write"; from: number; to: number; rising: boolean; readAt: Date };

export function nextStep(work: Work): NextStep {
  if (work.target === null) return work.doubtUntil === null && work.sendingTo === null ? { kind: "nothing" } : { kind: "read" };
  if (work.confirmed === null || work.confirmedAt === null) return { kind: "read" };
  const shown = work.oddQuantity !== null && work.oddQuantity >= 0 ? work.oddQuantity : work.confirmed;
  const shownAt = work.oddQuantity !== null && work.oddAt !== null ? work.oddAt : work.confirmedAt;
  const doubted = work.doubtUntil !== null && (work.lastReadAt === null || work.doubtAt === null || work.lastReadAt < work.doubtAt);
  if (doubted || work.sendingTo !== null) return { kind: "read" };
  const wanted = wantedNow(work, shown);
  if (wanted < shown) return { kind: "write", from: shown, to: wanted, rising: false, readAt: shownAt };
  // A raise rests on a reading that is explained and settled.
  const settled = work.doubtUntil === null && work.oddQuantity === null;
  if (wanted > shown && settled && work.raisesStopped === null)
    return { kind: "write", from: shown, to: wanted, rising: true, readAt: shownAt };
  return settled ? { kind: "nothing" } : { kind: "read" };
}

function wantedNow(work: Work, shown: number): number {
  const target = work.target ?? shown;
  if (work.frozenTarget === null) return target;
  return target < work.frozenTarget ? Math.min(target, shown) : shown;
}
