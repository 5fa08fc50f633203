import { describe, expect, it } from "vitest";
import { makeWorld } from "./world.ts";

describe("world", () => {
  const world = makeWorld(1, 24);
  const own = (account: number) => world.simple.filter((item) => item.account === account);

  it("has the simple goods of both demo sellers and a small second account", () => {
    expect([own(1).length, own(2).length, own(3).length]).toEqual([24, 3, 12]);
    expect(own(3).every((item) => item.sku.startsWith("B-"))).toBe(true);
    expect(world.simple.every((item) => item.quantity >= 12 && item.quantity <= 40)).toBe(true);
    expect(new Set(world.simple.map((item) => item.sku)).size).toBe(world.simple.length);
    expect(new Set(own(1).map((item) => item.title)).size).toBe(24);
  });

  it("has packs and bundles on at most three channels, made of parts that nobody sells singly", () => {
    expect(new Set(world.composites.map((item) => item.kind))).toEqual(new Set(["pack", "bundle"]));
    const sold = new Set(world.simple.map((item) => item.sku));
    const parts = new Map(world.hidden!.map((item) => [item.sku, item]));
    for (const item of world.composites) {
      expect(item.channels.length).toBeLessThanOrEqual(3);
      const makeable = item.components.map(({ sku, units }) => {
        expect(sold.has(sku)).toBe(false);
        expect(parts.get(sku)!.account).toBe(item.account);
        return Math.floor(parts.get(sku)!.quantity / units);
      });
      expect(item.quantity).toBe(Math.min(...makeable));
    }
  });

  it("is the same for the same seed and another for another", () => {
    expect(makeWorld(1, 24)).toEqual(world);
    expect(makeWorld(2, 24).simple.map((item) => item.quantity)).not.toEqual(world.simple.map((item) => item.quantity));
  });

  it("scales to 100,000 goods with unique SKUs", () => {
    const big = makeWorld(1, 100_000).simple.filter((item) => item.account === 1);
    expect(new Set(big.map((item) => item.sku)).size).toBe(100_000);
  });
});
