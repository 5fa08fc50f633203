import { describe, expect, it } from "vitest";
import { ruleFor, shouldShow, someAddUpTo } from "./formula.ts";
import type { RuleFields } from "./order-book.ts";

const plain: RuleFields = { buffer: null, percent: null, cap: null, floor: null };
const shown = (available: number, rule: Partial<RuleFields> = {}, channel = "shopify") =>
  shouldShow([{ available, each: 1 }], { ...plain, ...rule }, channel);

describe("the oracle's own formula", () => {
  it.each([
    ["what is there", shown(7), 7],
    ["never below zero", shown(-3), 0],
    ["buffer", shown(7, { buffer: 2 }), 5],
    ["a buffer larger than the stock", shown(1, { buffer: 2 }), 0],
    ["percent, rounded down, after the buffer", shown(8, { buffer: 1, percent: 80 }), 5],
    ["zero at the floor", shown(3, { floor: 3 }), 0],
    ["above the floor", shown(4, { floor: 3 }), 4],
    ["cap", shown(40, { cap: 8 }), 8],
    ["Etsy's limit", shown(5_000, {}, "etsy"), 999],
    [
      "a bundle makes what its scarcest part makes",
      shouldShow(
        [
          { available: 13, each: 6 },
          { available: 1, each: 1 },
        ],
        plain,
        "ebay",
      ),
      1,
    ],
  ])("%s", (_what, is, wanted) => {
    expect(is).toBe(wanted);
  });

  it("takes the channel's field before the seller's", () => {
    expect(ruleFor({ ...plain, buffer: 2, cap: 9 }, { ...plain, buffer: 0 })).toEqual({ ...plain, buffer: 0, cap: 9 });
  });
});

describe("what hands did", () => {
  it.each([
    [[3, -2], 1, 0, true],
    [[3, -2], 2, 0, false],
    [[], 0, 0, true],
    [[], -1, 5, false],
    [[], 4, 5, true],
    [[-4], -3, 1, true],
  ])("%j may make %i with up to %i returned: %s", (changes, sum, slack, fits) => {
    expect(someAddUpTo(changes, sum, slack)).toBe(fits);
  });
});
