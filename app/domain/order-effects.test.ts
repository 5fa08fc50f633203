import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  baselineState,
  desiredEffect,
  difference,
  type Effect,
  firstShift,
  isNewer,
  isOlderThan,
  type LineState,
  MOVEMENT_KINDS,
  movementKind,
  shownShift,
} from "./order-effects.ts";

const T0 = Date.UTC(2026, 10, 23, 12);
const at = (ms: number) => new Date(T0 + ms);
const BASELINE = at(0);

type Pieces = { held: number; consumed: number };
type Snapshot = Pieces & { placedAt: Date; updatedAt: Date; observedAt: Date; digest: string };
type Book = { known: Snapshot | null; baseline: Pick<LineState, "baselineHeld" | "baselineConsumed">; lines: Effect[] };

const snapshot = (held: number, consumed: number, second: number, placedAt = at(60_000)): Snapshot => ({
  held,
  consumed,
  placedAt,
  updatedAt: at(60_000 + second * 1_000),
  observedAt: at(60_000 + second * 1_000 + 400),
  digest: `${held}/${consumed}`,
});

const sum = (effects: readonly Effect[]): Effect =>
  effects.reduce((all, e) => ({ onHand: all.onHand + e.onHand, reserved: all.reserved + e.reserved }), { onHand: 0, reserved: 0 });
const available = (effect: Effect) => effect.onHand - effect.reserved;

/** The ledger of one order line and one item, kept as law 2 says: state in, difference appended. */
function book(snapshots: readonly Snapshot[], units = 1): Book {
  const empty: Book = { known: null, baseline: { baselineHeld: 0, baselineConsumed: 0 }, lines: [] };
  return snapshots.reduce<Book>((before, s) => {
    if (before.known !== null && !isNewer(s, before.known)) return before;
    const baseline = before.known === null ? baselineState(s, s.placedAt, BASELINE) : before.baseline;
    const change = difference(desiredEffect({ ...s, ...baseline, returned: 0 }, units), sum(before.lines));
    return { known: s, baseline, lines: movementKind(change) === null ? before.lines : [...before.lines, change] };
  }, empty);
}
const words = (b: Book) => b.lines.map((l) => movementKind(l));

describe("an order's lines in the ledger", () => {
  const open = snapshot(2, 0, 1);
  const cancelled = snapshot(0, 0, 2);
  const shipped = snapshot(0, 2, 3);

  it("a sale reserves, shipping takes it off the shelf, and nothing more can be sold by either", () => {
    const sold = book([open]);
    expect([words(sold), sum(sold.lines)]).toEqual([["sale"], { onHand: 0, reserved: 2 }]);
    const gone = book([open, shipped]);
    expect([words(gone), sum(gone.lines)]).toEqual([["sale", "shipment"], { onHand: -2, reserved: 0 }]);
    expect(sum(book([shipped]).lines)).toEqual({ onHand: -2, reserved: 0 });
  });

  it("a cancel gives back, and selling the same line again counts again", () => {
    const again = book([open, cancelled, snapshot(2, 0, 3)]);
    expect([words(again), sum(again.lines)]).toEqual([["sale", "give-back", "sale"], { onHand: 0, reserved: 2 }]);
  });

  it("a refund with restock after shipping is a return, counted in items of a pack", () => {
    const back = book([open, shipped, snapshot(0, 1, 4)], 6);
    expect([words(back), sum(back.lines)]).toEqual([["sale", "shipment", "return"], { onHand: -6, reserved: 0 }]);
  });

  it("an edit that swaps shipped and open pieces is told as a change of the order", () => {
    expect(words(book([snapshot(0, 3, 1), snapshot(2, 0, 2)]))).toEqual(["sale", "order-change"]);
  });

  it("pieces booked as returned because the number rose come back on hand", () => {
    const line: LineState = { held: 0, consumed: 3, returned: 2, baselineHeld: 0, baselineConsumed: 0 };
    expect(desiredEffect(line, 2)).toEqual({ onHand: -2, reserved: 0 });
  });

  describe("older than the baseline", () => {
    const old = at(-60_000);
    it("is contained in the opening count: reserved, but not taken from what can be sold", () => {
      const opening = book([snapshot(2, 1, 1, old)]);
      expect([words(opening), sum(opening.lines)]).toEqual([["opening"], { onHand: 2, reserved: 2 }]);
      expect(book([snapshot(0, 3, 1, old)]).lines).toEqual([]);
    });

    it("counts later: its cancel gives back, its shipping changes nothing that can be sold", () => {
      const opened = snapshot(2, 0, 1, old);
      expect(available(sum(book([opened, snapshot(0, 0, 2, old)]).lines))).toBe(2);
      const sent = book([opened, snapshot(0, 2, 2, old)]);
      expect([words(sent), sum(sent.lines)]).toEqual([["opening", "shipment"], { onHand: 0, reserved: 0 }]);
    });

    it("means surely older: a time cut to the second may lie on either side", () => {
      expect(isOlderThan(at(-1_000), BASELINE)).toBe(true);
      expect(isOlderThan(at(-999), BASELINE)).toBe(false);
      expect(baselineState({ held: 2, consumed: 1 }, at(-999), BASELINE)).toEqual({ baselineHeld: 0, baselineConsumed: 0 });
      expect(baselineState({ held: 2, consumed: 1 }, at(5_000), null)).toEqual({ baselineHeld: 2, baselineConsumed: 1 });
    });
  });
});

/**
 * What really happened to an order, seen at rising moments; the channel cuts its own time to the second. Within one such second the
 * content does not come back to what it was: see "flips within a second" below.
 */
const history = fc
  .tuple(
    fc.boolean(),
    fc.array(fc.record({ held: fc.nat(3), consumed: fc.nat(3), pauseMs: fc.integer({ min: 1, max: 2_500 }) }), {
      minLength: 1,
      maxLength: 8,
    }),
  )
  .map(([older, states]) => {
    let now = 60_000;
    const seen: Snapshot[] = [];
    for (const { pauseMs, ...pieces } of states) {
      now += pauseMs;
      const updatedAt = at(Math.floor(now / 1_000) * 1_000);
      const digest = `${pieces.held}/${pieces.consumed}`;
      const back = seen.some((s) => s.updatedAt.getTime() === updatedAt.getTime() && s.digest === digest);
      if (!back) seen.push({ ...pieces, placedAt: at(older ? -60_000 : 60_000), updatedAt, observedAt: at(now + 5), digest });
    }
    return seen;
  });

/** Deliveries of a history: any order, any repeats, and every snapshot at least once. */
const delivered = history.chain((snapshots) =>
  fc.record({
    snapshots: fc.constant(snapshots),
    order: fc
      .tuple(
        fc.shuffledSubarray([...snapshots.keys()], { minLength: snapshots.length }),
        fc.array(fc.record({ index: fc.nat(snapshots.length - 1), place: fc.nat(20) }), { maxLength: 8 }),
      )
      .map(([all, repeats]) => repeats.reduce((order, r) => order.toSpliced(r.place % (order.length + 1), 0, r.index), all)),
    units: fc.integer({ min: 1, max: 6 }),
  }),
);

describe("any history of an order", () => {
  it("leaves what the newest snapshot alone would, in whatever order and however often its snapshots come", () => {
    fc.assert(
      fc.property(delivered, ({ snapshots, order, units }) => {
        const newest = snapshots.at(-1)!;
        const after = book(
          order.map((i) => snapshots[i]!),
          units,
        );
        const opened = after.baseline.baselineHeld + after.baseline.baselineConsumed;
        expect(after.known).toBe(newest);
        expect(sum(after.lines).reserved).toBe(newest.held * units);
        // Of an older order the snapshot seen first is the opening; from there on only the newest counts.
        expect(available(sum(after.lines))).toBe((opened - newest.held - newest.consumed) * units);
        if (newest.placedAt > BASELINE) expect(sum(after.lines)).toEqual(sum(book([newest], units).lines));
      }),
      { numRuns: 500 },
    );
  });

  it("adds nothing when a snapshot is applied twice, or again after newer ones", () => {
    fc.assert(
      fc.property(delivered, fc.nat(), ({ snapshots, order, units }, which) => {
        const deliveries = order.map((i) => snapshots[i]!);
        const again = deliveries[which % deliveries.length]!;
        expect(book([...deliveries, again], units).lines).toEqual(book(deliveries, units).lines);
        expect(book([again, again], units).lines).toEqual(book([again], units).lines);
      }),
    );
  });

  it("is told line by line: what can be sold falls by a sale, rises by give-back and return, and stays at opening and shipment", () => {
    fc.assert(
      fc.property(delivered, ({ snapshots, order, units }) => {
        for (const line of book(
          order.map((i) => snapshots[i]!),
          units,
        ).lines) {
          const kind = movementKind(line);
          if (kind === "sale") expect(available(line)).toBeLessThan(0);
          else if (kind === "give-back" || kind === "return") expect(available(line)).toBeGreaterThan(0);
          else if (kind === "opening" || kind === "shipment") expect(available(line)).toBe(0);
          else expect(kind).toBe("order-change");
        }
      }),
    );
  });
});

describe("flips within a second", () => {
  it("an answer that lags may stand for a moment between two equal ones; the next look puts it right", () => {
    const time = { placedAt: at(60_000), updatedAt: at(61_000) };
    const open = { ...time, held: 2, consumed: 0, digest: "open" };
    const empty = { ...time, held: 0, consumed: 0, digest: "empty" };
    const seen = [
      { ...open, observedAt: at(61_100) },
      { ...open, observedAt: at(61_300) },
      { ...empty, observedAt: at(61_200) },
      { ...open, observedAt: at(62_000) },
    ];
    expect(sum(book(seen).lines)).toEqual({ onHand: 0, reserved: 2 });
  });
});

describe("the word for a difference", () => {
  it("exists for every difference but none, and is the same for packs as for pieces", () => {
    const whole = fc.integer({ min: -50, max: 50 });
    fc.assert(
      fc.property(whole, whole, fc.integer({ min: 1, max: 9 }), (onHand, reserved, units) => {
        const kind = movementKind({ onHand, reserved });
        expect(kind === null).toBe(onHand === 0 && reserved === 0);
        if (kind !== null) expect(MOVEMENT_KINDS).toContain(kind);
        expect(movementKind({ onHand: onHand * units, reserved: reserved * units })).toBe(kind);
      }),
    );
  });

  it.each<[number, number, string | null]>([
    [0, 0, null],
    [2, 2, "opening"],
    [0, 2, "sale"],
    [-2, 0, "sale"],
    [-2, -2, "shipment"],
    [0, -2, "give-back"],
    [2, 0, "return"],
    [-1, -2, "order-change"],
    [-1, 2, "order-change"],
    [1, -2, "order-change"],
  ])("of %i on hand and %i reserved is %s", (onHand, reserved, word) => {
    expect(movementKind({ onHand, reserved })).toBe(word);
  });
});

describe("which of two snapshots is newer", () => {
  const stamp = fc.record({ updatedAt: fc.nat(3).map(at), observedAt: fc.nat(3).map(at), digest: fc.constantFrom("a", "b") });

  it("never both, and never the same one", () => {
    fc.assert(
      fc.property(stamp, stamp, (a, b) => {
        expect(isNewer(a, b) && isNewer(b, a)).toBe(false);
        expect(isNewer(a, a)).toBe(false);
        expect(isNewer({ ...a, observedAt: b.observedAt }, a)).toBe(false);
      }),
    );
  });

  it("the channel's clock decides before ours", () => {
    fc.assert(
      fc.property(stamp, stamp, (a, b) => {
        if (a.updatedAt.getTime() !== b.updatedAt.getTime()) expect(isNewer(a, b)).toBe(a.updatedAt > b.updatedAt);
        else expect(isNewer(a, b)).toBe(a.digest !== b.digest && a.observedAt > b.observedAt);
      }),
    );
  });
});

describe("how far an order may have moved its channel's number", () => {
  const range = fc.tuple(fc.nat(6), fc.nat(6)).map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }));
  const inside = (r: { min: number; max: number }, part: number) => r.min + (part % (r.max - r.min + 1));

  it("contains no change at all, and the true change wherever in the two ranges the truth lies", () => {
    fc.assert(
      fc.property(range, range, fc.nat(), fc.nat(), (before, now, i, j) => {
        const shift = shownShift(before, now);
        if (shift === null) {
          expect(now).toEqual(before);
          return;
        }
        const change = inside(before, i) - inside(now, j);
        expect(shift.min).toBeLessThanOrEqual(Math.min(0, change));
        expect(shift.max).toBeGreaterThanOrEqual(Math.max(0, change));
        expect(Object.is(shift.min, -0) || Object.is(shift.max, -0)).toBe(false);
      }),
    );
  });

  it("is no wider than that where the platform says exactly what it deducted", () => {
    const exactly = (n: number) => ({ min: n, max: n });
    expect(shownShift(exactly(0), exactly(2))).toEqual({ min: -2, max: 0 });
    expect(shownShift(exactly(2), exactly(0))).toEqual({ min: 0, max: 2 });
    expect(shownShift(exactly(2), exactly(2))).toBeNull();
    expect(shownShift(exactly(2), { min: 0, max: 2 })).toEqual({ min: 0, max: 2 });
  });

  it("reaches back before the first sight: sold and cancelled unseen, the number may have fallen and risen", () => {
    expect(firstShift({ min: 2, max: 2 }, 0)).toEqual({ min: -2, max: 0 });
    expect(firstShift({ min: 0, max: 0 }, 2)).toEqual({ min: 0, max: 2 });
    expect(firstShift({ min: 0, max: 2 }, 0)).toEqual({ min: -2, max: 0 });
    expect(firstShift({ min: 0, max: 0 }, 0)).toBeNull();
  });
});
