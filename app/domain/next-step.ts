/** What to do next about one shown number (design.md 5, law 4). Pure; the drain asks it for every row it picked. */
export type Work = {
  target: number | null;
  confirmed: number | null;
  confirmedAt: Date | null;
  doubtUntil: Date | null;
  doubtAt: Date | null;
  sendingTo: number | null;
  /** Units of an unexplained change that a later write of ours covered. */
  coveredGap: number;
  oddQuantity: number | null;
  oddAt: Date | null;
  /** Last reading that is still worth something: its time. Null when doubt arose after it. */
  lastReadAt: Date | null;
  /** Why raises wait (an edit under review, another app writes here, a hold). */
  raisesStopped: string | null;
  /** Units of cancelled or refunded orders that may still come back as a rise. */
  returnable: number;
  /** While an edit waits for review: the target as it was then; only what falls below it goes out. */
  frozenTarget: number | null;
};

/** `oddQuantity` of a number that was read to be gone. */
const GONE = -1;

export type NextStep =
  | { kind: "nothing" }
  | { kind: "read" }
  /** `from` is what the channel was last seen to show. */
  | { kind: "write"; from: number; to: number; rising: boolean; readAt: Date };

export function nextStep(work: Work): NextStep {
  if (work.target === null) return work.doubtUntil === null && work.sendingTo === null ? { kind: "nothing" } : { kind: "read" };
  if (work.confirmed === null || work.confirmedAt === null) return { kind: "read" };
  const doubted = work.doubtUntil !== null && (work.lastReadAt === null || work.doubtAt === null || work.lastReadAt < work.doubtAt);
  if (doubted || work.sendingTo !== null) return { kind: "read" };
  const odd = work.oddQuantity;
  const shown = odd !== null && odd >= 0 ? odd : work.confirmed;
  // The newest reading that showed it, not the first: a doubt that arose between the two was answered by the second.
  const shownAt = odd === null ? work.confirmedAt : newest(work.confirmedAt, work.oddAt, work.lastReadAt);
  const wanted = wantedNow(work, work.confirmed);
  // Lowering is safe at any time, but an unexplained number is only touched when the target itself has fallen: what a hand changed
  // stays until it is judged, and a rise that may be a return must be seen as one first.
  const rise = odd === null ? 0 : odd - work.confirmed + work.coveredGap;
  const mayBeReturn = rise > 0 && rise <= work.returnable;
  const falls = wanted < work.confirmed && wanted < shown && odd !== GONE && !mayBeReturn;
  if (falls) return { kind: "write", from: shown, to: wanted, rising: false, readAt: shownAt };
  // A raise rests on a reading that is explained and settled.
  const settled = work.doubtUntil === null && odd === null;
  if (!settled) return { kind: "read" };
  if (wanted > work.confirmed && work.raisesStopped === null)
    return { kind: "write", from: work.confirmed, to: wanted, rising: true, readAt: work.confirmedAt };
  return { kind: "nothing" };
}

function newest(first: Date, ...others: (Date | null)[]): Date {
  return others.reduce<Date>((max, at) => (at !== null && at > max ? at : max), first);
}

/** While an edit waits for review only what falls below the target of that time goes out, and never up. */
function wantedNow(work: Work, confirmed: number): number {
  const target = work.target ?? confirmed;
  if (work.frozenTarget === null) return target;
  return target < work.frozenTarget ? Math.min(target, confirmed) : confirmed;
}
