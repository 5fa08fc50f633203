import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createManualClock } from "./clock.ts";
import { createIds } from "./ids.ts";

const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("ids", () => {
  it("are version 7 and carry the clock's milliseconds", () => {
    const clock = createManualClock(new Date("2026-11-23T10:00:00.123Z"));
    const id = createIds({ clock })();
    expect(id).toMatch(SHAPE);
    expect(Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(clock.now().getTime());
  });

  it("sort in the order they were given, whatever the clock does", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 40 }), (steps) => {
        const clock = createManualClock();
        const next = createIds({ clock });
        const ids = steps.flatMap((ms) => {
          clock.advance(ms);
          return [next(), next(), next()];
        });
        expect([...ids].sort()).toEqual(ids);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it("stay in order when one millisecond gives more ids than the counter holds", () => {
    const next = createIds({ clock: createManualClock() });
    const ids = Array.from({ length: 10_000 }, next);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
