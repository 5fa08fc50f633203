/**
 * A difference that was not answered may still be carried out on top of what is written now. Until that is out of the question, or a
 * reading has shown it, only zero goes: what it is lowered by then stays below zero, which counts as zero.
 */
export function unsettledUntil(
  row: { confirmed: number | null; lateTo: number | null; lateUntil: Date | null },
  to: number,
  now: Date,
): Date | null {
  if (to === 0 || row.lateTo === null || row.lateTo === row.confirmed) return null;
  return row.lateUntil !== null && row.lateUntil > now ? row.lateUntil : null;
}
