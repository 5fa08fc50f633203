import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextLook, pagesOfLook, pagesWorthwhile, planLook } from "./look-round.ts";

const ROUND_MS = 900_000;
const AT_ONCE = 500;
const START = Date.parse("2026-11-23T12:00:00Z");

/** A shop whose numbers were all read at the same moment (an import), through three rounds. Answers the oldest age that ever stood, and the readings. */
function looks(numbers: number, low: number): { oldestMs: number; readings: number; largest: number } {
  const read = Array<number>(numbers).fill(START);
  let [oldestMs, readings, largest] = [0, 0, 0];
  const owed = () => ({ numbers, low, lively: 0, oldestReadAt: new Date(Math.min(...read)) });
  let now = nextLook(new Date(START), ROUND_MS, owed(), AT_ONCE).getTime();
  while (now < START + 3 * ROUND_MS) {
    oldestMs = Math.max(oldestMs, now - Math.min(...read));
    const plan = planLook(new Date(now), ROUND_MS, owed(), AT_ONCE);
    const rank = (i: number) => (read[i]! < plan.mustBefore.getTime() ? 0 : i < low && read[i]! < plan.soonBefore.getTime() ? 1 : 2);
    const order = read.map((_, i) => ({ i, rank: rank(i) })).sort((a, b) => a.rank - b.rank || read[a.i]! - read[b.i]!);
    const due = order.slice(0, plan.most).filter((one, place) => one.rank < 2 || place < plan.least);
    for (const { i } of due) read[i] = now;
    readings += due.length;
    largest = Math.max(largest, due.length);
    now = nextLook(new Date(now), ROUND_MS, owed(), AT_ONCE).getTime();
  }
  return { oldestMs, readings, largest };
}

describe("a round of looks", () => {
  it("leaves no number unseen for longer than the round, whatever the shop's size and however it began", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_500 }), fc.nat(100), (numbers, lowPercent) => {
        const { oldestMs } = looks(numbers, Math.floor((numbers * lowPercent) / 100));
        expect(oldestMs).toBeLessThanOrEqual(ROUND_MS);
      }),
      { numRuns: 40 },
    );
  });

  it("a large shop is read evenly, and hardly more often than once a round", () => {
    const { readings, largest } = looks(10_000, 0);
    expect(largest).toBeLessThanOrEqual(2 * Math.ceil(10_000 / 18));
    expect(readings).toBeLessThanOrEqual(3 * 10_000 * 1.15);
  });

  it("a small one in one look, shortly before its time is over, sooner while something is low", () => {
    const at = (low: number) =>
      nextLook(new Date(START), ROUND_MS, { numbers: 20, low, lively: 0, oldestReadAt: new Date(START) }, AT_ONCE).getTime() - START;
    expect(at(0)).toBe(0.9 * ROUND_MS);
    expect(at(1)).toBe(0.5 * ROUND_MS);
  });
});

describe("a list that shows many numbers a call", () => {
  const owed = { numbers: 400, low: 0, lively: 0, oldestReadAt: null };

  it("is worth its pages only where they are fewer than the numbers it spares", () => {
    expect(pagesWorthwhile({ numbers: 1_000, entries: 1_000 }, 200)).toBe(5);
    expect(pagesWorthwhile({ numbers: 10, entries: 25_000 }, 200)).toBeNull();
    expect(pagesWorthwhile({ numbers: 1, entries: 1 }, 200)).toBeNull();
  });

  it("is gone through at once by a small shop, and once a round by a large one", () => {
    expect(pagesOfLook(2, owed, 500)).toBe(2);
    const slices = 18;
    expect(pagesOfLook(90, { ...owed, numbers: 18_000 }, 500)).toBe(90 / slices);
  });
});
