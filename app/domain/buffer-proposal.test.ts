import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { proposeBuffer } from "./buffer-proposal.ts";

describe("a proposed buffer", () => {
  it("is 2 units for 40 s at one sale per 20 s, with its sum", () => {
    expect(proposeBuffer({ lagMs: 40_000, peakPerHour: 180 })).toEqual({ units: 2, lagMs: 40_000, everyMs: 20_000 });
  });

  it.each([
    [40_000, 181, 3],
    [10_000, 180, 1],
    [9_999, 180, null],
    [0, 180, null],
    [40_000, 0, null],
  ])("for %s ms at %s an hour is %s", (lagMs, peakPerHour, units) => {
    expect(proposeBuffer({ lagMs, peakPerHour })?.units ?? null).toBe(units);
  });

  it("always covers what is expected to sell, by less than one unit more, and never shrinks with a longer lag or more sales", () => {
    const lag = fc.integer({ min: 1, max: 3_600_000 });
    const peak = fc.integer({ min: 1, max: 3_600 });
    fc.assert(
      fc.property(lag, peak, fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 500 }), (lagMs, peakPerHour, longer, more) => {
        const one = proposeBuffer({ lagMs, peakPerHour });
        const next = proposeBuffer({ lagMs: lagMs + longer, peakPerHour: peakPerHour + more });
        const expected = (lagMs * peakPerHour) / 3_600_000;
        if (one === null) expect(expected).toBeLessThan(0.5);
        else {
          expect(one.units).toBeGreaterThanOrEqual(expected - 1e-6);
          expect(one.units).toBeLessThan(expected + 1);
          expect(next?.units ?? 0).toBeGreaterThanOrEqual(one.units);
        }
      }),
    );
  });
});
