import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mayRevise, type RevisionWish } from "./revision-cap.ts";

const MIDNIGHT = new Date("2026-11-24T08:00:00Z");
const NOON = new Date("2026-11-23T20:00:00Z");
const wish = (more: Partial<RevisionWish>): RevisionWish => ({
  used: 0,
  cap: 250,
  rising: false,
  to: 3,
  lastWriteAt: NOON,
  now: NOON,
  dayEndsAt: MIDNIGHT,
  ...more,
});

describe("the writes of a listing's day", () => {
  it.each([
    [0, "go", "go"],
    [199, "go", "go"],
    [200, "raises-wait", "go"],
    [214, "raises-wait", "go"],
    [215, "raises-wait", "lowerings-gathered"],
    [229, "raises-wait", "lowerings-gathered"],
    [230, "raises-wait", "only-zero"],
    [400, "raises-wait", "only-zero"],
  ])("after %i: a raise %s, a lowering %s, zero always", (used, raise, lowering) => {
    const said = (verdict: ReturnType<typeof mayRevise>) => (verdict.go ? "go" : verdict.why);
    expect(said(mayRevise(wish({ used, rising: true })))).toBe(raise);
    expect(said(mayRevise(wish({ used })))).toBe(lowering);
    expect(said(mayRevise(wish({ used, to: 0 })))).toBe("go");
  });

  it("a lowering that waits goes when its part of the day has come", () => {
    const held = mayRevise(wish({ used: 215 }));
    if (held.go) throw new Error("it should have waited");
    // Twelve hours, fifteen writes left: sixteen gaps.
    expect(held.until).toEqual(new Date(NOON.getTime() + 45 * 60_000));
    expect(mayRevise(wish({ used: 215, now: held.until }))).toEqual({ go: true });
  });

  it("whatever a day brings, twenty writes are left for zero", () => {
    const wishes = fc.array(fc.record({ minutes: fc.nat(20), rising: fc.boolean() }), { minLength: 400, maxLength: 900 });
    fc.assert(
      fc.property(wishes, (asked) => {
        let [used, now, last] = [0, new Date(MIDNIGHT.getTime() - 86_400_000), null as Date | null];
        for (const { minutes, rising } of asked) {
          now = new Date(now.getTime() + minutes * 60_000);
          if (now >= MIDNIGHT) break;
          if (!mayRevise(wish({ used, rising, lastWriteAt: last, now })).go) continue;
          used++;
          last = now;
        }
        expect(used).toBeLessThanOrEqual(230);
      }),
    );
  });
});
