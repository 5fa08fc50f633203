/** A sale on a listing that is linked to nothing is a card at once (settled.md 25): no other channel can follow it. */
import { raiseAlert } from "#app/data/audit.server.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import type { House } from "./house.server.ts";

export type UnlinkedLine = {
  id: string;
  sku: string | null;
  title: string;
  quantity: number;
  listingId: string | null;
  /** The channel's own name of the listing: we may come to know it between two snapshots of one order. */
  listingExternalId: string | null;
  orderNumber: string;
  baselineHeld: number;
  baselineConsumed: number;
  held: number;
  consumed: number;
};

export async function tellUnlinkedSales(house: House, sql: Sql, connection: ConnectionRow, lines: UnlinkedLine[]): Promise<void> {
  for (const line of lines) {
    // Sold before the baseline: history, nothing to count.
    if (line.held + line.consumed <= line.baselineHeld + line.baselineConsumed) continue;
    await raiseAlert(sql, connection.sellerId, {
      id: house.newId(),
      connectionId: connection.id,
      kind: "unlinked-sale",
      key: `unlinked-sale:${connection.id}:${line.listingExternalId ?? line.sku ?? line.title}`,
      severity: 2,
      text: `${line.title} sold on ${connection.name} (order ${line.orderNumber}), but it is linked to no item: no other channel was lowered.`,
      data: { orderLineId: line.id, listingId: line.listingId, sku: line.sku, quantity: line.quantity },
    });
  }
}
