/** How much of an unexplained change of a shown number an order explains that became known only afterwards (settled.md 16). Pure. */

/** `pieces`: by how much the channel moved its own number for the order (negative: it fell); `moment` in the channel's time. */
export type OrderShift = { moment: Date; pieces: number };
/** `open`: what is still unexplained (negative: it fell); `seenAt`: when the reading that showed it was sent. */
export type OpenEdit = { seenAt: Date; open: number };

/** Platforms cut the times of orders to the second, and their clocks are not ours. */
const CUT_MS = 1_000;

/** Signed pieces, never more than either side has; 0 when the order is younger than the reading or moved the number the other way. */
export function explainedUnits(shift: OrderShift, edit: OpenEdit): number {
  if (shift.moment.getTime() > edit.seenAt.getTime() + CUT_MS) return 0;
  if (Math.sign(shift.pieces) !== Math.sign(edit.open)) return 0;
  return shift.pieces < 0 ? Math.max(shift.pieces, edit.open) : Math.min(shift.pieces, edit.open);
}
