import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EffectiveRule, RuleScope } from "./rules.ts";
import { explainTarget, followsItemOneToOne, type StepKind, type TargetInput, type TargetStep } from "./target.ts";

const set = <T>(value: T, scope: RuleScope = "seller") => ({ value, ruleId: `${scope}-rule`, scope });
const mug = (available: number, units = 1) => ({ itemId: `mug-${units}`, sku: "MUG", available, units });
const plain: TargetInput = {
  components: [mug(10)],
  rule: {},
  connectionId: "etsy",
  connectionsWithIt: ["etsy", "ebay"],
  safetyUnits: 0,
  channel: { maxQuantity: 999, renewalNeedsConsent: false },
};
const target = (change: Partial<TargetInput>) => explainTarget({ ...plain, ...change }).target;
const kinds = (steps: readonly TargetStep[]) => steps.map((s) => s.kind);

describe("the wanted number", () => {
  it.each<[string, Partial<TargetInput>, number]>([
    ["what is available", {}, 10],
    ["whole packs only", { components: [mug(10, 4)] }, 2],
    ["a bundle's scarcest part", { components: [mug(10), { itemId: "box", sku: "BOX", available: 3, units: 1 }] }, 3],
    ["nothing when oversold", { components: [mug(-2)] }, 0],
    ["less the buffer", { rule: { buffer: set(3) } }, 7],
    ["nothing when the buffer takes it all", { rule: { buffer: set(30) } }, 0],
    ["a share, rounded down", { rule: { percent: set(55) } }, 5],
    ["nothing at the floor", { rule: { floor: set(10) } }, 0],
    ["everything above the floor", { rule: { floor: set(9) } }, 10],
    ["at most the cap", { rule: { cap: set(4) } }, 4],
    ["a fixed number", { rule: { fixed: set(6) } }, 6],
    ["what can be made where the fixed number is more", { rule: { fixed: set(60) } }, 10],
    ["a fixed number whatever buffer and cap say", { rule: { buffer: set(9), cap: set(1), fixed: set(8) } }, 8],
    ["what it showed before us, whatever the rules say", { rule: { buffer: set(9), fixed: set(2) }, putBack: 7 }, 7],
    ["what can be made where it showed more before us", { putBack: 60 }, 10],
    ["held back units in blind mode", { safetyUnits: 4 }, 6],
    ["the last unit even then", { safetyUnits: 40 }, 1],
    ["the last unit too where the seller chose so", { safetyUnits: 40, safetyLastUnit: true }, 0],
    ["the platform's most", { components: [mug(5_000)] }, 999],
    [
      "nothing past the month's cap for renewals",
      { channel: { maxQuantity: 999, renewalNeedsConsent: false, renewalCapReached: true } },
      0,
    ],
    ["nothing where reviving may cost", { channel: { maxQuantity: 999, renewalNeedsConsent: true } }, 0],
  ])("is %s", (_, change, expected) => {
    expect(target(change)).toBe(expected);
  });

  it("names the channels for which units are held back", () => {
    const { steps } = explainTarget({ ...plain, safetyUnits: 2, safetyBecause: ["Corner shop"] });
    expect(steps.at(-1)).toMatchObject({ kind: "safety", figure: 2, result: 8, because: ["Corner shop"] });
  });

  it("goes through buffer, percent, floor, cap in this order, and the order shows", () => {
    const rule: EffectiveRule = { cap: set(4), floor: set(2), percent: set(50), buffer: set(1) };
    const explained = explainTarget({ ...plain, components: [mug(12)], rule });
    expect(explained.steps.map((s) => [s.kind, s.result])).toEqual([
      ["makeable", 12],
      ["buffer", 11],
      ["percent", 5],
      ["floor", 5],
      ["cap", 4],
    ]);
    expect(explained.target).toBe(4);
  });

  it("names the rule behind each step and what each component allows", () => {
    const explained = explainTarget({ ...plain, components: [mug(9, 2)], rule: { buffer: set(1, "tag") } });
    expect(explained.steps).toEqual([
      {
        kind: "makeable",
        result: 4,
        figure: null,
        ruleId: null,
        scope: null,
        components: [{ sku: "MUG", available: 9, units: 2, makes: 4 }],
      },
      { kind: "buffer", result: 3, figure: 1, ruleId: "tag-rule", scope: "tag" },
    ]);
  });

  it("is absent, never zero, under a pause and without components", () => {
    const paused = explainTarget({ ...plain, rule: { paused: set(true), buffer: set(1) } });
    expect(paused.target).toBeNull();
    expect(paused.steps.at(-1)).toEqual({ kind: "paused", result: null, figure: null, ruleId: "seller-rule", scope: "seller" });
    expect(target({ rule: { paused: set(false) } })).toBe(10);
    expect(target({ components: [] })).toBeNull();
  });

  describe("with the last units routed", () => {
    const last = (connectionId: string, available: number, connectionsWithIt = ["etsy", "ebay"]) =>
      target({
        connectionId,
        connectionsWithIt,
        components: [mug(available)],
        rule: { lastUnits: set(2), lastRank: set(["shop", "ebay", "etsy"]) },
      });

    it("only the first ranked connection that lists it keeps them", () => {
      expect([last("ebay", 2), last("etsy", 2)]).toEqual([2, 0]);
      expect([last("ebay", 3), last("etsy", 3)]).toEqual([3, 3]);
      expect(last("etsy", 2, ["etsy"])).toBe(2);
    });

    it("nobody loses them without a ranking that names one of its connections", () => {
      expect(target({ components: [mug(1)], rule: { lastUnits: set(2) } })).toBe(1);
      expect(target({ components: [mug(1)], rule: { lastUnits: set(2), lastRank: set(["gone"]) } })).toBe(1);
    });
  });
});

const figure = (max: number) => fc.option(fc.integer({ min: -3, max }), { nil: undefined });
/** Also figures that no screen would let through: the formula itself must hold. */
const anyRule = fc
  .record({
    buffer: figure(20),
    percent: figure(150),
    floor: figure(20),
    cap: figure(30),
    fixed: figure(30),
    lastUnits: figure(6),
    lastRank: fc.option(fc.uniqueArray(fc.constantFrom("shop", "etsy", "ebay", "woo")), { nil: undefined }),
    paused: fc.option(fc.boolean(), { nil: undefined }),
  })
  .map((r): EffectiveRule => Object.fromEntries(Object.entries(r).flatMap(([k, v]) => (v === undefined ? [] : [[k, set(v)]]))));
const anyInput: fc.Arbitrary<TargetInput> = fc.record({
  components: fc.array(
    fc.record({ itemId: fc.uuid(), sku: fc.string(), available: fc.integer({ min: -5, max: 60 }), units: fc.integer({ min: 0, max: 6 }) }),
    { maxLength: 4 },
  ),
  rule: anyRule,
  connectionId: fc.constantFrom("etsy", "ebay"),
  connectionsWithIt: fc.uniqueArray(fc.constantFrom("shop", "etsy", "ebay", "woo")),
  safetyUnits: fc.nat(5),
  channel: fc.record({ maxQuantity: fc.integer({ min: 1, max: 40 }), renewalNeedsConsent: fc.boolean() }),
});

const canBeMade = (input: TargetInput) =>
  Math.max(0, Math.min(...input.components.map((c) => Math.floor(c.available / Math.max(1, c.units)))));

describe("any target", () => {
  it("is a whole number from nothing to what can be made, within the cap and the channel's most", () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { target } = explainTarget(input);
        if (target === null) {
          expect(input.components.length === 0 || input.rule.paused?.value === true).toBe(true);
          return;
        }
        expect(Number.isInteger(target) && !Object.is(target, -0)).toBe(true);
        expect(target).toBeGreaterThanOrEqual(0);
        expect(target).toBeLessThanOrEqual(canBeMade(input));
        expect(target).toBeLessThanOrEqual(input.channel.maxQuantity);
        if (input.rule.cap && !input.rule.fixed) expect(target).toBeLessThanOrEqual(Math.max(0, input.rule.cap.value));
        if (input.rule.fixed) expect(target).toBeLessThanOrEqual(Math.max(0, input.rule.fixed.value));
        if (input.channel.renewalNeedsConsent) expect(target).toBe(0);
      }),
      { numRuns: 500 },
    );
  });

  it("is told by its steps: in the settled order, none twice, each following from the one before, the last being the answer", () => {
    const order: StepKind[] = [
      "makeable",
      "paused",
      "buffer",
      "percent",
      "floor",
      "cap",
      "fixed",
      "last-units",
      "safety",
      "channel-max",
      "renewal",
    ];
    fc.assert(
      fc.property(anyInput, (input) => {
        const { target, steps } = explainTarget(input);
        const places = kinds(steps).map((k) => order.indexOf(k));
        expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
        expect(steps[0]?.kind).toBe("makeable");
        const makeable = steps[0]?.result ?? 0;
        let value = makeable;
        for (const step of steps.slice(1)) {
          const told = follow(step, value, makeable);
          expect([step.kind, step.result]).toEqual([step.kind, told]);
          value = told ?? value;
        }
        expect(target).toBe(input.components.length === 0 ? null : (steps.at(-1)?.result ?? null));
      }),
      { numRuns: 500 },
    );
  });

  it("never falls when more is available, unless last units are routed", () => {
    fc.assert(
      fc.property(anyInput, fc.nat(30), fc.nat(3), (input, more, which) => {
        const rule: EffectiveRule = { ...input.rule };
        delete rule.lastUnits;
        const richer = input.components.map((c, i) =>
          i === which % input.components.length ? { ...c, available: c.available + more } : c,
        );
        const before = explainTarget({ ...input, rule }).target;
        const now = explainTarget({ ...input, rule, components: richer }).target;
        expect(now === null).toBe(before === null);
        if (before !== null && now !== null) expect(now).toBeGreaterThanOrEqual(before);
      }),
      { numRuns: 500 },
    );
  });
});

/** One step done by hand from the figure it shows. */
function follow(step: TargetStep, value: number, makeable: number): number | null {
  const figure = step.figure ?? 0;
  const within = (n: number) => Math.min(makeable, Math.max(0, n));
  switch (step.kind) {
    case "makeable":
      return makeable;
    case "buffer":
      return within(value - figure);
    case "percent":
      return within(Math.floor((value * figure) / 100));
    case "floor":
      return value <= figure ? 0 : value;
    case "cap":
    case "channel-max":
    case "leaving":
      return within(Math.min(value, figure));
    case "fixed":
    case "first-shown":
      return within(figure);
    case "last-units":
    case "renewal":
    case "renewal-cap":
      return 0;
    case "safety":
      return Math.max(1, value - figure);
    case "held":
      throw new Error("the formula holds nothing; the brake does");
    case "paused":
      return null;
    default: {
      const never: never = step.kind;
      return never;
    }
  }
}

describe("an edit may follow the item one to one", () => {
  const one = [{ units: 1 }];
  it("under no rule or a buffer alone", () => {
    expect(followsItemOneToOne(one, {}, null)).toBe(true);
    expect(followsItemOneToOne(one, { buffer: set(2) }, null)).toBe(true);
  });

  it.each<[string, { units: number }[], EffectiveRule]>([
    ["a pack", [{ units: 2 }], {}],
    ["a bundle", [{ units: 1 }, { units: 1 }], {}],
    ["nothing behind it", [], {}],
    ["a share", one, { percent: set(50) }],
    ["a cap", one, { cap: set(5) }],
    ["a fixed number", one, { fixed: set(5) }],
    ["a floor", one, { floor: set(1) }],
    ["routed last units", one, { lastUnits: set(1) }],
  ])("not for %s", (_, components, rule) => {
    expect(followsItemOneToOne(components, rule, null)).toBe(false);
  });

  it("not while what it showed before us is put back", () => {
    expect(followsItemOneToOne(one, {}, 10)).toBe(false);
  });
});
