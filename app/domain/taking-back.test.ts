import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Change, groupOf, putBack, standing, stoodAt, type Taking, TICKED } from "./taking-back.ts";
import { howToUndo } from "./undoing.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 12, minute));

/** A ledger as it grows: changes, restores to random moments, undos of what stands, and orders beside them. */
type Ledger = { changes: Change[]; takings: Taking[]; orders: { itemId: string; units: number }[] };
type Act =
  | { do: "change"; item: number; units: number; kind: string }
  | { do: "order"; item: number; units: number }
  | { do: "undo"; nth: number }
  | { do: "late-order"; nth: number }
  | { do: "restore"; to: number };

const KINDS = ["adjustment", "outside-edit", "import", "count"];
const acts = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant("change" as const),
      item: fc.nat(2),
      units: fc.integer({ min: -9, max: 9 }),
      kind: fc.constantFrom(...KINDS),
    }),
    fc.record({ do: fc.constant("order" as const), item: fc.nat(2), units: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ do: fc.constant("undo" as const), nth: fc.nat(9) }),
    fc.record({ do: fc.constant("late-order" as const), nth: fc.nat(9) }),
    fc.record({ do: fc.constant("restore" as const), to: fc.nat(30) }),
  ),
  { maxLength: 30 },
);

const item = (n: number) => `item-${n}`;
const takingsOf = (ledger: Ledger, id: string) => ledger.takings.filter((t) => t.rootId === id);
const ticked = (ledger: Ledger) => ledger.changes.filter((c) => TICKED.includes(groupOf(c.kind)));

function apply(ledger: Ledger, parts: { rootId: string; units: number }[], when: Date): void {
  for (const part of parts) ledger.takings.push({ ...part, byOrder: false, at: when });
}

function play(list: Act[]): Ledger {
  const ledger: Ledger = { changes: [], takings: [], orders: [] };
  for (const [n, act] of list.entries()) {
    const now = at(n + 1);
    const change = "nth" in act ? ledger.changes[act.nth % Math.max(1, ledger.changes.length)] : undefined;
    const left = change ? standing(change, takingsOf(ledger, change.id)) : 0;
    switch (act.do) {
      case "change":
        ledger.changes.push({ id: `c${n}`, itemId: item(act.item), kind: act.kind, units: act.units, at: now });
        break;
      case "order":
        ledger.orders.push({ itemId: item(act.item), units: -act.units });
        break;
      case "undo":
        if (change) apply(ledger, [{ rootId: change.id, units: -left }], now);
        break;
      case "late-order":
        if (change?.kind === "outside-edit") ledger.takings.push({ rootId: change.id, units: -left, byOrder: true, at: now });
        break;
      case "restore":
        for (const back of putBack(ticked(ledger), ledger.takings, at(act.to))) apply(ledger, back.parts, now);
        break;
      default: {
        const never: never = act;
        return never;
      }
    }
  }
  return ledger;
}

const onHand = (ledger: Ledger, itemId: string) =>
  ledger.orders.filter((o) => o.itemId === itemId).reduce((sum, o) => sum + o.units, 0) +
  ledger.changes.filter((c) => c.itemId === itemId).reduce((sum, c) => sum + standing(c, takingsOf(ledger, c.id)), 0);
const levels = (ledger: Ledger) => [0, 1, 2].map((n) => onHand(ledger, item(n)));

describe("putting back", () => {
  it("makes every ticked change stand as it did then, leaves the others, and says so once", () => {
    fc.assert(
      fc.property(acts, fc.nat(31), (list, minute) => {
        const ledger = play(list);
        const before = structuredClone(ledger);
        const moment = at(minute);
        for (const back of putBack(ticked(ledger), ledger.takings, moment)) {
          expect(back.units).toBe(back.parts.reduce((sum, part) => sum + part.units, 0));
          apply(ledger, back.parts, at(50));
        }
        for (const change of ledger.changes) {
          const own = takingsOf(ledger, change.id);
          const then = takingsOf(before, change.id);
          expect(standing(change, own)).toBe(
            TICKED.includes(groupOf(change.kind)) ? stoodAt(change, then, moment) : standing(change, then),
          );
        }
        // A second time there is nothing left to put back.
        expect(putBack(ticked(ledger), ledger.takings, moment)).toEqual([]);
      }),
    );
  });

  it("is taken back alike: to a moment and back again, nothing has changed", () => {
    fc.assert(
      fc.property(acts, fc.nat(31), (list, minute) => {
        const ledger = play(list);
        const before = levels(ledger);
        const roots = new Set<string>();
        for (const back of putBack(ticked(ledger), ledger.takings, at(minute))) {
          apply(ledger, back.parts, at(50));
          for (const part of back.parts) roots.add(part.rootId);
        }
        const touched = ledger.changes.filter((c) => roots.has(c.id));
        for (const back of putBack(touched, ledger.takings, at(49))) apply(ledger, back.parts, at(51));
        expect(levels(ledger)).toEqual(before);
      }),
    );
  });

  it("never gives a sold unit back: what orders took is missing after any restore", () => {
    fc.assert(
      fc.property(acts, (list) => {
        const ledger = play(list);
        for (const back of putBack(ledger.changes, ledger.takings, at(0))) apply(ledger, back.parts, at(50));
        const explained = (id: string) =>
          ledger.changes.filter((c) => c.itemId === id).reduce((sum, c) => sum + standing(c, takingsOf(ledger, c.id)), 0);
        for (const n of [0, 1, 2]) {
          const orders = ledger.orders.filter((o) => o.itemId === item(n)).reduce((sum, o) => sum + o.units, 0);
          expect(explained(item(n))).toBe(0);
          expect(onHand(ledger, item(n))).toBe(orders);
        }
      }),
    );
  });

  it("does not count an order twice that explained an older edit later", () => {
    const edit = { id: "e", itemId: "i", kind: "outside-edit", units: -2, at: at(1) };
    const explained = [{ rootId: "e", units: 2, byOrder: true, at: at(9) }];
    expect(putBack([edit], explained, at(5))).toEqual([]);
    expect(putBack([edit], [{ ...explained[0]!, byOrder: false }], at(5))).toEqual([
      { itemId: "i", units: -2, parts: [{ rootId: "e", units: -2 }] },
    ]);
  });
});

describe("one line undone by itself", () => {
  const root = { id: "c", itemId: "i", kind: "adjustment", units: 5, at: at(1) };
  const taken = (movementId: string, units: number, byOrder = false) => ({ rootId: "c", movementId, units, byOrder, at: at(2) });
  const line = { kind: "adjustment", ofOrder: false, root, takings: [] as ReturnType<typeof taken>[], movementId: "c" };
  it.each([
    ["stands: all of it", line, { rootId: "c", units: -5 }],
    ["partly explained: the rest", { ...line, takings: [taken("x", -2, true)] }, { rootId: "c", units: -3 }],
    ["undone", { ...line, takings: [taken("u", -5)] }, { whyNot: "undone" }],
    ["explained by an order", { ...line, takings: [taken("x", -5, true)] }, { whyNot: "explained" }],
    ["brought back: again", { ...line, takings: [taken("u", -5), taken("v", 5)] }, { rootId: "c", units: -5 }],
    ["an undo", { ...line, kind: "undo", movementId: "u", takings: [taken("u", -5)] }, { rootId: "c", units: 5 }],
    ["an undo that was undone", { ...line, kind: "undo", movementId: "u", takings: [taken("u", -5), taken("v", 5)] }, { whyNot: "undone" }],
    [
      "an undo with something newer",
      { ...line, kind: "undo", movementId: "u", takings: [taken("u", -5), taken("v", 5), taken("w", -5)] },
      { whyNot: "newer" },
    ],
    ["a sale", { ...line, kind: "sale", ofOrder: true }, { whyNot: "by-order" }],
    ["part of a restore", { ...line, kind: "restore", root: null }, { whyNot: "restore" }],
    ["an opening count", { ...line, kind: "opening" }, { whyNot: "not-by-hand" }],
  ])("%s", (_, behind, way) => {
    expect(howToUndo(behind)).toEqual(way);
  });
});
