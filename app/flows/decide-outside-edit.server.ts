/** The seller's word about a number that somebody changed on a channel: accept it for all channels, or put it back. Both settle all four. */
import { appendAudit, closeAlerts } from "#app/data/audit.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { closeSpentHolds } from "#app/data/holds.server.ts";
import { lockItemsOf } from "#app/data/locks.server.ts";
import { quantitiesOfItems, retarget } from "#app/data/targets.server.ts";
import { bookMovements } from "./book-movements.server.ts";
import type { House } from "./house.server.ts";
import { ringForWork } from "./ring.server.ts";

export type EditDecision = { sellerId: string; actorKey: string; editId: string; decision: "accept" | "revert" };
export type EditDecided = { outcome: "done" } | { outcome: "refused"; text: string };

type OpenEdit = {
  id: string;
  connectionId: string;
  quantityId: string;
  expected: number;
  observed: number;
  itemId: string | null;
  seenAt: Date;
};

export async function decideOutsideEdit(house: House, wish: EditDecision): Promise<EditDecided> {
  const correlationId = house.newId();
  const touched = new Set<string>();
  const result = await house.db.write(wish.sellerId, async (sql): Promise<EditDecided> => {
    touched.clear();
    const behind = await sql.query<{ quantityId: string }>(
      `select quantity_id as "quantityId" from outside_edit where id = $1 and seller_id = $2 and state = 'open'`,
      [wish.editId, wish.sellerId],
    );
    await lockItemsOf(
      sql,
      behind.map((b) => b.quantityId),
    );
    const rows = await sql.query<OpenEdit>(
      `select id, connection_id as "connectionId", quantity_id as "quantityId", expected, observed, item_id as "itemId", seen_at as "seenAt"
       from outside_edit where id = $1 and seller_id = $2 and state = 'open' for update`,
      [wish.editId, wish.sellerId],
    );
    const edit = rows[0];
    if (edit === undefined) return { outcome: "refused", text: "This change was already decided." };
    if (wish.decision === "accept" && edit.itemId === null) {
      return {
        outcome: "refused",
        text: "This listing shows a share, a pack or a bundle, so its number says nothing about one item. Put it back, or change the item itself.",
      };
    }
    const movementId =
      wish.decision === "accept" && edit.itemId !== null ? await book(house, sql, wish, edit, edit.itemId, correlationId) : null;
    await sql.query(`update outside_edit set state = $2, movement_id = $3, decided_by = $4, decided_at = clock_timestamp() where id = $1`, [
      edit.id,
      wish.decision === "accept" ? "accepted" : "reverted",
      movementId,
      wish.actorKey,
    ]);
    const ids =
      edit.itemId === null ? [edit.quantityId] : [...new Set([edit.quantityId, ...(await quantitiesOfItems(sql, [edit.itemId]))])];
    const changed = await retarget(sql, wish.sellerId, ids, { kind: "edit-decision", id: correlationId, at: house.now() }, house.now());
    await sql.query(`update channel_quantity set raises_stopped = null, frozen_target = null, next_attempt_at = null where id = $1`, [
      edit.quantityId,
    ]);
    await closeAlerts(sql, wish.sellerId, [`outside-edit:${edit.quantityId}`]);
    await closeSpentHolds(sql, wish.sellerId, [edit.quantityId]);
    for (const change of changed) touched.add(change.connectionId);
    touched.add(edit.connectionId);
    await appendAudit(sql, wish.sellerId, [
      {
        id: house.newId(),
        connectionId: edit.connectionId,
        action: `${wish.decision}.outside-edit`,
        subject: edit.quantityId,
        actorKey: wish.actorKey,
        facts: { expected: edit.expected, observed: edit.observed },
        correlationId,
      },
    ]);
    return { outcome: "done" };
  });
  await ringForWork(house, wish.sellerId, touched);
  return result;
}

async function book(house: House, sql: Sql, wish: EditDecision, edit: OpenEdit, itemId: string, correlationId: string): Promise<string> {
  const id = house.newId();
  await bookMovements(house, sql, wish.sellerId, [
    {
      id,
      itemId,
      kind: "outside-edit",
      onHandDelta: edit.observed - edit.expected,
      reservedDelta: 0,
      orderId: null,
      orderLineId: null,
      sequence: 0,
      dedupeKey: `edit:${edit.id}`,
      connectionId: edit.connectionId,
      actorKey: wish.actorKey,
      correlationId,
      undoes: null,
      note: `accepted: ${edit.expected} to ${edit.observed}`,
      occurredAt: edit.seenAt,
    },
  ]);
  return id;
}
