import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ShownState } from "./channel-words.ts";
import { comparableState, type Judgement, judgeReading, type NumberState, type Reading, type ReadingRules } from "./reading.ts";

const T0 = Date.UTC(2026, 10, 23, 12);
/** Seconds after noon. */
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
  orderLagMs: 5_000,
  staleReadMs: 0,
  ordersReadThrough: at(1_000),
  returnsShowAsRise: false,
};
const shows = (quantity: number | null, s: number, state: ShownState = "active"): Reading => ({ quantity, state, sentAt: at(s) });

/** Judges reading after reading, each time with what the one before left. */
function judge(
  state: Partial<NumberState>,
  readings: Reading[],
  change: Partial<ReadingRules> = {},
): { all: Judgement[]; left: NumberState } {
  const all: Judgement[] = [];
  let left: NumberState = { ...proved, ...state };
  for (const reading of readings) {
    const judgement = judgeReading(left, reading, { ...rules, ...change });
    all.push(judgement);
    left = { ...left, ...judgement.next };
  }
  return { all, left };
}
const verdicts = (result: { all: Judgement[] }) => result.all.map((j) => j.verdict.kind);
const last = (result: { all: Judgement[] }) => result.all.at(-1)?.verdict;

describe("a reading that is explained", () => {
  it("shows what should stand there, or is the first one ever", () => {
    expect(verdicts(judge({}, [shows(10, 1)]))).toEqual(["as-expected"]);
    const first = judge({ confirmed: null, confirmedAt: null }, [shows(7, 1)]);
    expect([last(first)?.kind, first.left.confirmed, first.left.confirmedAt]).toEqual(["as-expected", 7, at(1)]);
  });

  it("that finds the same again leaves standing since when it is so; anything else begins anew", () => {
    expect(judge({}, [shows(10, 1), shows(10, 2)]).left).toMatchObject({ confirmedAt: at(2), steadySince: at(0) });
    expect(judge({ steadySince: at(-5) }, [shows(10, 1)]).left.steadySince).toEqual(at(-5));
    expect(judge({ steadySince: at(-5), confirmed: null }, [shows(10, 1)]).left.steadySince).toEqual(at(1));
    // It shows the same as before, and an order may have moved it: then it may have gone down and up.
    expect(judge({ steadySince: at(-5), drift: [{ at: at(0), min: -1, max: 0 }] }, [shows(10, 1)]).left.steadySince).toEqual(at(1));
    expect(judge({ steadySince: at(-5) }, [shows(12, 1), shows(12, 20)]).left).toMatchObject({ confirmed: 12, steadySince: at(20) });
  });

  it("lies within what the channel's own orders may have moved", () => {
    const sold = { drift: [{ at: at(5), min: -2, max: 0 }] };
    for (const quantity of [8, 9, 10]) expect(verdicts(judge(sold, [shows(quantity, 6)]))).toEqual(["own-order"]);
    for (const quantity of [7, 11]) expect(verdicts(judge(sold, [shows(quantity, 6)]))).toEqual(["look-again"]);
  });

  it("forgets the changes it contains and keeps those learned after it was sent", () => {
    const drift = [
      { at: at(5), min: -2, max: 0 },
      { at: at(7), min: -1, max: 0 },
    ];
    expect(judge({ drift }, [shows(8, 6)]).left).toMatchObject({ confirmed: 8, drift: [{ at: at(7), min: -1, max: 0 }] });
    expect(verdicts(judge({ drift }, [shows(8, 6), shows(7, 8)]))).toEqual(["own-order", "own-order"]);
  });

  it("counts a number below zero as none", () => {
    expect(judge({ confirmed: 0 }, [shows(-3, 1)]).left.confirmed).toBe(0);
    expect(verdicts(judge({ confirmed: 1, drift: [{ at: at(0), min: -4, max: 0 }] }, [shows(-3, 1)]))).toEqual(["own-order"]);
  });

  it("takes a listing that we switched off for sold out, also when the answer to the switch was lost", () => {
    expect(verdicts(judge({ confirmed: 0, offByUs: true }, [shows(4, 1, "inactive")]))).toEqual(["as-expected"]);
    expect(verdicts(judge({ lateTo: 0, lateUntil: at(30) }, [shows(4, 1, "inactive")]))).toEqual(["own-write"]);
    expect(verdicts(judge({ confirmed: 0 }, [shows(4, 1, "inactive")]))).toEqual(["look-again"]);
  });
});

describe("a write of ours whose answer was lost", () => {
  const late = { lateTo: 4, lateUntil: at(30) };
  it("is ours when it shows, with or without an order on top", () => {
    expect(judge(late, [shows(4, 1)])).toMatchObject({ all: [{ verdict: { kind: "own-write" } }], left: { confirmed: 4 } });
    expect(verdicts(judge({ ...late, drift: [{ at: at(1), min: -1, max: 0 }] }, [shows(3, 2)]))).toEqual(["own-write"]);
  });

  it("is ours also when it landed in time and is first looked at later", () => {
    expect(verdicts(judge(late, [shows(10, 5), shows(4, 31)]))).toEqual(["as-expected", "own-write"]);
  });

  it("is no explanation any more once a later look has proved another number", () => {
    expect(verdicts(judge(late, [shows(10, 31), shows(4, 60)]))).toEqual(["as-expected", "look-again"]);
  });
});

describe("a reading before the doubt's end", () => {
  const doubted = { doubtUntil: at(60), drift: [{ at: at(1), min: -2, max: 0 }] };

  it("never settles the doubt; one sent at the end does", () => {
    expect(judge(doubted, [shows(8, 59)])).toMatchObject({ all: [{ provisional: true }], left: { doubtUntil: at(60) } });
    expect(judge(doubted, [shows(8, 60)])).toMatchObject({ all: [{ provisional: false }], left: { doubtUntil: null } });
  });

  it("may have shown an old number: what the order moved stays explained until the doubt ends", () => {
    expect(verdicts(judge(doubted, [shows(10, 2), shows(8, 60)]))).toEqual(["own-order", "own-order"]);
    expect(verdicts(judge(doubted, [shows(8, 2), shows(10, 3), shows(9, 4), shows(8, 60)]))).toEqual(Array(4).fill("own-order"));
  });

  it("does not widen what is explained: each look leaves the same range", () => {
    for (const first of [8, 9, 10]) {
      expect(verdicts(judge(doubted, [shows(first, 2), shows(7, 60)]))).toEqual(["own-order", "look-again"]);
      expect(verdicts(judge(doubted, [shows(first, 2), shows(11, 60)]))).toEqual(["own-order", "look-again"]);
    }
  });

  it("cannot make an edit, however often it agrees", () => {
    const seen = judge({ doubtUntil: at(60) }, [shows(3, 5), shows(3, 20), shows(3, 50), shows(3, 60)]);
    expect(verdicts(seen)).toEqual(["look-again", "look-again", "look-again", "outside-edit"]);
  });
});

describe("a reading that nothing explains", () => {
  it("becomes an edit only on a second one that agrees, far enough from the first, with orders read past the first and the feed's lag", () => {
    const edit = { kind: "outside-edit", expected: 10, observed: 7 };
    expect(last(judge({}, [shows(7, 20)]))).toEqual({ kind: "look-again", needOrdersPast: at(25), notBefore: at(30) });
    expect(last(judge({}, [shows(7, 20), shows(7, 29)]))?.kind).toBe("look-again");
    expect(last(judge({}, [shows(7, 20), shows(7, 30)], { ordersReadThrough: null }))?.kind).toBe("look-again");
    expect(last(judge({}, [shows(7, 20), shows(7, 30)], { ordersReadThrough: at(25) }))?.kind).toBe("look-again");
    expect(last(judge({}, [shows(7, 20), shows(7, 30)], { ordersReadThrough: at(25.001) }))).toEqual(edit);
    expect(last(judge({}, [shows(7, 20), shows(7, 29), shows(7, 30)]))).toEqual(edit);
  });

  it("starts anew when the second one shows something else, and is over when it is explained", () => {
    const moving = judge({}, [shows(7, 20), shows(6, 31), shows(6, 40)]);
    expect(verdicts(moving)).toEqual(["look-again", "look-again", "look-again"]);
    expect(moving.left).toMatchObject({ confirmed: 10, oddQuantity: 6, oddAt: at(31) });
    const over = judge({}, [shows(7, 20), shows(10, 31)]);
    expect([last(over)?.kind, over.left.oddQuantity, over.left.oddAt]).toEqual(["as-expected", null, null]);
  });

  it("is explained by the order that was found meanwhile", () => {
    const first = judge({}, [shows(7, 20)]).left;
    const found = { ...first, drift: [{ at: at(26), min: -3, max: 0 }] };
    expect(verdicts(judge(found, [shows(7, 30)]))).toEqual(["own-order"]);
  });

  it("counts as an edit only for what the orders leave unexplained", () => {
    const drift = [{ at: at(5), min: -2, max: 0 }];
    expect(last(judge({ drift }, [shows(7, 20), shows(7, 30)]))).toEqual({ kind: "outside-edit", expected: 8, observed: 7 });
    expect(last(judge({ drift }, [shows(12, 20), shows(12, 30)]))).toEqual({ kind: "outside-edit", expected: 10, observed: 12 });
  });

  it("leaves the observed number as the proved one when it became an edit", () => {
    const edited = judge({ drift: [{ at: at(40), min: -1, max: 0 }] }, [shows(3, 20), shows(3, 30)]);
    expect(edited.left).toMatchObject({ confirmed: 3, confirmedAt: at(30), oddQuantity: null, drift: [{ at: at(40), min: -1, max: 0 }] });
  });
});

describe("where readings may be old", () => {
  const old = { staleReadMs: 10_000 };
  it("a first sight soon after the proved number, or before the doubt's end, does not count as one of the two", () => {
    expect(verdicts(judge({}, [shows(7, 9), shows(7, 20), shows(7, 30)], old))).toEqual(["look-again", "look-again", "outside-edit"]);
    expect(verdicts(judge({}, [shows(7, 10), shows(7, 20)], old))).toEqual(["look-again", "outside-edit"]);
    const doubted = judge({ doubtUntil: at(40) }, [shows(7, 30), shows(7, 40), shows(7, 50)], old);
    expect(verdicts(doubted)).toEqual(["look-again", "look-again", "outside-edit"]);
  });

  it("an old number soon after a write of ours is not taken for a write whose answer was lost", () => {
    const late = { lateTo: 4, lateUntil: at(60) };
    expect(verdicts(judge(late, [shows(4, 9)], old))).toEqual(["look-again"]);
    expect(verdicts(judge(late, [shows(4, 10)], old))).toEqual(["own-write"]);
  });
});

describe("a rise after a cancel or refund", () => {
  const rise = (returnable: number, to: number, change: Partial<ReadingRules> = {}) =>
    judge({ returnable }, [shows(to, 20), shows(to, 30)], { returnsShowAsRise: true, ...change });

  it("is its return, up to the units that may come back", () => {
    expect(verdicts(rise(3, 12))).toEqual(["look-again", "return"]);
    expect(last(rise(2, 12))).toEqual({ kind: "return", units: 2 });
    expect(last(rise(1, 12))).toEqual({ kind: "outside-edit", expected: 10, observed: 12 });
    expect(last(rise(0, 12))?.kind).toBe("outside-edit");
  });

  it("is counted from a write whose answer was lost where that makes it smaller", () => {
    const both = { returnable: 3, lateTo: 11, lateUntil: at(60) };
    const seen = judge(both, [shows(12, 20), shows(12, 30)], { returnsShowAsRise: true });
    expect(last(seen)).toEqual({ kind: "return", units: 1 });
  });

  it("is so only where the platform shows returns no other way, and never a fall", () => {
    expect(last(rise(3, 12, { returnsShowAsRise: false }))?.kind).toBe("outside-edit");
    expect(last(rise(3, 8))).toEqual({ kind: "outside-edit", expected: 10, observed: 8 });
  });
});

describe("a listing that is gone", () => {
  it.each<[ShownState, number | null, ShownState]>([
    ["ended", 0, "ended"],
    ["missing", null, "missing"],
    ["draft", 4, "draft"],
    ["inactive", 4, "inactive"],
    ["untracked", null, "untracked"],
    ["active", null, "untracked"],
  ])("%s is out of the comparison after two readings, never a zero", (state, quantity, word) => {
    const seen = judge({}, [shows(quantity, 20, state), shows(quantity, 30, state)]);
    expect(seen.all.map((j) => j.verdict)).toEqual([
      { kind: "look-again", needOrdersPast: at(25), notBefore: at(30) },
      { kind: "out-of-comparison", state: word },
    ]);
    expect(seen.left).toMatchObject({ confirmed: null, oddQuantity: null });
    expect(comparableState(shows(quantity, 0, state))).toBe(word);
  });

  it("is back as if nothing had been when the second reading shows the number again", () => {
    expect(verdicts(judge({}, [shows(null, 20, "missing"), shows(10, 30)]))).toEqual(["look-again", "as-expected"]);
  });

  it("is compared as it was when its number says sold out", () => {
    expect(comparableState(shows(0, 0, "sold-out"))).toBe("sold-out");
    expect(verdicts(judge({ confirmed: 0 }, [shows(0, 1, "sold-out")]))).toEqual(["as-expected"]);
  });
});

describe("an unanswered write that covered an unexplained change", () => {
  const over = { confirmed: 5, oddQuantity: 7, oddAt: at(3), lateTo: 1, lateUntil: at(40), lateGap: 2 };

  it("leaves the change to be judged, to the unit, when it did land", () => {
    const seen = judge(over, [shows(1, 8), shows(1, 14)]);
    expect(verdicts(seen)).toEqual(["look-again", "outside-edit"]);
    expect(seen.all.at(-1)?.verdict).toEqual({ kind: "outside-edit", expected: 0, observed: 2 });
    expect(seen.left).toMatchObject({ confirmed: 1, coveredGap: 0, lateGap: 0, oddQuantity: null });
  });

  it("is one more lowering when the change was explained before it landed", () => {
    expect(verdicts(judge(over, [shows(5, 8), shows(1, 20)]))).toEqual(["as-expected", "own-write"]);
  });

  it("is not taken to have landed by a number that may be an old one", () => {
    const soon = { ...over, confirmed: 0, confirmedAt: at(7), oddQuantity: null, oddAt: null };
    expect(judge(soon, [shows(1, 8)], { staleReadMs: 5_000 }).left).toMatchObject({ confirmed: 0, coveredGap: 0, oddQuantity: 1 });
  });
});

const moment = fc.integer({ min: 0, max: 60 }).map(at);
const rarely = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 1 });
const anyState: fc.Arbitrary<NumberState> = fc.record({
  confirmed: fc.option(fc.nat(8), { nil: null }),
  confirmedAt: moment,
  steadySince: rarely(moment),
  drift: fc.array(fc.record({ at: moment, min: fc.integer({ min: -3, max: 0 }), max: fc.nat(2) }), { maxLength: 3 }),
  lateTo: rarely(fc.nat(8)),
  lateUntil: rarely(moment),
  lateGap: fc.constantFrom(0, 0, 2, -2),
  coveredGap: fc.constantFrom(0, 0, 2, -2),
  oddQuantity: rarely(fc.integer({ min: -1, max: 8 })),
  oddAt: rarely(moment),
  doubtUntil: rarely(moment),
  returnable: fc.nat(3),
  offByUs: fc.boolean(),
});
const anyReading: fc.Arbitrary<Reading> = fc.record({
  quantity: fc.option(fc.integer({ min: -2, max: 10 }), { nil: null }),
  state: fc.constantFrom("active", "active", "active", "sold-out", "inactive", "ended", "missing", "untracked", "draft"),
  sentAt: moment,
});
const anyRules: fc.Arbitrary<ReadingRules> = fc.record({
  readingSpacingMs: fc.nat(20).map((s) => s * 1_000),
  orderLagMs: fc.nat(20).map((s) => s * 1_000),
  staleReadMs: fc.constantFrom(0, 0, 5_000),
  ordersReadThrough: rarely(moment),
  returnsShowAsRise: fc.boolean(),
});
const manyRuns = { numRuns: 2_000 };

const shownBy = ({ quantity, state }: Reading) => (state === "inactive" ? 0 : Math.max(0, quantity ?? 0));
/** It shows what an unanswered write over an open gap would have brought. */
const landed = (state: NumberState, reading: Reading) => state.lateGap !== 0 && state.lateTo === shownBy(reading);

describe("any reading", () => {
  it("is judged an edit, a return or gone only with everything that a second look needs", () => {
    fc.assert(
      fc.property(anyState, anyReading, anyRules, (state, reading, rules) => {
        const { verdict, provisional } = judgeReading(state, reading, rules);
        if (!["outside-edit", "return", "out-of-comparison"].includes(verdict.kind)) return;
        const oddAt = state.oddAt?.getTime() ?? Number.NaN;
        expect(provisional).toBe(false);
        expect(reading.sentAt.getTime() - oddAt).toBeGreaterThanOrEqual(rules.readingSpacingMs);
        expect(rules.ordersReadThrough?.getTime()).toBeGreaterThan(oddAt + rules.orderLagMs);
        if (verdict.kind === "out-of-comparison") expect(state.oddQuantity).toBe(-1);
        if (verdict.kind === "outside-edit")
          expect([landed(state, reading) || state.oddQuantity === shownBy(reading), verdict.observed === verdict.expected]).toEqual([
            true,
            false,
          ]);
        if (verdict.kind === "outside-edit") expect(verdict.expected).toBeGreaterThanOrEqual(0);
        if (verdict.kind === "return") {
          expect(rules.returnsShowAsRise).toBe(true);
          expect(verdict.units).toBeGreaterThan(0);
          expect(verdict.units).toBeLessThanOrEqual(state.returnable);
        }
      }),
      manyRuns,
    );
  });

  it("within what own orders may have moved is never an edit, a return or a reason to look again", () => {
    fc.assert(
      fc.property(anyState, fc.nat(8), fc.nat(20), moment, anyRules, (state, confirmed, place, sentAt, rules) => {
        const base = confirmed - state.coveredGap;
        fc.pre(base >= 0);
        const low = Math.max(0, base + state.drift.reduce((sum, d) => sum + d.min, 0));
        const high = Math.max(0, base + state.drift.reduce((sum, d) => sum + d.max, 0));
        const reading: Reading = { quantity: low + (place % (high - low + 1)), state: "active", sentAt };
        expect(["as-expected", "own-order"]).toContain(judgeReading({ ...state, confirmed }, reading, rules).verdict.kind);
      }),
      manyRuns,
    );
  });

  it("ends the doubt exactly when it was not sent before the doubt's end, and leaves no number behind that nobody saw", () => {
    fc.assert(
      fc.property(anyState, anyReading, anyRules, (state, reading, rules) => {
        const { next, provisional, verdict } = judgeReading(state, reading, rules);
        expect(provisional).toBe(state.doubtUntil !== null && reading.sentAt < state.doubtUntil);
        expect(next.doubtUntil).toEqual(provisional ? state.doubtUntil : null);
        if (verdict.kind === "look-again") {
          expect([next.confirmedAt, next.drift]).toEqual([state.confirmedAt, state.drift]);
          if (!landed(state, reading)) expect([next.confirmed, next.coveredGap]).toEqual([state.confirmed, state.coveredGap]);
          expect(next.oddQuantity).not.toBeNull();
          expect(next.oddAt).not.toBeNull();
          return;
        }
        expect([next.oddQuantity, next.oddAt, next.confirmedAt]).toEqual([null, null, reading.sentAt]);
        if (verdict.kind === "out-of-comparison") expect(next.confirmed).toBeNull();
        else expect([0, Math.max(0, reading.quantity ?? 0)]).toContain(next.confirmed);
        // What was learned after the reading was sent is never forgotten.
        for (const learned of state.drift.filter((d) => d.at > reading.sentAt)) expect(next.drift).toContainEqual(learned);
        if (!provisional) expect(next.drift.every((d) => d.at > reading.sentAt)).toBe(true);
      }),
      manyRuns,
    );
  });

  it("that shows the same again is explained in the same way", () => {
    fc.assert(
      fc.property(anyState, anyReading, anyRules, (state, reading, rules) => {
        const first = judgeReading(state, reading, rules);
        if (first.verdict.kind === "look-again" || first.verdict.kind === "out-of-comparison") return;
        const again = judgeReading({ ...state, ...first.next }, reading, rules);
        expect(["as-expected", "own-order"]).toContain(again.verdict.kind);
        expect(again.next.confirmed).toBe(first.next.confirmed);
      }),
      manyRuns,
    );
  });
});
