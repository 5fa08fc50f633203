import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { effectiveRule, RULE_SCOPES, type Rule, type RulePlace } from "./rules.ts";

const NOW = new Date("2026-11-23T12:00:00Z");
const at = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);
const here: RulePlace = { connectionId: "etsy", listingId: "mug", tags: ["best", "handmade"] };

let made = 0;
function rule(change: Partial<Rule>): Rule {
  return {
    id: `rule-${made++}`,
    scope: "seller",
    connectionId: null,
    tag: null,
    listingId: null,
    buffer: null,
    percent: null,
    floor: null,
    cap: null,
    fixed: null,
    paused: null,
    lastUnits: null,
    lastRank: null,
    startsAt: null,
    endsAt: null,
    ...change,
  };
}

const ladder = [
  rule({ scope: "listing", listingId: "mug", buffer: 1 }),
  rule({ scope: "tag-connection", connectionId: "etsy", tag: "best", buffer: 2 }),
  rule({ scope: "tag-connection", connectionId: "etsy", tag: "handmade", buffer: 3 }),
  rule({ scope: "tag", tag: "best", buffer: 4 }),
  rule({ scope: "tag", tag: "handmade", buffer: 5 }),
  rule({ scope: "connection", connectionId: "etsy", buffer: 6 }),
  rule({ scope: "seller", buffer: 7 }),
];

describe("the rule in force", () => {
  it("comes from the nearest place: listing, tag on a connection, tag, connection, seller; the better ranked tag first", () => {
    const seen = ladder.map((_, i) => effectiveRule(ladder.slice(i), here, NOW).buffer?.value);
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(effectiveRule([], here, NOW)).toEqual({});
  });

  it("is put together field by field, each naming the rule it came from", () => {
    const near = rule({ scope: "listing", listingId: "mug", buffer: 2 });
    const far = rule({ scope: "seller", buffer: 9, cap: 5, paused: false });
    expect(effectiveRule([far, near], here, NOW)).toEqual({
      buffer: { value: 2, ruleId: near.id, scope: "listing" },
      cap: { value: 5, ruleId: far.id, scope: "seller" },
      paused: { value: false, ruleId: far.id, scope: "seller" },
    });
  });

  it("lets a nearer zero or 'not paused' stand against a farther figure", () => {
    const rules = [rule({ buffer: 5, paused: true }), rule({ scope: "connection", connectionId: "etsy", buffer: 0, paused: false })];
    const found = effectiveRule(rules, here, NOW);
    expect([found.buffer?.value, found.paused?.value]).toEqual([0, false]);
  });

  it("ignores other listings, other connections and tags that the item does not carry", () => {
    const rules = [
      rule({ scope: "listing", listingId: "plate", buffer: 1 }),
      rule({ scope: "connection", connectionId: "ebay", buffer: 2 }),
      rule({ scope: "tag", tag: "glass", buffer: 3 }),
      rule({ scope: "tag-connection", tag: "best", connectionId: "ebay", buffer: 4 }),
    ];
    expect(effectiveRule(rules, here, NOW)).toEqual({});
  });

  it.each<[string, Date | null, Date | null, boolean]>([
    ["starts now", NOW, null, true],
    ["starts a moment later", new Date(NOW.getTime() + 1), null, false],
    ["ends now", null, NOW, false],
    ["ends a moment later", null, new Date(NOW.getTime() + 1), true],
    ["is over", at(-2), at(-1), false],
    ["is running", at(-1), at(1), true],
  ])("takes part by its dates: %s", (_, startsAt, endsAt, counts) => {
    expect(effectiveRule([rule({ cap: 3, startsAt, endsAt })], here, NOW).cap !== undefined).toBe(counts);
  });
});

describe("a dated rule", () => {
  const passing = rule({ buffer: 4, startsAt: at(-1), endsAt: at(1) });
  const undated = rule({ buffer: 1, cap: 9 });

  it("stands above the undated one at the same place while it is in force, field by field", () => {
    for (const rules of [
      [undated, passing],
      [passing, undated],
    ]) {
      expect(effectiveRule(rules, here, NOW)).toMatchObject({ buffer: { value: 4, ruleId: passing.id }, cap: { value: 9 } });
      expect(effectiveRule(rules, here, at(-2)).buffer?.value).toBe(1);
      expect(effectiveRule(rules, here, at(1)).buffer?.value).toBe(1);
    }
  });

  it("does not stand above a nearer place, and of two the later begun wins", () => {
    const near = rule({ scope: "connection", connectionId: "etsy", buffer: 0 });
    expect(effectiveRule([passing, near], here, NOW).buffer?.value).toBe(0);
    const later = rule({ buffer: 6, startsAt: NOW, endsAt: at(1) });
    expect([
      effectiveRule([later, passing, undated], here, NOW).buffer?.value,
      effectiveRule([undated, passing, later], here, NOW).buffer?.value,
    ]).toEqual([6, 6]);
  });
});

const figure = fc.option(fc.nat(9), { nil: null });
const hour = fc.option(fc.integer({ min: -2, max: 2 }).map(at), { nil: null });
const anyRule = fc
  .record({
    scope: fc.constantFrom(...RULE_SCOPES),
    connection: fc.constantFrom("etsy", "ebay"),
    tag: fc.constantFrom("best", "handmade", "glass"),
    listingId: fc.constantFrom("mug", "plate"),
    buffer: figure,
    cap: figure,
    paused: fc.option(fc.boolean(), { nil: null }),
    startsAt: hour,
    endsAt: hour,
  })
  .map(({ scope, connection, tag, listingId, ...rest }) =>
    rule({
      ...rest,
      scope,
      connectionId: scope === "connection" || scope === "tag-connection" ? connection : null,
      tag: scope === "tag" || scope === "tag-connection" ? tag : null,
      listingId: scope === "listing" ? listingId : null,
    }),
  );
/** One rule per place, as the database holds them (settled.md 30). */
const ruleBook = fc.uniqueArray(anyRule, { selector: (r) => [r.scope, r.connectionId, r.tag, r.listingId].join(), maxLength: 12 });

/** The same question answered the long way: walk the places from near to far and take the first that says something. */
function walk(rules: readonly Rule[], field: "buffer" | "cap" | "paused"): Rule | undefined {
  const places = [
    (r: Rule) => r.scope === "listing" && r.listingId === here.listingId,
    ...here.tags.map((tag) => (r: Rule) => r.scope === "tag-connection" && r.tag === tag && r.connectionId === here.connectionId),
    ...here.tags.map((tag) => (r: Rule) => r.scope === "tag" && r.tag === tag),
    (r: Rule) => r.scope === "connection" && r.connectionId === here.connectionId,
    (r: Rule) => r.scope === "seller",
  ];
  const running = rules.filter((r) => !(r.startsAt && r.startsAt > NOW) && !(r.endsAt && r.endsAt <= NOW));
  return places.map((stands) => running.find((r) => stands(r) && r[field] !== null)).find((r) => r !== undefined);
}

describe("any rule book", () => {
  it("answers each field from the nearest place that says something, in whatever order the rules come", () => {
    fc.assert(
      fc.property(ruleBook, fc.infiniteStream(fc.nat()), (rules, keys) => {
        const shuffled = rules.map((r) => ({ r, key: keys.next().value })).sort((a, b) => a.key - b.key);
        const found = effectiveRule(
          shuffled.map((s) => s.r),
          here,
          NOW,
        );
        for (const field of ["buffer", "cap", "paused"] as const) {
          const source = walk(rules, field);
          expect(found[field]).toEqual(source && { value: source[field], ruleId: source.id, scope: source.scope });
        }
      }),
    );
  });
});
