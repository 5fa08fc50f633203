import { expect, it } from "vitest";
import { type PastRule, rulesThen } from "./rules-then.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 12, minute));
const rule = (id: string, buffer: number, from: number, to: number | null, more: Partial<PastRule> = {}): PastRule => ({
  ...{ id, scope: "seller", connectionId: null, tag: null, listingId: null, buffer, percent: null, floor: null, cap: null, fixed: null },
  ...{ paused: null, lastUnits: null, lastRank: null, startsAt: null, endsAt: null, version: 1, title: null, previewId: null },
  ...{ createdAt: at(from), replacedAt: to === null ? null : at(to) },
  ...more,
});

it("ends what came since and brings back what stood", () => {
  const history = [rule("a", 1, 0, 10), rule("b", 5, 10, null, { version: 2 })];
  expect(rulesThen(history, at(5), at(20))).toEqual({ ends: ["b"], comesBack: [history[0]] });
  expect(rulesThen(history, at(15), at(20))).toEqual({ ends: [], comesBack: [] });
});

it("leaves a rule that says the same as then, one whose end has passed, and what lies outside", () => {
  const same = [rule("a", 1, 0, 10), rule("b", 2, 10, 12), rule("c", 1, 12, null)];
  expect(rulesThen(same, at(5), at(20))).toEqual({ ends: [], comesBack: [] });
  expect(rulesThen([rule("rush", 3, 0, 8, { endsAt: at(9) })], at(5), at(20))).toEqual({ ends: [], comesBack: [] });
  expect(rulesThen([rule("a", 1, 10, null)], at(5), at(20), () => false)).toEqual({ ends: [], comesBack: [] });
});

it("ends a rule where there was none, and brings one back that was taken away", () => {
  expect(rulesThen([rule("a", 1, 10, null)], at(5), at(20)).ends).toEqual(["a"]);
  const gone = rule("a", 1, 0, 10);
  expect(rulesThen([gone], at(5), at(20)).comesBack).toEqual([gone]);
});
