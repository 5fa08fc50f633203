/** Our own write comes back as a webhook: the same value as confirmed, and nothing doubtful since, changes nothing (design.md 3, step 7). */
import type { QuantityRow } from "#app/data/quantities.server.ts";

export type StockHint = { locationId: string | null; quantity: number | null };

export function isEcho(row: QuantityRow, hint: StockHint): boolean {
  if (hint.quantity === null || row.target === null) return false;
  const claimed = Math.max(0, hint.quantity);
  const here = hint.locationId === null ? undefined : row.parts.find((p) => p.locationId === hint.locationId);
  if (hint.locationId !== null && here === undefined) return false;
  const known = here === undefined ? row.confirmed : Math.max(0, here.quantity);
  if (known === null) return false;
  return claimed === known || (row.sendingTo !== null && sumWith(row, claimed - known) === row.sendingTo);
}

/** A write on its way is answered by its own reply; its echo may overtake it. One place's change is compared by what it makes of the sum. */
function sumWith(row: QuantityRow, change: number): number | null {
  return row.confirmed === null ? null : row.confirmed + change;
}
