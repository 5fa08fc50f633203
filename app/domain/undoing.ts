/** Whether one line of the ledger can be taken back by itself, and by how much; else why not. */
import { type Change, standing, type Taking } from "./taking-back.ts";

export type WhyNot = "by-order" | "restore" | "undone" | "explained" | "newer" | "not-by-hand";

export type Behind = {
  /** Kind of the line itself. */
  kind: string;
  ofOrder: boolean;
  /** The change it made, or the one it took something of; null where it took of several. */
  root: Change | null;
  /** Everything ever taken of that change, oldest first. */
  takings: (Taking & { movementId: string })[];
  movementId: string;
};

const BY_HAND = new Set(["adjustment", "outside-edit", "count", "import", "delivery"]);

export function howToUndo(line: Behind): { rootId: string; units: number } | { whyNot: WhyNot } {
  const { root, takings } = line;
  if (line.ofOrder) return { whyNot: "by-order" };
  if (line.kind === "restore" || root === null) return { whyNot: "restore" };
  if (line.kind === "undo") {
    const place = takings.findIndex((t) => t.movementId === line.movementId);
    const own = takings[place];
    if (own === undefined || own.byOrder) return { whyNot: "explained" };
    const after = takings.slice(place + 1);
    if (after.length === 0) return { rootId: root.id, units: -own.units };
    return { whyNot: standing(root, takings) === standing(root, takings.slice(0, place)) ? "undone" : "newer" };
  }
  if (!BY_HAND.has(line.kind)) return { whyNot: "not-by-hand" };
  const left = standing(root, takings);
  if (left === 0 && root.units !== 0) return { whyNot: takings.some((t) => !t.byOrder) ? "undone" : "explained" };
  return { rootId: root.id, units: -left };
}
