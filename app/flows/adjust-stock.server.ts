/** A person changes what is on hand: by some units, or to a number of units that can be sold. One movement, undone by a counter-movement (undo-movement). */
import { appendAudit } from "#app/data/audit.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { quantitiesOfItems, retarget } from "#app/data/targets.server.ts";
import { bookMovements } from "./book-movements.server.ts";
import type { House } from "./house.server.ts";
import { ringForWork } from "./ring.server.ts";

export type Adjustment = {
  sellerId: string;
  actorKey: string;
  itemId: string;
  /** Exactly one of the two. `setTo` is the available number that shall stand afterwards. */
  by?: number;
  setTo?: number;
  /** The available number the person saw; with `setTo`, a sale meanwhile asks again. */
  expected?: number;
  note: string;
};
export type Adjusted =
  | { outcome: "done"; movementId: string }
  | { outcome: "moved-meanwhile"; available: number }
  | { outcome: "refused"; text: string };

const MOST = 1_000_000_000;

export async function adjustStock(house: House, wish: Adjustment): Promise<Adjusted> {
  const figure = wish.by ?? wish.setTo;
  if (figure === undefined || (wish.by !== undefined && wish.setTo !== undefined))
    return { outcome: "refused", text: "Say either by how much to change it, or what it should be." };
  if (!Number.isInteger(figure) || Math.abs(figure) > MOST) return { outcome: "refused", text: "Write a whole number of units." };
  if (wish.setTo !== undefined && wish.setTo < 0)
    return { outcome: "refused", text: "Stock can't be set below 0. Use Adjust by to take units away." };
  const movementId = house.newId();
  const correlationId = house.newId();
  const touched = new Set<string>();
  const result = await house.db.write(wish.sellerId, async (sql): Promise<Adjusted> => {
    touched.clear();
    const rows = await sql.query<{ available: number }>(
      `select on_hand - reserved as available from stock_item where id = $1 and seller_id = $2 for no key update`,
      [wish.itemId, wish.sellerId],
    );
    const row = rows[0];
    if (row === undefined) return { outcome: "refused", text: "This item no longer exists." };
    if (wish.setTo !== undefined && wish.expected !== undefined && row.available !== wish.expected)
      return { outcome: "moved-meanwhile", available: row.available };
    const delta = wish.by ?? (wish.setTo ?? 0) - row.available;
    if (delta === 0) return { outcome: "refused", text: `It is ${row.available} already.` };
    await move(
      house,
      sql,
      {
        ...wish,
        movementId,
        correlationId,
        kind: "adjustment",
        onHandDelta: delta,
        reservedDelta: 0,
        undoes: null,
        dedupeKey: `adjust:${movementId}`,
      },
      touched,
    );
    return { outcome: "done", movementId };
  });
  await ringForWork(house, wish.sellerId, touched);
  return result;
}

export type Move = {
  sellerId: string;
  actorKey: string;
  itemId: string;
  note: string;
  movementId: string;
  correlationId: string;
  kind: "adjustment" | "undo";
  onHandDelta: number;
  reservedDelta: number;
  undoes: string | null;
  dedupeKey: string;
};

/** One movement by a person, the numbers it moves, and its line in the record. */
export async function move(house: House, sql: Sql, m: Move, touched: Set<string>): Promise<void> {
  await bookMovements(house, sql, m.sellerId, [
    {
      id: m.movementId,
      itemId: m.itemId,
      kind: m.kind,
      onHandDelta: m.onHandDelta,
      reservedDelta: m.reservedDelta,
      orderId: null,
      orderLineId: null,
      sequence: 0,
      dedupeKey: m.dedupeKey,
      connectionId: null,
      actorKey: m.actorKey,
      correlationId: m.correlationId,
      undoes: m.undoes,
      note: m.note,
      occurredAt: house.now(),
    },
  ]);
  const changed = await retarget(
    sql,
    m.sellerId,
    await quantitiesOfItems(sql, [m.itemId]),
    { kind: m.kind, id: m.correlationId, at: house.now() },
    house.now(),
  );
  for (const change of changed) touched.add(change.connectionId);
  await appendAudit(sql, m.sellerId, [
    {
      id: house.newId(),
      connectionId: null,
      action: `${m.kind === "undo" ? "undo" : "adjust"}.stock`,
      subject: m.itemId,
      actorKey: m.actorKey,
      facts: { by: m.onHandDelta, note: m.note },
      correlationId: m.correlationId,
    },
  ]);
}
