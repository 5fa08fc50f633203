/**
 * What still stands of a change, and what it takes to put it back. A change is never edited: later movements take of it or give to
 * it, and each says how much. What stands is the sum, so nothing is taken back twice and taking back is itself taken back alike.
 */
export type Change = {
  id: string;
  itemId: string;
  kind: string;
  /** Units on hand it added, or took with a minus. */
  units: number;
  at: Date;
};

/** Part of a later movement that concerns one change. `byOrder`: an order that came late explains it. */
export type Taking = { rootId: string; units: number; byOrder: boolean; at: Date };

/** What is put back by default, what only when ticked, and what never: an order is changed on its channel. */
export const RESTORE_GROUPS = ["adjustments", "outside-edits", "imports", "rules", "counts", "deliveries", "other"] as const;
export type RestoreGroup = (typeof RESTORE_GROUPS)[number];
export const TICKED: readonly RestoreGroup[] = ["adjustments", "outside-edits", "imports", "rules"];

export function groupOf(kind: string): RestoreGroup {
  switch (kind) {
    case "adjustment":
      return "adjustments";
    case "outside-edit":
      return "outside-edits";
    case "import":
      return "imports";
    case "count":
    case "opening":
      return "counts";
    case "delivery":
      return "deliveries";
    default:
      return "other";
  }
}

export function standing(change: Change, takings: readonly Taking[]): number {
  return takings.reduce((sum, taking) => sum + taking.units, change.units);
}

/**
 * What stood of it at the moment. What a late order explained of an older change counts as if it had been known then: the order
 * stays, and the same units must not be missing twice.
 */
export function stoodAt(change: Change, takings: readonly Taking[], moment: Date): number {
  if (change.at > moment) return 0;
  return standing(
    change,
    takings.filter((t) => t.byOrder || t.at <= moment),
  );
}

export type PutBack = { itemId: string; units: number; parts: { rootId: string; units: number }[] };

/** One counter-change per item that makes everything stand as it did at the moment; items that need none are left out. */
export function putBack(changes: readonly Change[], takings: readonly Taking[], moment: Date): PutBack[] {
  const byRoot = Map.groupBy(takings, (t) => t.rootId);
  const items = new Map<string, PutBack>();
  for (const change of changes) {
    const own = byRoot.get(change.id) ?? [];
    const units = stoodAt(change, own, moment) - standing(change, own);
    if (units === 0) continue;
    const item = items.get(change.itemId) ?? { itemId: change.itemId, units: 0, parts: [] };
    item.units += units;
    item.parts.push({ rootId: change.id, units });
    items.set(change.itemId, item);
  }
  return [...items.values()].sort((a, b) => (a.itemId < b.itemId ? -1 : 1));
}
