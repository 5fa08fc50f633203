/**
 * A late order that explains an outside edit takes the edit back (settled.md 16). The number fell, no order was known, so it was taken
 * for somebody's change; then the order comes and would count the same units a second time. It is matched with the first edit that was
 * seen after the order's own moment; what it does not explain stays an edit.
 */
import { appendAudit, closeAlerts } from "#app/data/audit.server.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { appendMovements, type ItemLevel } from "#app/data/ledger.server.ts";
import { type EditToExplain, editsToExplain, LATE_ORDER_KEY, narrowCard, settleEdit } from "#app/data/outside-edits.server.ts";
import { appendTakings } from "#app/data/takebacks.server.ts";
import { explainedUnits } from "#app/domain/late-order.ts";
import type { House } from "./house.server.ts";

/**
 * How far one order line moved its channel's shown number, in pieces (negative: it fell), and when. `comesBack`: pieces that from now
 * on may be put back by hand (eBay, Etsy), so that a rise is their return.
 */
export type LineShift = { quantityId: string; orderNumber: string; moment: Date; pieces: number; comesBack: number };

export type Explained = {
  levels: ItemLevel[];
  /** Pieces that the shown number already contains, per number: no reading needs to find them any more. */
  contained: Map<string, number>;
  /** Pieces that a card took for an edit and that are looked at again as a return, per number. */
  returning: Map<string, number>;
  /** Numbers whose card is closed: nothing holds them back now. */
  released: Set<string>;
};

/** The caller holds the items' locks, so that an edit that is being accepted at this moment is seen once it stands. */
export async function explainEdits(
  house: House,
  sql: Sql,
  connection: ConnectionRow,
  shifts: readonly LineShift[],
  correlationId: string,
): Promise<Explained> {
  const result: Explained = { levels: [], contained: new Map(), returning: new Map(), released: new Set() };
  const moving = shifts.filter((s) => s.pieces !== 0 || s.comesBack > 0);
  if (moving.length === 0) return result;
  const edits = await editsToExplain(sql, connection.id, [...new Set(moving.map((s) => s.quantityId))]);
  for (const shift of moving) {
    const left = { pieces: shift.pieces, comesBack: shift.comesBack };
    for (const edit of edits.filter((e) => e.quantityId === shift.quantityId)) {
      const pieces = explainedUnits({ moment: shift.moment, pieces: left.pieces }, edit);
      if (pieces !== 0) {
        left.pieces -= pieces;
        edit.open -= pieces;
        add(result.contained, edit.quantityId, pieces);
        result.levels.push(...(await takeBack(house, sql, connection, edit, pieces, shift.orderNumber, correlationId)));
      }
      const back = edit.state === "open" ? explainedUnits({ moment: shift.moment, pieces: left.comesBack }, edit) : 0;
      if (back > 0) {
        left.comesBack -= back;
        edit.open -= back;
        add(result.returning, edit.quantityId, back);
        await takeBack(house, sql, connection, edit, back, shift.orderNumber, correlationId);
      }
      if (edit.state === "open" && edit.open === 0) result.released.add(edit.quantityId);
    }
  }
  return result;
}

function add(sums: Map<string, number>, id: string, pieces: number): void {
  sums.set(id, (sums.get(id) ?? 0) + pieces);
}

/** Closes or narrows the edit, says so in the record, and takes an accepted one's units back. */
async function takeBack(
  house: House,
  sql: Sql,
  connection: ConnectionRow,
  edit: EditToExplain,
  pieces: number,
  orderNumber: string,
  correlationId: string,
): Promise<ItemLevel[]> {
  if (edit.open === 0) await settleEdit(sql, edit.id);
  else if (edit.state === "open") await narrowCard(sql, edit.id, pieces);
  if (edit.state === "open" && edit.open === 0) await closeAlerts(sql, connection.sellerId, [`outside-edit:${edit.quantityId}`]);
  await appendAudit(sql, connection.sellerId, [
    {
      id: house.newId(),
      connectionId: connection.id,
      action: "explain.outside-edit",
      subject: edit.quantityId,
      actorKey: "engine",
      facts: { order: orderNumber, units: pieces, left: edit.open },
      correlationId,
    },
  ]);
  if (edit.state === "open" || edit.itemId === null) return [];
  const movementId = house.newId();
  const levels = await appendMovements(sql, connection.sellerId, [
    {
      id: movementId,
      itemId: edit.itemId,
      kind: "undo",
      onHandDelta: -pieces,
      reservedDelta: 0,
      orderId: null,
      orderLineId: null,
      sequence: 0,
      // A snapshot is applied once, under its order's lock; the key ties the movement to the edit, of which it may be a part.
      dedupeKey: `${LATE_ORDER_KEY}${edit.id}:${movementId}`,
      connectionId: connection.id,
      actorKey: "engine",
      correlationId,
      undoes: edit.open === 0 && pieces === edit.whole ? edit.movementId : null,
      note: `order ${orderNumber} explains the change on ${connection.name}`,
      occurredAt: house.now(),
    },
  ]);
  if (edit.movementId !== null)
    await appendTakings(sql, connection.sellerId, [
      { id: house.newId(), movementId, rootId: edit.movementId, units: -pieces, byOrder: true },
    ]);
  return levels;
}
