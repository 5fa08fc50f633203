import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adviseKeeping, type Competing } from "./keep-order.ts";

const order = (orderId: string, change: Partial<Competing> = {}): Competing => ({
  ...{ orderId, shipped: false, paid: true, penalty: 1, worthMinor: 1_000, currency: "EUR", placedAt: new Date(1_000) },
  ...change,
});

describe("the order to keep", () => {
  it.each<[string, Partial<Competing>, Partial<Competing>]>([
    ["shipped", { shipped: true, paid: false }, { penalty: 3 }],
    ["paid", { placedAt: new Date(9_000) }, { paid: false, penalty: 3 }],
    ["penalty", { penalty: 3 }, { worthMinor: 9_000 }],
    ["price", { worthMinor: 1_001, placedAt: new Date(9_000) }, {}],
    ["earlier", { placedAt: new Date(500) }, {}],
  ])("is the one that is better by %s, which stands above what comes after it", (reason, better, worse) => {
    expect(adviseKeeping([order("w", worse), order("b", better)])).toEqual({ orderId: "b", reason });
  });

  it("does not compare prices in two currencies, or one that is not known", () => {
    const first = order("a", { placedAt: new Date(1) });
    expect(adviseKeeping([order("b", { worthMinor: 9_999, currency: "USD" }), first])).toEqual({ orderId: "a", reason: "earlier" });
    expect(adviseKeeping([order("b", { worthMinor: null }), first])).toEqual({ orderId: "a", reason: "earlier" });
  });

  it("is nobody's where only one is left, and does not hang on the order in which they are given", () => {
    expect(adviseKeeping([order("a")])).toBeNull();
    const any = fc.record({
      ...{ shipped: fc.boolean(), paid: fc.boolean(), penalty: fc.nat(3), worthMinor: fc.nat(5) },
      placedAt: fc.integer({ min: 0, max: 3 }).map((ms) => new Date(ms)),
    });
    fc.assert(
      fc.property(any, any, (a, b) => {
        const two = [order("a", a), order("b", b)];
        expect(adviseKeeping(two)).toEqual(adviseKeeping([...two].reverse()));
      }),
    );
  });
});
