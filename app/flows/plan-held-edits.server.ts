/**
 * What an outside tool did to many numbers of one channel, decided in one go (settled.md 28, law 5): what is accepted becomes ledger
 * adjustments, everything else is taken back, so that our numbers are written again.
 */
import { z } from "zod";
import type { Sql } from "#app/data/database.server.ts";
import { numbersOfHold } from "#app/data/holds.server.ts";
import { lockItemsOf } from "#app/data/locks.server.ts";
import { decideEdits, type HeldEdit, openEditsOfHold } from "#app/data/outside-edits.server.ts";
import { quantitiesOfItems, retarget } from "#app/data/targets.server.ts";
import { bookMovements } from "./book-movements.server.ts";
import type { House } from "./house.server.ts";
import { type PlanActor, planKind, whatIf } from "./plan-kind.server.ts";

export const heldPlan = z.object({ holdId: z.uuid() });

export const sendHeldEdits = planKind(heldPlan, {
  choosable: true,
  async lines(house, sql, sellerId, { holdId }) {
    const edits = await openEditsOfHold(sql, sellerId, holdId);
    const levels = new Map<string, number>();
    for (const { itemId, units } of edits) if (itemId !== null) levels.set(itemId, (levels.get(itemId) ?? 0) + units);
    return whatIf(house, sql, sellerId, { quantityIds: await numbersOfHold(sql, sellerId, holdId), levels });
  },
  async apply(house, sql, who, { holdId }, included) {
    return settle(house, sql, who, holdId, new Set(included));
  },
  async keep(house, sql, who, { holdId }) {
    return settle(house, sql, who, holdId, new Set());
  },
});

/** An edit is accepted only where every number on its item was left in: half an item cannot change. */
async function settle(house: House, sql: Sql, who: PlanActor, holdId: string, included: ReadonlySet<string>): Promise<Set<string>> {
  const numbers = await numbersOfHold(sql, who.sellerId, holdId);
  await lockItemsOf(sql, numbers);
  const edits = await openEditsOfHold(sql, who.sellerId, holdId);
  const accepted: { edit: HeldEdit; itemId: string; movementId: string }[] = [];
  for (const edit of edits) {
    if (edit.itemId === null || edit.units === 0 || !edit.numbersOfItem.every((id) => included.has(id))) continue;
    accepted.push({ edit, itemId: edit.itemId, movementId: house.newId() });
  }
  await bookMovements(
    house,
    sql,
    who.sellerId,
    accepted.map(({ edit, itemId, movementId }) => ({
      ...{ id: movementId, itemId, kind: "outside-edit" as const, onHandDelta: edit.units, reservedDelta: 0 },
      ...{ orderId: null, orderLineId: null, sequence: 0, dedupeKey: `edit:${edit.id}`, connectionId: edit.connectionId },
      ...{ actorKey: who.actorKey, correlationId: who.correlationId, undoes: null, occurredAt: edit.seenAt },
      note: `accepted: ${edit.expected} to ${edit.observed}`,
    })),
  );
  const movementOf = new Map(accepted.map((a) => [a.edit.id, a.movementId]));
  await decideEdits(
    sql,
    who,
    edits.map((edit) => ({ id: edit.id, quantityId: edit.quantityId, movementId: movementOf.get(edit.id) ?? null })),
  );
  const ids = new Set([...edits.map((e) => e.quantityId), ...(await quantitiesOfItems(sql, [...new Set(accepted.map((a) => a.itemId))]))]);
  const changed = await retarget(sql, who.sellerId, [...ids], { kind: "held-edits", id: who.correlationId, at: house.now() }, house.now());
  return new Set([...edits.map((e) => e.connectionId), ...changed.map((c) => c.connectionId)]);
}
