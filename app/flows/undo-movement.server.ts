/** Takes a person's own change back, and an undo of it again. Sales and returns are the channels' doing and are not undone here. */
import type { Sql } from "#app/data/database.server.ts";
import { appendTakings, changeBehind, lockItems } from "#app/data/takebacks.server.ts";
import { howToUndo, type WhyNot } from "#app/domain/undoing.ts";
import { type Adjusted, move } from "./adjust-stock.server.ts";
import type { House } from "./house.server.ts";
import { ringForWork } from "./ring.server.ts";

const WHY_NOT: Record<WhyNot, string> = {
  "by-order": "Only changes by hand can be undone. An order is changed on its channel.",
  restore: "This came with others. Undo it on the page of that change.",
  undone: "This change was already undone.",
  explained: "An order explained this change, and it was taken back then.",
  newer: "Something newer changed this. Undo that first.",
  "not-by-hand": "An opening count can't be undone. Set the number as it should be.",
};

export async function undoMovement(house: House, wish: { sellerId: string; actorKey: string; movementId: string }): Promise<Adjusted> {
  const touched = new Set<string>();
  const result = await house.db.write(wish.sellerId, async (sql): Promise<Adjusted> => {
    touched.clear();
    return undoIn(house, sql, wish, touched);
  });
  await ringForWork(house, wish.sellerId, touched);
  return result;
}

async function undoIn(
  house: House,
  sql: Sql,
  wish: { sellerId: string; actorKey: string; movementId: string },
  touched: Set<string>,
): Promise<Adjusted> {
  const rows = await sql.query<{ itemId: string }>(`select item_id as "itemId" from movement where id = $1 and seller_id = $2`, [
    wish.movementId,
    wish.sellerId,
  ]);
  const itemId = rows[0]?.itemId;
  if (itemId === undefined) return { outcome: "refused", text: "This change no longer exists." };
  // Locked before it is read what stands: an undo or a restore at the same moment is seen, or sees this one.
  await lockItems(sql, wish.sellerId, [itemId]);
  const behind = await changeBehind(sql, wish.sellerId, wish.movementId);
  const way = howToUndo(behind);
  if ("whyNot" in way) return { outcome: "refused", text: WHY_NOT[way.whyNot] };
  const id = house.newId();
  await move(
    house,
    sql,
    {
      ...{
        sellerId: wish.sellerId,
        actorKey: wish.actorKey,
        itemId,
        note: "undo",
        movementId: id,
        correlationId: house.newId(),
        kind: "undo",
      },
      ...{ onHandDelta: way.units, reservedDelta: 0, undoes: wish.movementId },
      // A change that was brought back may be taken back again: the number of what was taken of it so far tells them apart.
      dedupeKey: `undo:${wish.movementId}:${behind.takings.length}`,
    },
    touched,
  );
  await appendTakings(sql, wish.sellerId, [{ id: house.newId(), movementId: id, rootId: way.rootId, units: way.units, byOrder: false }]);
  return { outcome: "done", movementId: id };
}
