import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { afterOwnWrite } from "./own-write.ts";
import { judgeReading, type NumberState, type ReadingRules } from "./reading.ts";

const T0 = Date.UTC(2026, 10, 23, 12);
const at = (s: number) => new Date(T0 + s * 1_000);
const proved: NumberState = {
  confirmed: 10,
  confirmedAt: at(0),
  steadySince: null,
  drift: [],
  lateTo: null,
  lateUntil: null,
  lateGap: 0,
  coveredGap: 0,
  oddQuantity: null,
  oddAt: null,
  doubtUntil: null,
  returnable: 0,
  offByUs: false,
};
const rules: ReadingRules = {
  readingSpacingMs: 10_000,
  orderLagMs: 0,
  staleReadMs: 0,
  ordersReadThrough: at(1_000),
  returnsShowAsRise: false,
};

describe("after a confirmed write", () => {
  it("the written number is the proved one, and orders learned before it are contained in it", () => {
    const drift = [
      { at: at(4), min: -2, max: 0 },
      { at: at(6), min: -1, max: 0 },
    ];
    expect(afterOwnWrite({ ...proved, drift }, 7, at(5), 0)).toEqual({
      confirmed: 7,
      confirmedAt: at(5),
      steadySince: at(5),
      drift: [{ at: at(6), min: -1, max: 0 }],
      coveredGap: 0,
      lateGap: 0,
      oddQuantity: null,
      oddAt: null,
    });
  });

  it.each([
    ["a fall of two that nobody explained", 8, 5, { kind: "outside-edit", expected: 7, observed: 5 }],
    ["a rise of three that nobody explained", 13, 6, { kind: "outside-edit", expected: 3, observed: 6 }],
  ])("%s is still that much", (_, oddQuantity, written, verdict) => {
    const state = { ...proved, oddQuantity, oddAt: at(3) };
    const after = { ...state, ...afterOwnWrite(state, written, at(5), 0) };
    expect(judgeReading(after, { quantity: written, state: "active", sentAt: at(13) }, rules).verdict).toEqual(verdict);
  });

  it("two that came stay two, however few our writes have left to be seen", () => {
    const seen = { ...proved, confirmed: 1, oddQuantity: 3, oddAt: at(3) };
    const first = { ...seen, ...afterOwnWrite(seen, 1, at(5), 0) };
    const second = { ...first, ...afterOwnWrite(first, 0, at(6), 0) };
    for (const [state, shown] of [
      [first, 1],
      [second, 0],
    ] as const) {
      const { verdict, next } = judgeReading(state, { quantity: shown, state: "active", sentAt: at(13) }, rules);
      expect(verdict).toMatchObject({ kind: "outside-edit" });
      if (verdict.kind === "outside-edit") expect([verdict.observed - verdict.expected, verdict.expected >= 0]).toEqual([2, true]);
      expect(next).toMatchObject({ confirmed: shown, coveredGap: 0, oddQuantity: null });
    }
  });

  it("a change that was taken for an edit and is looked at again stays that much", () => {
    const state = { ...proved, confirmed: 5, coveredGap: 2 };
    expect(afterOwnWrite(state, 1, at(5), 0)).toMatchObject({ confirmed: 1, coveredGap: 2, oddQuantity: 1, oddAt: at(5) });
  });

  it("what orders are known to have done counts once, beside a gap that stays", () => {
    const state = { ...proved, drift: [{ at: at(2), min: -2, max: 0 }], oddQuantity: 5, oddAt: at(3) };
    const after = { ...state, ...afterOwnWrite(state, 4, at(5), 0) };
    const verdict = judgeReading(after, { quantity: 4, state: "active", sentAt: at(13) }, rules).verdict;
    expect(verdict).toEqual({ kind: "outside-edit", expected: 7, observed: 4 });
  });

  it("a gap that may have been an old number is none: soon after the proved number, or before the doubt's end", () => {
    const soon = { ...proved, oddQuantity: 11, oddAt: at(3) };
    expect(afterOwnWrite(soon, 8, at(5), 4_000)).toMatchObject({ confirmed: 8, oddQuantity: null, oddAt: null });
    expect(afterOwnWrite(soon, 8, at(5), 3_000)).toMatchObject({ confirmed: 8, coveredGap: 1, oddQuantity: 8 });
    const doubted = { ...soon, doubtUntil: at(4) };
    expect(afterOwnWrite(doubted, 8, at(5), 1_000)).toMatchObject({ confirmed: 8, oddQuantity: null });
  });

  it("a listing that was seen to be gone stays to be looked at", () => {
    expect(afterOwnWrite({ ...proved, oddQuantity: -1, oddAt: at(3) }, 8, at(5), 0)).toMatchObject({
      confirmed: 8,
      oddQuantity: -1,
      oddAt: at(3),
    });
  });

  it("reading the written number back is never an edit, unless one was open before", () => {
    fc.assert(
      fc.property(
        fc.nat(9),
        fc.array(fc.record({ at: fc.nat(9).map(at), min: fc.integer({ min: -3, max: 0 }), max: fc.nat(3) }), { maxLength: 3 }),
        fc.nat(9),
        fc.constantFrom(0, 4_000),
        (confirmed, drift, written, staleReadMs) => {
          const state = { ...proved, confirmed, drift };
          const after = { ...state, ...afterOwnWrite(state, written, at(5), staleReadMs) };
          const { verdict } = judgeReading(after, { quantity: written, state: "active", sentAt: at(20) }, { ...rules, staleReadMs });
          expect(["as-expected", "own-order"]).toContain(verdict.kind);
        },
      ),
    );
  });
});
