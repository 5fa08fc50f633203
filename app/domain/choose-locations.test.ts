import { describe, expect, it } from "vitest";
import { chooseLocations, countsChange } from "./choose-locations.ts";

const KNOWN = [
  { externalId: "home", fulfilmentService: false },
  { externalId: "shop", fulfilmentService: false },
  { externalId: "service", fulfilmentService: true },
];

describe("choosing a shop's places", () => {
  it("takes the seller's order, one that receives, and never a fulfilment service", () => {
    const chosen = chooseLocations(KNOWN, { counted: ["shop", "home", "service"], receiving: "shop", order: ["shop", "home"] });
    expect(chosen).toEqual([
      { externalId: "shop", fulfilmentService: false, rank: 0, counted: true, receiving: true },
      { externalId: "home", fulfilmentService: false, rank: 1, counted: true, receiving: false },
      { externalId: "service", fulfilmentService: true, rank: 2, counted: false, receiving: false },
    ]);
  });

  it("refuses what cannot be written", () => {
    const wish = { counted: ["shop"], receiving: "shop", order: [] };
    expect(chooseLocations(KNOWN, { ...wish, counted: [] })).toBe("none-counted");
    expect(chooseLocations(KNOWN, { ...wish, counted: ["service"] })).toBe("none-counted");
    expect(chooseLocations(KNOWN, { ...wish, receiving: "home" })).toBe("receiving-not-counted");
    expect(chooseLocations(KNOWN, { ...wish, receiving: "service" })).toBe("receiving-not-counted");
  });

  it("tells another sum from another order", () => {
    const of = (counted: string[], order: string[]) => {
      const chosen = chooseLocations(KNOWN, { counted, receiving: counted[0]!, order });
      if (typeof chosen === "string") throw new Error(chosen);
      return chosen;
    };
    expect(countsChange(of(["home", "shop"], []), of(["shop", "home"], ["shop"]))).toBe(false);
    expect(countsChange(of(["home", "shop"], []), of(["shop"], []))).toBe(true);
  });
});
