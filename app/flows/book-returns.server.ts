/** A rise of at most the units of a cancelled or refunded order is that order's return (settled.md 6), by the connection's policy. */
import { appendAudit, raiseAlert } from "#app/data/audit.server.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { type NewMovement, recordedEffects } from "#app/data/ledger.server.ts";
import { quantitiesOfItems, retarget } from "#app/data/targets.server.ts";
import { desiredEffect, difference, movementKind } from "#app/domain/order-effects.ts";
import { bookMovements } from "./book-movements.server.ts";
import type { House } from "./house.server.ts";
import type { Judged } from "./judged-reading.ts";

type ReturnableLine = {
  id: string;
  orderId: string;
  number: string;
  held: number;
  consumed: number;
  returned: number;
  returnable: number;
  baselineHeld: number;
  baselineConsumed: number;
  components: { itemId: string; units: number }[] | null;
};

/** Answers the connections whose targets changed. The caller holds the numbers' locks. */
export async function bookReturns(
  house: House,
  sql: Sql,
  connection: ConnectionRow,
  judged: readonly Judged[],
  correlationId: string,
): Promise<Set<string>> {
  const touched = new Set<string>();
  for (const { row, verdict } of judged) {
    if (verdict.kind !== "return") continue;
    if (connection.returnPolicy === "ask") {
      await askAboutReturn(house, sql, connection, row.id, verdict.units);
      continue;
    }
    const movements = await takeBack(house, sql, connection, row.id, verdict.units, correlationId);
    await sql.query(`update channel_quantity set returnable = greatest(0, returnable - $2) where id = $1`, [row.id, verdict.units]);
    const levels = await bookMovements(house, sql, connection.sellerId, movements);
    const ids = await quantitiesOfItems(
      sql,
      levels.map((l) => l.id),
    );
    const changed = await retarget(sql, connection.sellerId, ids, { kind: "return", id: correlationId, at: house.now() }, house.now());
    for (const change of changed) touched.add(change.connectionId);
    await appendAudit(sql, connection.sellerId, [
      {
        id: house.newId(),
        connectionId: connection.id,
        action: "book.return",
        subject: row.id,
        actorKey: "engine",
        facts: { units: verdict.units },
        correlationId,
      },
    ]);
  }
  return touched;
}

/** Books `units` as returned on the newest lines that may still come back. */
async function takeBack(
  house: House,
  sql: Sql,
  connection: ConnectionRow,
  quantityId: string,
  units: number,
  correlationId: string,
): Promise<NewMovement[]> {
  const lines = await sql.query<ReturnableLine>(
    `select l.id, l.order_id as "orderId", o.number, l.held, l.consumed, l.returned, l.returnable, l.baseline_held as "baselineHeld",
       l.baseline_consumed as "baselineConsumed", l.components
     from order_line l join sales_order o on o.id = l.order_id
     where l.quantity_id = $1 and l.returnable > l.returned order by o.updated_at desc, l.id for update of l`,
    [quantityId],
  );
  const recorded = await recordedEffects(
    sql,
    lines.map((l) => l.id),
  );
  const movements: NewMovement[] = [];
  let left = units;
  for (const line of lines) {
    const back = Math.min(left, line.returnable - line.returned);
    if (back <= 0) break;
    left -= back;
    await sql.query(`update order_line set returned = returned + $2 where id = $1`, [line.id, back]);
    for (const { itemId, units: each } of line.components ?? []) {
      const so_far = recorded.get(`${line.id}/${itemId}`) ?? { onHand: 0, reserved: 0, count: 0 };
      const change = difference(desiredEffect({ ...line, returned: line.returned + back }, each), so_far);
      const kind = movementKind(change);
      if (kind === null) continue;
      movements.push({
        id: house.newId(),
        itemId,
        kind,
        onHandDelta: change.onHand,
        reservedDelta: change.reserved,
        orderId: line.orderId,
        orderLineId: line.id,
        sequence: so_far.count,
        dedupeKey: `order:${line.id}:${itemId}:${so_far.count}`,
        connectionId: connection.id,
        actorKey: `channel:${connection.channel}`,
        correlationId,
        undoes: null,
        note: line.number,
        occurredAt: house.now(),
      });
    }
  }
  return movements;
}

async function askAboutReturn(house: House, sql: Sql, connection: ConnectionRow, quantityId: string, units: number): Promise<void> {
  await raiseAlert(sql, connection.sellerId, {
    id: house.newId(),
    connectionId: connection.id,
    kind: "returned",
    key: `returned:${quantityId}`,
    severity: 5,
    text: `${units} returned on ${connection.name}: check the goods, then count ${units === 1 ? "it" : "them"} in or not.`,
    data: { quantityId, units },
  });
}
