import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LocationQuantity } from "./channel-words.ts";
import { type LocationChoice, shownSum, spread } from "./locations.ts";

const place = (externalId: string, choice: Partial<LocationChoice> = {}): LocationChoice => ({
  externalId,
  counted: true,
  receiving: false,
  rank: 0,
  fulfilmentService: false,
  ...choice,
});

const cellar = place("cellar", { receiving: true, rank: 2 });
const shop = place("shop", { rank: 0 });
const attic = place("attic", { rank: 1 });
const service = place("service", { rank: 3, fulfilmentService: true });

describe("spreading a number over locations", () => {
  it("gives the receiving one what the others do not hold", () => {
    const parts = [
      { locationId: "cellar", quantity: 3 },
      { locationId: "shop", quantity: 4 },
    ];
    expect(spread(10, parts, [shop, cellar])).toEqual([{ locationId: "cellar", from: 3, to: 6 }]);
    expect(spread(4, parts, [shop, cellar])).toEqual([{ locationId: "cellar", from: 3, to: 0 }]);
    expect(spread(7, parts, [shop, cellar])).toEqual([]);
  });

  it("takes from the others in the seller's order when the receiving one has nothing left to give", () => {
    const parts = [
      { locationId: "attic", quantity: 5 },
      { locationId: "cellar", quantity: 1 },
      { locationId: "shop", quantity: 2 },
    ];
    expect(spread(4, parts, [attic, cellar, shop])).toEqual([
      { locationId: "shop", from: 2, to: 0 },
      { locationId: "attic", from: 5, to: 4 },
      { locationId: "cellar", from: 1, to: 0 },
    ]);
  });

  it("never writes at a fulfilment service, not even when it was chosen to receive", () => {
    const parts = [
      { locationId: "service", quantity: 6 },
      { locationId: "shop", quantity: 1 },
    ];
    expect(spread(8, parts, [{ ...service, receiving: true }, shop])).toEqual([{ locationId: "shop", from: 1, to: 2 }]);
    expect(spread(5, parts, [service, shop])).toBeNull();
    expect(spread(6, [{ locationId: "service", quantity: 6 }], [service])).toBeNull();
  });

  it("sums all parts while no location was chosen, else the chosen ones", () => {
    const parts = [
      { locationId: "cellar", quantity: 3 },
      { locationId: "shop", quantity: 4 },
    ];
    expect(shownSum(parts, [])).toBe(7);
    expect(shownSum(parts, [cellar, { ...shop, counted: false }])).toBe(3);
  });
});

const scene = fc
  .uniqueArray(
    fc.record({
      id: fc.constantFrom("a", "b", "c", "d", "e"),
      counted: fc.boolean(),
      receiving: fc.boolean(),
      rank: fc.nat(4),
      fulfilmentService: fc.boolean(),
      stocked: fc.boolean(),
      quantity: fc.integer({ min: -3, max: 20 }),
    }),
    { selector: (l) => l.id, minLength: 1 },
  )
  .map((all) => ({
    locations: all.map(({ id, stocked: _stocked, quantity: _quantity, ...choice }) => place(id, choice)),
    parts: all.filter((l) => l.stocked).map((l) => ({ locationId: l.id, quantity: l.quantity })),
  }));

const written = (parts: readonly LocationQuantity[], writes: readonly { locationId: string; to: number }[]) =>
  parts.map((p) => ({ ...p, quantity: writes.find((w) => w.locationId === p.locationId)?.to ?? p.quantity }));

describe("any spread", () => {
  it("reaches the target exactly or says that it cannot", () => {
    fc.assert(
      fc.property(scene, fc.nat(40), ({ locations, parts }, target) => {
        const counted = locations.filter((l) => l.counted && parts.some((p) => p.locationId === l.externalId));
        const writes = spread(target, parts, locations);
        if (writes === null) {
          const writable = counted.filter((l) => !l.fulfilmentService);
          const fixed = parts.filter((p) => counted.some((l) => l.fulfilmentService && l.externalId === p.locationId));
          expect(writable.length === 0 || shownSum(fixed, locations) > target).toBe(true);
          return;
        }
        expect(shownSum(written(parts, writes), locations)).toBe(target);
      }),
    );
  });

  it("says so only where it truly cannot be reached", () => {
    const whole = scene.filter(({ parts }) => parts.every((p) => p.quantity >= 0));
    fc.assert(
      fc.property(whole, fc.nat(40), ({ locations, parts }, target) => {
        const held = (l: LocationChoice) => parts.find((p) => p.locationId === l.externalId)?.quantity;
        const counted = locations.filter((l) => l.counted && held(l) !== undefined);
        const fixed = counted.filter((l) => l.fulfilmentService).reduce((sum, l) => sum + (held(l) ?? 0), 0);
        const reachable = counted.some((l) => !l.fulfilmentService) && fixed <= target;
        expect(spread(target, parts, locations) !== null).toBe(reachable);
      }),
    );
  });

  it("writes no fulfilment service, no place that is not counted, nothing below zero, nothing that stays, none twice", () => {
    fc.assert(
      fc.property(scene, fc.nat(40), ({ locations, parts }, target) => {
        const writes = spread(target, parts, locations) ?? [];
        expect(new Set(writes.map((w) => w.locationId)).size).toBe(writes.length);
        for (const write of writes) {
          const location = locations.find((l) => l.externalId === write.locationId);
          expect(location).toMatchObject({ counted: true, fulfilmentService: false });
          expect(write.from).toBe(parts.find((p) => p.locationId === write.locationId)?.quantity);
          expect(write.to).toBeGreaterThanOrEqual(0);
          expect(write.to).not.toBe(write.from);
        }
      }),
    );
  });

  it("touches another place than the receiving one only to lower it, and only when the receiving one is empty", () => {
    fc.assert(
      fc.property(scene, fc.nat(40), ({ locations, parts }, target) => {
        const writes = spread(target, parts, locations) ?? [];
        const writable = locations
          .filter((l) => l.counted && !l.fulfilmentService && parts.some((p) => p.locationId === l.externalId))
          .sort((a, b) => a.rank - b.rank);
        const receiving = (writable.find((l) => l.receiving) ?? writable[0])?.externalId;
        const others = writes.filter((w) => w.locationId !== receiving);
        for (const write of others) expect(write.to).toBeLessThan(write.from);
        if (others.length > 0) expect(written(parts, writes).find((p) => p.locationId === receiving)?.quantity).toBe(0);
        // In the seller's order: a later one gives only when the earlier ones are empty.
        const order = writable.map((l) => l.externalId).filter((id) => id !== receiving);
        const last = Math.max(-1, ...others.map((w) => order.indexOf(w.locationId)));
        for (const id of order.slice(0, Math.max(0, last))) {
          expect(written(parts, writes).find((p) => p.locationId === id)?.quantity).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});
