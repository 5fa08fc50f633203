/**
 * What can happen to an order, as a closed list: each channel answers every case with the platform's own payload and the normal form it
 * must become, or says why its platform has no such case. For tests only.
 */
import { describe, expect, it } from "vitest";
import type { ChannelOrder, OrderStatus } from "#app/domain/channel-words.ts";

export const ORDER_CASES = [
  "new",
  "cancelled as a whole",
  "cancelled in part",
  "edited",
  "refunded in part with restock",
  "refunded in part without restock",
  "returned",
  "unpaid",
  "paid later",
  "in another currency",
  "of a deleted product",
  "a line without SKU",
  "older than the baseline",
  "shipped",
  "partly shipped",
] as const;
type OrderCase = (typeof ORDER_CASES)[number];

/** Of the first line; `deducted` is one number where the platform says exactly what it took. Units of an order of three at first. */
export type Becomes = {
  status: OrderStatus;
  held: number;
  consumed: number;
  deducted: number | [number, number];
  returnable?: number;
  paid?: boolean;
  listing?: string | null;
  sku?: string | null;
  currency?: string;
  unitPriceMinor?: number;
  placedAt?: string;
};
export type OrderTable<P> = Record<OrderCase, [payload: P, becomes: Becomes] | { never: string }>;

export function orderCases<P>(channel: string, table: OrderTable<P>, read: (payload: P, observedAt: Date) => ChannelOrder | null): void {
  const given = ORDER_CASES.flatMap((name) => {
    const row = table[name];
    return "never" in row ? [] : [{ name, payload: row[0], becomes: row[1] }];
  });
  describe(`orders of ${channel}`, () => {
    it.each(given)("$name", ({ payload, becomes }) => {
      const observedAt = new Date("2026-11-23T13:00:00Z");
      const order = read(payload, observedAt);
      const line = order?.lines[0];
      if (!order || !line) throw new Error("the payload became no order");
      const { held, consumed, returnable, channelDeducted, quantity } = line;
      const [min, max] = typeof becomes.deducted === "number" ? [becomes.deducted, becomes.deducted] : becomes.deducted;
      expect({ status: order.status, paid: order.paid, held, consumed, returnable, channelDeducted }).toEqual({
        ...{ status: becomes.status, paid: becomes.paid ?? true, held: becomes.held, consumed: becomes.consumed },
        ...{ returnable: becomes.returnable ?? 0, channelDeducted: { min, max } },
      });
      expect(order.observedAt).toEqual(observedAt);
      expect(held + consumed).toBeLessThanOrEqual(quantity);
      if (becomes.listing !== undefined) expect(line.listingExternalId).toBe(becomes.listing);
      if (becomes.sku !== undefined) expect(line.sku).toBe(becomes.sku);
      if (becomes.currency !== undefined) expect(order.currency).toBe(becomes.currency);
      if (becomes.unitPriceMinor !== undefined) expect(line.unitPriceMinor).toBe(becomes.unitPriceMinor);
      // The connector never hides an old order: what is older than the baseline is the engine's to know.
      if (becomes.placedAt !== undefined) expect(order.placedAt.toISOString()).toBe(becomes.placedAt);
    });
  });
}
