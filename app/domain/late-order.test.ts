import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explainedUnits } from "./late-order.ts";

const at = (s: number) => new Date(Date.UTC(2026, 10, 23, 12, 0, s));

describe("an order that comes late", () => {
  it.each([
    ["explains the whole fall", -2, -2, -2],
    ["explains its own part of a larger fall", -1, -3, -1],
    ["explains no more than fell", -5, -3, -3],
    ["explains a rise by its cancellation", 2, 2, 2],
    ["does not explain a rise by a sale", -2, 2, 0],
    ["does not explain a fall by a cancellation", 2, -2, 0],
  ])("%s", (_, pieces, open, explained) => {
    expect(explainedUnits({ moment: at(10), pieces }, { seenAt: at(20), open })).toBe(explained);
  });

  it("explains nothing that was seen before it happened, but a second's cut forgives", () => {
    expect(explainedUnits({ moment: at(12), pieces: -1 }, { seenAt: at(10), open: -1 })).toBe(0);
    expect(explainedUnits({ moment: at(11), pieces: -1 }, { seenAt: at(10), open: -1 })).toBe(-1);
  });

  it("never overshoots: what is left keeps its sign or is nothing", () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }), (pieces, open) => {
        const explained = explainedUnits({ moment: at(0), pieces }, { seenAt: at(1), open });
        for (const whole of [pieces, open]) expect([0, Math.sign(whole)]).toContain(Math.sign(whole - explained));
      }),
    );
  });
});
