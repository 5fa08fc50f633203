import { expect, it } from "vitest";
import { type KnownListing, saysNothingNew } from "./told-listing.ts";

const mug: KnownListing = { title: "Mug - blue", parentTitle: "Mug", sku: "MUG-B", state: "active" };
const red: KnownListing = { ...mug, title: "Mug - red", sku: "MUG-R" };
const told = { title: "Mug", skus: ["MUG-R", "MUG-B"], onSale: true };

it.each([
  ["what is known already", told, [mug, red], true],
  ["nothing but that it is on sale", { title: null, skus: null, onSale: true }, [mug, red], true],
  ["a product of one variant by its own title", { ...told, skus: ["MUG-B"] }, [{ ...mug, title: "Mug", parentTitle: null }], true],
  ["no SKU where none is known", { ...told, skus: [null] }, [{ ...mug, sku: null }], true],
  ["another title", { ...told, title: "Cup" }, [mug, red], false],
  ["another SKU", { ...told, skus: ["MUG-B", "CUP-R"] }, [mug, red], false],
  ["one variant more", { ...told, skus: [...told.skus, "MUG-G"] }, [mug, red], false],
  ["off sale", { ...told, onSale: false }, [mug, red], false],
  ["on sale where it was off", told, [mug, red].map((one) => ({ ...one, state: "inactive" })), false],
  ["something that nobody knows", told, [], false],
] as const)("says %s", (_what, said, known, nothingNew) => {
  expect(saysNothingNew({ ...said, skus: said.skus === null ? null : [...said.skus] }, known)).toBe(nothingNew);
});
