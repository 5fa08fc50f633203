import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { effectiveRule, type Rule } from "./rules.ts";
import { rushRules } from "./rush.ts";

const NOW = new Date("2026-11-23T12:00:00Z");
const FROM = new Date("2026-11-27T00:00:00Z");
const UNTIL = new Date("2026-11-30T00:00:00Z");
const NOTHING = {
  ...{ connectionId: null, tag: null, listingId: null, buffer: null, percent: null, floor: null, cap: null, fixed: null },
  ...{ paused: null, lastUnits: null, lastRank: null, startsAt: null, endsAt: null },
};
const place = { connectionId: "etsy", listingId: "mug", tags: ["best"] };
const wish = { bufferBy: 2, lastUnits: 3, lastRank: ["shopify"], startsAt: FROM, endsAt: UNTIL };
let made = 0;
const newId = () => `rush-${made++}`;

describe("a rush", () => {
  it("adds its buffer to whatever rule is nearest, routes the last units, and leaves nothing behind when it is over", () => {
    const scope = fc.constantFrom(
      { scope: "seller" as const },
      { scope: "connection" as const, connectionId: "etsy" },
      { scope: "tag" as const, tag: "best" },
      { scope: "tag-connection" as const, tag: "best", connectionId: "etsy" },
      { scope: "listing" as const, listingId: "mug" },
    );
    const units = fc.option(fc.nat(9), { nil: null });
    const book = fc.uniqueArray(fc.record({ at: scope, buffer: units, cap: units, lastUnits: units }), { selector: (r) => r.at.scope });
    fc.assert(
      fc.property(book, (figures) => {
        const standing: Rule[] = figures.map((f, i) => ({
          ...NOTHING,
          ...{
            ...f.at,
            id: `rule-${i}`,
            buffer: f.buffer,
            cap: f.cap,
            lastUnits: f.lastUnits,
            lastRank: f.lastUnits === null ? null : ["ebay"],
          },
        }));
        const all = [...standing, ...rushRules(standing, wish, newId)];
        const usual = effectiveRule(standing, place, NOW);
        const during = effectiveRule(all, place, FROM);
        expect(during.buffer?.value).toBe((usual.buffer?.value ?? 0) + 2);
        expect(during.cap).toEqual(usual.cap);
        expect([during.lastUnits?.value, during.lastRank?.value]).toEqual([3, ["shopify"]]);
        expect(effectiveRule(all, place, NOW)).toEqual(usual);
        expect(effectiveRule(all, place, UNTIL)).toEqual(usual);
      }),
    );
  });

  it("without routing changes buffers only, and builds upon no passing rule", () => {
    const passing: Rule = { ...NOTHING, id: "sale", scope: "tag", tag: "best", buffer: 5, startsAt: NOW, endsAt: UNTIL };
    const rules = rushRules([passing], { ...wish, lastUnits: null }, newId);
    expect(rules.map((r) => [r.scope, r.buffer, r.lastUnits, r.startsAt, r.endsAt])).toEqual([["seller", 2, null, FROM, UNTIL]]);
  });
});
