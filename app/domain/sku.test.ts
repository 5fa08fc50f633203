import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { skuKey } from "./sku.ts";

describe("the key of a SKU", () => {
  it.each([
    [" Mug-Blue ", "mug-blue"],
    ["MUG-BLUE", "mug-blue"],
    ["mug blue", "mug blue"],
    ["007", "007"],
    // The same letter typed in two ways: one code point, or a letter and its accent.
    ["CAFÉ", "café"],
    ["CAFE\u0301", "café"],
  ])("of %j is %j", (typed, key) => {
    expect(skuKey(typed)).toBe(key);
  });

  it.each([null, "", " ", "\t\n", "\u00a0"])("is absent for %j, so that nothing links by it", (typed) => {
    expect(skuKey(typed)).toBeNull();
  });

  it("changes nothing when it is made twice, and never depends on spaces around it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.constantFrom("", " ", "\t", "\u00a0"), (typed, space) => {
        const key = skuKey(typed);
        expect(skuKey(key)).toBe(key);
        expect(skuKey(`${space}${typed}${space}`)).toBe(key);
      }),
    );
  });

  it("folds the letters that people type as capitals", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9 ._/-]+$/), (typed) => {
        expect(skuKey(typed.toUpperCase())).toBe(skuKey(typed.toLowerCase()));
      }),
    );
  });
});
