import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstShortfall, likelyMoment, type StockStep } from "./sold-twice.ts";

const T0 = Date.parse("2026-11-23T14:05:00.000Z");
const at = (seconds: number) => new Date(T0 + seconds * 1000);
let n = 0;
const step = (seconds: number, delta: number, channel: string | null = null): StockStep => {
  const movementId = `m${String(++n).padStart(4, "0")}`;
  return { movementId, at: at(seconds), delta, orderId: channel && `${channel}-${movementId}`, connectionId: channel };
};

describe("the same unit sold twice", () => {
  it("is found at the second sale, with the one before it on another channel", () => {
    const [a, b] = [step(1, -1, "ebay"), step(3, -1, "etsy")];
    expect(firstShortfall(-1, [a, b])).toEqual({ later: b, earlier: a, missing: 1 });
    expect(firstShortfall(-1, [b, a])).toEqual({ later: b, earlier: a, missing: 1 });
  });

  it("is found although a return covers it at once", () => {
    const [a, b] = [step(1, -1, "ebay"), step(3, -1, "etsy")];
    expect(firstShortfall(0, [a, b, step(30, 1)])).toMatchObject({ later: b, earlier: a, missing: 1 });
  });

  it("is none where the unit had come back before, or at about the same moment", () => {
    expect(firstShortfall(0, [step(1, -1, "ebay"), step(2, 1), step(3, -1, "etsy")])).toBeNull();
    expect(firstShortfall(0, [step(1, -1, "ebay"), step(4, 1), step(3, -1, "etsy")])).toBeNull();
    expect(firstShortfall(0, [step(1, -1, "ebay"), step(6, 1), step(3, -1, "etsy")])).not.toBeNull();
  });

  it("names a sale of another channel rather than a nearer one of its own, and one from before the steps", () => {
    const [a, own, later] = [step(1, -1, "ebay"), step(2, -1, "etsy"), step(3, -1, "etsy")];
    expect(firstShortfall(-1, [a, own, later])?.earlier).toBe(a);
    expect(firstShortfall(-1, [later], [a])?.earlier).toBe(a);
    expect(firstShortfall(-1, [later], [own])?.earlier).toBe(own);
    expect(firstShortfall(-1, [later])?.earlier).toBeNull();
  });

  it("is not what a person takes away by hand", () => {
    expect(firstShortfall(-1, [step(1, -1, "ebay"), step(2, -1)])).toBeNull();
  });
});

describe("the likely moment of an order", () => {
  it.each([
    [1.25, 9, 1.25],
    [1, 9, 1.999],
    [1, 1.3, 1.3],
    [1, 0.5, 1],
  ])("placed at %s s, known at %s s, is %s s", (placed, known, likely) => {
    expect(likelyMoment(at(placed), at(known))).toEqual(at(likely));
  });
});

const anyStep = fc.record({ seconds: fc.integer({ min: 0, max: 600 }), delta: fc.integer({ min: -3, max: 3 }), sale: fc.boolean() });

describe("whatever happened", () => {
  it("the order in which we heard of it does not matter, and nothing is missing where stock always covered it", () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 12 }), fc.integer({ min: -3, max: 8 }), (made, available) => {
        const steps = made.map((m) => step(m.seconds, m.delta, m.sale ? (m.seconds % 2 ? "ebay" : "etsy") : null));
        const found = firstShortfall(available, steps);
        expect(firstShortfall(available, [...steps].reverse())).toEqual(found);
        const plenty = steps.reduce((sum, s) => sum + Math.abs(s.delta), 0);
        expect(firstShortfall(available + 2 * plenty + 4, steps)).toBeNull();
        if (found !== null) expect(found.missing).toBeGreaterThan(0);
        if (found?.earlier) expect(found.earlier.orderId).not.toBe(found.later.orderId);
      }),
    );
  });
});
