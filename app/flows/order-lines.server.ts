/** The lines of orders as they are now beside what they were: what a batch of snapshots means, before anything is booked. */
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { type KnownOrder, type LineRow, type LinkedListing, linesOfOrders, listingsByExternalId } from "#app/data/orders.server.ts";
import type { ChannelOrder, OrderLine } from "#app/domain/channel-words.ts";
import { baselineState, isOlderThan } from "#app/domain/order-effects.ts";
import type { House } from "./house.server.ts";

/** `older`: the order is contained in the opening count. */
export type LineWork = { order: ChannelOrder; older: boolean; line: OrderLine; before: LineRow | null; row: LineRow };

/** What each line looks like now beside what it looked like; components are frozen when a line is first booked. */
export async function prepareLines(
  house: House,
  sql: Sql,
  connection: ConnectionRow,
  newer: { order: ChannelOrder; row: KnownOrder }[],
): Promise<LineWork[]> {
  const before = await linesOfOrders(
    sql,
    newer.map((n) => n.row.id),
  );
  const beforeOf = new Map(before.map((l) => [`${l.orderId}/${l.externalId}`, l]));
  const wanted = newer.flatMap(({ order }) => order.lines.map((l) => l.listingExternalId).filter((id) => id !== null));
  const listings = await listingsByExternalId(sql, connection.id, [...new Set(wanted)]);
  return newer.flatMap(({ order, row }) => {
    const seen = new Set<string>();
    const older = isBeforeBaseline(order, row, connection);
    const present = order.lines.map((line) => {
      seen.add(line.externalId);
      const old = beforeOf.get(`${row.id}/${line.externalId}`) ?? null;
      const listing = line.listingExternalId === null ? undefined : listings.get(line.listingExternalId);
      // A line that a later edit added was not there at the baseline, however old its order is.
      const added = row.digest !== "" && old === null && connection.baselineAt !== null;
      const baseline = added ? NOT_THERE : baselineState(line, order.placedAt, connection.baselineAt);
      return { order, older: older && !added, line, before: old, row: lineRow(house, row.id, line, old, listing, baseline) };
    });
    // A line that vanished from the order (removed by an edit) holds nothing any more.
    const gone = before
      .filter((l) => l.orderId === row.id && !seen.has(l.externalId))
      .map((old) => ({
        order,
        older,
        line: emptied(old),
        before: old,
        row: { ...old, held: 0, consumed: 0, returnable: 0, deductedMin: 0, deductedMax: 0 },
      }));
    return [...present, ...gone];
  });
}

function emptied(old: LineRow): OrderLine {
  return {
    externalId: old.externalId,
    listingExternalId: old.listingExternalId,
    sku: old.sku,
    title: old.title,
    quantity: old.quantity,
    held: 0,
    consumed: 0,
    returnable: 0,
    channelDeducted: { min: 0, max: 0 },
    unitPriceMinor: old.unitPriceMinor,
  };
}

const NOT_THERE = { baselineHeld: 0, baselineConsumed: 0 };

function lineRow(
  house: House,
  orderId: string,
  line: OrderLine,
  old: LineRow | null,
  listing: LinkedListing | undefined,
  baseline: { baselineHeld: number; baselineConsumed: number },
): LineRow {
  const linked = listing?.linkState === "linked" && listing.components.length > 0 ? listing.components : null;
  return {
    id: old?.id ?? house.newId(),
    orderId,
    externalId: line.externalId,
    listingExternalId: line.listingExternalId,
    listingId: old?.listingId ?? listing?.listingId ?? null,
    quantityId: old?.quantityId ?? listing?.quantityId ?? null,
    sku: line.sku,
    title: line.title,
    quantity: line.quantity,
    held: line.held,
    consumed: line.consumed,
    returnable: line.returnable,
    returned: old?.returned ?? 0,
    deductedMin: line.channelDeducted.min,
    deductedMax: line.channelDeducted.max,
    baselineHeld: old?.baselineHeld ?? baseline.baselineHeld,
    baselineConsumed: old?.baselineConsumed ?? baseline.baselineConsumed,
    // A line that was not linked when it came stays unbooked until the seller counts it (settled.md 25).
    components: old === null ? linked : old.components,
    unitPriceMinor: line.unitPriceMinor,
  };
}

/** Seen at the opening, or surely placed before it. */
export function isBeforeBaseline(order: ChannelOrder, row: KnownOrder, connection: ConnectionRow): boolean {
  return row.beforeBaseline || connection.baselineAt === null || isOlderThan(order.placedAt, connection.baselineAt);
}
