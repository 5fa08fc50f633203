/** Units sold that were not there any more, and how many of them were sold within the time that nobody can close. */
import type { Facts } from "./facts.ts";
import type { OrderBook } from "./order-book.ts";
import type { Good } from "./schedule.ts";

export type Oversold = { units: number; withinWindow: number; sold: number };

/** A sale reaches the other windows this fast where nothing is broken. */
export const PHYSICAL_WINDOW_MS = 5_000;

/**
 * Walks the true stock of each simple thing through the sales and adjustments as they happened. A unit below zero counts as sold within
 * the window when the last unit that was really there went less than five seconds before.
 */
export function countOversold(facts: Facts, book: OrderBook, goods: Good[], opening: Map<string, number>, since: number): Oversold {
  const result: Oversold = { units: 0, withinWindow: 0, sold: 0 };
  for (const good of goods.filter((g) => g.manner !== "composite")) {
    let stands = opening.get(good.sku) ?? 0;
    let emptySince = Number.NEGATIVE_INFINITY;
    const happened = [
      ...facts.shown
        .filter((s) => s.sku === good.sku && s.by === "order" && s.n > since)
        .map((s) => ({ at: s.at, by: s.to - s.from, sale: s.to < s.from })),
      ...book.adjustments.filter((a) => a.sku === good.sku).map((a) => ({ at: a.at, by: a.by, sale: false })),
    ].sort((a, b) => a.at - b.at);
    for (const { at, by, sale } of happened) {
      const before = stands;
      stands += by;
      if (sale) {
        result.sold -= by;
        const over = Math.min(-by, Math.max(0, -stands));
        result.units += over;
        if (over > 0 && at - Math.max(emptySince, before > 0 ? at : emptySince) <= PHYSICAL_WINDOW_MS) result.withinWindow += over;
      }
      if (before > 0 && stands <= 0) emptySince = at;
    }
  }
  return result;
}
