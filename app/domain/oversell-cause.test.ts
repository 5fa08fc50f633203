import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CauseFacts, judgeCause, NEWS_MS, OVERSELL_CAUSES, REACH_MS, type ShownFacts } from "./oversell-cause.ts";

const T0 = Date.parse("2026-11-23T14:05:00.000Z");
const at = (seconds: number) => new Date(T0 + seconds * 1000);

const SHOWN: ShownFacts = {
  ...{ known: { quantity: 1, at: at(-60) }, pieces: 1, raised: null, sellsWithoutStock: false, noWriting: null },
  ...{ writes: [], everWritten: true, waitingText: null },
};
const facts = (change: {
  earlier?: Partial<NonNullable<CauseFacts["earlier"]>> | null;
  later?: Partial<NonNullable<CauseFacts["later"]>>;
  shown?: Partial<ShownFacts>;
  lowered?: CauseFacts["lowered"];
}): CauseFacts => ({
  earlier:
    change.earlier === null ? null : { placedAt: at(0), learnedAt: at(1), beforeBaseline: false, unseenSince: null, ...change.earlier },
  later: { placedAt: at(2), learnedAt: at(3), beforeBaseline: false, ...change.later },
  shown: { ...SHOWN, ...change.shown },
  lowered: change.lowered ?? null,
});
const cause = (change: Parameters<typeof facts>[0]) => judgeCause(facts(change)).cause;
const hand = { at: at(5), units: -1, by: "person:1", note: null };
const refused = { sentAt: at(1.5), outcome: "rejected" as const, note: "no" };

describe("the cause", () => {
  it("is the physical window where the other order was placed before our write could have arrived, with the seconds", () => {
    expect(judgeCause(facts({}))).toEqual({ cause: "physical", betweenMs: 2_000, learnedAfterMs: 1_000, knownForMs: 1_000 });
    expect(cause({ later: { placedAt: at(0.5) } })).toBe("physical");
  });

  it.each<[string, Parameters<typeof facts>[0]]>([
    ["before-baseline", { earlier: { beforeBaseline: true } }],
    ["before-baseline", { later: { beforeBaseline: true } }],
    ["raised-by-hand", { shown: { raised: { from: 0, to: 3, seenAt: at(8) } } }],
    ["raised-by-hand", { shown: { known: { quantity: 0, at: at(0.5) } } }],
    ["sells-without-stock", { shown: { known: { quantity: 0, at: at(0.5) }, sellsWithoutStock: true } }],
    ["no-writing", { shown: { noWriting: { why: "paused", since: at(-5), text: null } } }],
    ["late-news", { earlier: { learnedAt: at(90) }, later: { placedAt: at(60) } }],
    ["not-seen", { earlier: { learnedAt: at(90), unseenSince: at(-30) }, later: { placedAt: at(60) } }],
    ["write-refused", { shown: { writes: [refused] } }],
    ["write-late", { later: { placedAt: at(14) } }],
    ["opening-count", { earlier: null, shown: { everWritten: false } }],
    ["opening-count", { lowered: { ...hand, onlyOpeningBefore: true } }],
    ["lowered-by-hand", { lowered: { ...hand, onlyOpeningBefore: false } }],
    ["unknown", { earlier: null }],
  ])("is %s where the moments say so", (expected, change) => {
    expect(cause(change)).toBe(expected);
  });

  it("is none of those where it came only after the sale", () => {
    expect(cause({ shown: { noWriting: { why: "paused", since: at(2.5), text: null } } })).toBe("physical");
    expect(cause({ shown: { writes: [{ ...refused, sentAt: at(2.5) }] } })).toBe("physical");
    expect(cause({ shown: { known: { quantity: 0, at: at(1.8) } } })).toBe("physical");
    expect(cause({ earlier: { learnedAt: at(90), unseenSince: at(70) }, later: { placedAt: at(60) } })).toBe("late-news");
    expect(cause({ earlier: { learnedAt: at(90) }, later: { placedAt: at(5) } })).toBe("physical");
  });

  it("is always one of the known ones, and never physical once we had known of the sale for long", () => {
    const seconds = fc.integer({ min: -600, max: 600 });
    fc.assert(
      fc.property(seconds, seconds, seconds, (placed, learned, later) => {
        const judged = judgeCause(facts({ earlier: { placedAt: at(placed), learnedAt: at(learned) }, later: { placedAt: at(later) } }));
        expect(OVERSELL_CAUSES).toContain(judged.cause);
        if (judged.cause === "physical") expect(judged.knownForMs).toBeLessThan(REACH_MS);
        if (judged.cause === "late-news") expect(judged.learnedAfterMs).toBeGreaterThan(NEWS_MS);
        expect(judged.betweenMs).toBe((later - placed) * 1000);
      }),
    );
  });
});
