/** Our own write comes back as a webhook: the same value as confirmed, and nothing doubtful since, changes nothing (design.md 3, step 7). */
import type { QuantityRow } from "#app/data/quantities.server.ts";

export type StockHint = { locationId: string | null; quantity: number | null };

export function isEcho(row: QuantityRow, hint: StockHint): boolean {
  if (hint.quantity === null || row.target === null) return false;
  const here = hint.locationId === null ? null : row.parts.find((p) => p.locationId === hint.locationId);
  const known = hint.locationId === null ? row.confirmed : (here?.quantity ?? null);
  // A write on its way is answered by its own reply; its echo may overtake it.
  const underway =
    row.sendingTo !== null && (hint.locationId === null || row.parts.length <= 1) && Math.max(0, hint.quantity) === row.sendingTo;
  return underway || (known !== null && Math.max(0, hint.quantity) === Math.max(0, known));
}
