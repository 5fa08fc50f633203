import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextStep, type Work } from "./next-step.ts";

const T0 = Date.UTC(2026, 10, 23, 12);
const at = (s: number) => new Date(T0 + s * 1_000);
const proved: Work = {
  target: 5,
  confirmed: 5,
  confirmedAt: at(0),
  doubtUntil: null,
  doubtAt: null,
  sendingTo: null,
  coveredGap: 0,
  oddQuantity: null,
  oddAt: null,
  lastReadAt: at(0),
  raisesStopped: null,
  returnable: 0,
  frozenTarget: null,
};
const step = (change: Partial<Work>) => nextStep({ ...proved, ...change });
const lowering = (from: number, to: number, readAt = at(0)) => ({ kind: "write", from, to, rising: false, readAt });

describe("the next step for a number", () => {
  it("is nothing when the proved number is the wanted one", () => {
    expect(step({})).toEqual({ kind: "nothing" });
  });

  it("is a write that names what it rests on", () => {
    expect(step({ target: 2 })).toEqual(lowering(5, 2));
    expect(step({ target: 9 })).toEqual({ kind: "write", from: 5, to: 9, rising: true, readAt: at(0) });
  });

  it("is a reading while nothing is known, or a write is unanswered", () => {
    expect(step({ confirmed: null, confirmedAt: null })).toEqual({ kind: "read" });
    expect(step({ target: 2, sendingTo: 2 })).toEqual({ kind: "read" });
    expect(step({ target: null, sendingTo: 2 })).toEqual({ kind: "read" });
  });

  it("is a reading when something happened after the last one, even where the target fell", () => {
    const doubt = { doubtAt: at(10), doubtUntil: at(70) };
    expect(step({ ...doubt, target: 2 })).toEqual({ kind: "read" });
    expect(step({ ...doubt, target: 2, lastReadAt: null })).toEqual({ kind: "read" });
    // Read since, too early to settle the doubt: lowering may go, raising may not.
    expect(step({ ...doubt, target: 2, lastReadAt: at(11), confirmedAt: at(11) })).toEqual(lowering(5, 2, at(11)));
    expect(step({ ...doubt, target: 9, lastReadAt: at(11), confirmedAt: at(11) })).toEqual({ kind: "read" });
    expect(step({ ...doubt, target: 5, lastReadAt: at(11), confirmedAt: at(11) })).toEqual({ kind: "read" });
  });

  describe("while the number seen is unexplained", () => {
    const odd = (oddQuantity: number) => ({ oddQuantity, oddAt: at(20), lastReadAt: at(20) });

    it("lowers when the target itself has fallen, from what was seen", () => {
      expect(step({ ...odd(4), target: 3 })).toEqual(lowering(4, 3, at(20)));
      expect(step({ ...odd(8), target: 3 })).toEqual(lowering(8, 3, at(20)));
    });

    it("leaves what a hand changed until it is judged", () => {
      for (const seen of [0, 4, 8]) expect(step(odd(seen))).toEqual({ kind: "read" });
      expect(step({ ...odd(4), target: 4 })).toEqual({ kind: "read" });
      expect(step({ ...odd(8), target: 9 })).toEqual({ kind: "read" });
    });

    it("leaves a rise that may be a return", () => {
      expect(step({ ...odd(7), target: 3, returnable: 2 })).toEqual({ kind: "read" });
      expect(step({ ...odd(8), target: 3, returnable: 2 })).toEqual(lowering(8, 3, at(20)));
    });

    it("writes nothing to a listing that was seen to be gone", () => {
      expect(step({ ...odd(-1), target: 2 })).toEqual({ kind: "read" });
      expect(step({ ...odd(-1), target: 9 })).toEqual({ kind: "read" });
    });
  });

  it("sends only what falls below the frozen target while an edit waits for review", () => {
    const review = { frozenTarget: 5, raisesStopped: "edit-review", confirmed: 8 };
    expect(step({ ...review, target: 5 })).toEqual({ kind: "nothing" });
    expect(step({ ...review, target: 7 })).toEqual({ kind: "nothing" });
    expect(step({ ...review, target: 4 })).toEqual(lowering(8, 4));
    expect(step({ ...review, confirmed: 2, target: 4 })).toEqual({ kind: "nothing" });
  });

  it("is nothing without a target, unless a doubt is open", () => {
    expect(step({ target: null })).toEqual({ kind: "nothing" });
    expect(step({ target: null, doubtUntil: at(1), doubtAt: at(1) })).toEqual({ kind: "read" });
  });

  it("goes on falling over an unexplained rise that an earlier write covered, unless the rise may be a return", () => {
    const covered = { confirmed: 3, coveredGap: 2, oddQuantity: 3, oddAt: at(2), target: 2 };
    expect(step(covered)).toEqual(lowering(3, 2, at(2)));
    expect(step({ ...covered, returnable: 2 })).toEqual({ kind: "read" });
    expect(step({ ...covered, returnable: 1 })).toEqual(lowering(3, 2, at(2)));
  });
});

const number = fc.option(fc.nat(6), { nil: null });
/** As often absent as not, so that calm numbers come up beside troubled ones. */
const rarely = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 1 });
const moment = fc.nat(5).map(at);
const anyWork: fc.Arbitrary<Work> = fc.record({
  target: number,
  confirmed: number,
  confirmedAt: moment,
  doubtUntil: rarely(moment),
  doubtAt: fc.option(moment, { nil: null }),
  sendingTo: rarely(fc.nat(6)),
  coveredGap: fc.constantFrom(0, 0, 2, -2),
  oddQuantity: rarely(fc.integer({ min: -1, max: 6 })),
  oddAt: moment,
  lastReadAt: fc.option(moment, { nil: null }),
  raisesStopped: rarely(fc.constantFrom("edit-review", "another-app")),
  returnable: fc.nat(3),
  frozenTarget: rarely(fc.nat(6)),
});
const everywhere = { numRuns: 1_000 };

describe("whatever the state, the next step", () => {
  it("never raises a number that is odd, in doubt, unanswered or stopped", () => {
    let raises = 0;
    fc.assert(
      fc.property(anyWork, (work) => {
        const step = nextStep(work);
        if (step.kind !== "write" || step.to < step.from) return;
        raises += 1;
        expect(work).toMatchObject({ oddQuantity: null, doubtUntil: null, sendingTo: null, raisesStopped: null, frozenTarget: null });
        expect(step).toMatchObject({ from: work.confirmed, to: work.target, rising: true, readAt: work.confirmedAt });
      }),
      everywhere,
    );
    expect(raises).toBeGreaterThan(50);
  });

  it("writes only what differs from the number last seen, and names the direction", () => {
    fc.assert(
      fc.property(anyWork, (work) => {
        const step = nextStep(work);
        if (step.kind !== "write") return;
        expect(step.to).not.toBe(step.from);
        expect(step.rising).toBe(step.to > step.from);
        expect(step.to).toBe(work.target);
        expect([work.confirmed, work.oddQuantity]).toContain(step.from);
        expect([work.confirmedAt, work.oddAt]).toContain(step.readAt);
      }),
      everywhere,
    );
  });

  it("with a frozen target sends only what falls below it, and only down", () => {
    fc.assert(
      fc.property(anyWork, fc.nat(6), (work, frozenTarget) => {
        const step = nextStep({ ...work, frozenTarget });
        if (step.kind !== "write") return;
        expect(step.to).toBeLessThan(step.from);
        expect(step.to).toBeLessThan(frozenTarget);
      }),
      everywhere,
    );
  });

  it("rests while nothing is open: no doubt, no odd number, nothing unanswered, the wanted number proved", () => {
    fc.assert(
      fc.property(anyWork, fc.nat(6), (work, wanted) => {
        const calm = {
          ...work,
          target: wanted,
          confirmed: wanted,
          confirmedAt: at(1),
          doubtUntil: null,
          sendingTo: null,
          oddQuantity: null,
        };
        expect(nextStep(calm)).toEqual({ kind: "nothing" });
      }),
    );
  });

  it("is a reading whenever the last one is older than what happened since", () => {
    fc.assert(
      fc.property(anyWork, fc.nat(4), fc.nat(6), (work, happened, target) => {
        const step = nextStep({ ...work, target, doubtUntil: at(5), doubtAt: at(happened + 1), lastReadAt: at(happened) });
        expect(step).toEqual({ kind: "read" });
      }),
    );
  });
});
