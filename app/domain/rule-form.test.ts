import { describe, expect, it } from "vitest";
import { EMPTY_FORM, type RuleForm, readRuleForm } from "./rule-form.ts";

const at = { now: new Date("2026-11-23T12:00:00Z"), timeZone: "Europe/Berlin" };
const read = (change: Partial<RuleForm>) => readRuleForm({ ...EMPTY_FORM, ...change }, at);

describe("a typed rule", () => {
  it("is read with its place, figures, routing and dates in the seller's zone", () => {
    const form = { scope: "tag-connection", connectionId: "etsy", tag: " summer ", buffer: " 2 ", percent: "50", lastUnits: "3" };
    expect(read({ ...form, rank: ["etsy", "ebay"], startsAt: "2026-11-27T00:00", endsAt: "2026-11-30T00:00", title: " Sale " })).toEqual({
      rule: {
        ...{ scope: "tag-connection", connectionId: "etsy", tag: "summer", sku: null, title: "Sale" },
        ...{ buffer: 2, percent: 50, floor: null, cap: null, fixed: null, paused: null, lastUnits: 3, lastRank: ["etsy", "ebay"] },
        ...{ startsAt: new Date("2026-11-26T23:00:00Z"), endsAt: new Date("2026-11-29T23:00:00Z") },
      },
    });
  });

  it.each<[string, Partial<RuleForm>, object]>([
    ["a word for a number", { buffer: "two" }, { buffer: "not-a-number" }],
    ["less than nothing", { cap: "-1" }, { cap: "not-a-number" }],
    ["more than anybody has", { fixed: "2000000" }, { fixed: "too-large" }],
    ["more than all", { percent: "101" }, { percent: "not-a-percent" }],
    ["no channel", { scope: "connection", buffer: "1" }, { connectionId: "missing" }],
    ["no tag", { scope: "tag", buffer: "1" }, { tag: "missing" }],
    ["no SKU", { scope: "listing", connectionId: "etsy", buffer: "1" }, { sku: "missing" }],
    ["routing to nobody", { lastUnits: "1" }, { rank: "no-rank" }],
    [
      "an end before its beginning",
      { buffer: "1", startsAt: "2026-11-28T00:00", endsAt: "2026-11-27T00:00" },
      { endsAt: "ends-before-start" },
    ],
    ["an end that is over", { buffer: "1", endsAt: "2026-11-22T00:00" }, { endsAt: "over-already" }],
    ["no time", { buffer: "1", startsAt: "soon" }, { startsAt: "not-a-time" }],
    ["nothing at all", {}, { form: "says-nothing" }],
  ])("is refused beside its field: %s", (_, change, problems) => {
    expect(read(change)).toEqual({ problems });
  });

  it("takes a nearer zero and 'not paused' as something said", () => {
    expect(read({ buffer: "0" })).toMatchObject({ rule: { buffer: 0 } });
    expect(read({ paused: "no" })).toMatchObject({ rule: { paused: false } });
  });
});
