/** Taking an approved plan back is a plan itself: which one, says the kind of what was done. */
import { lockPlan } from "#app/data/previews.server.ts";
import type { JsonObject } from "#app/domain/channel-words.ts";
import type { House } from "./house.server.ts";
import { openPlan } from "./open-plan.server.ts";
import { firstShownPlan } from "./plan-first-shown.server.ts";
import { tagsPlan } from "./plan-tags.server.ts";

/** With `itemId`, only that item's part. Null where the seller has no such plan, or it was not approved. */
export async function wishUndo(
  house: House,
  who: { sellerId: string; actorKey: string },
  what: { previewId: string; itemId: string | null },
): Promise<string | null> {
  const { sellerId, actorKey } = who;
  const done = await house.db.write(sellerId, (sql) => lockPlan(sql, sellerId, what.previewId));
  if (done === null || done.state !== "approved") return null;
  const itemIds = what.itemId === null ? null : [what.itemId];
  switch (done.kind) {
    case "first-shown": {
      const { act, connectionId } = firstShownPlan.parse(done.plan);
      const plan: JsonObject = { act: act === "put-back" ? "follow-rules" : "put-back", connectionId, itemIds, undoes: what.previewId };
      return openPlan(house, { sellerId, actorKey, kind: "first-shown", plan });
    }
    case "tags": {
      const { changes } = tagsPlan.parse(done.plan);
      const mine = changes.filter((change) => what.itemId === null || change.itemId === what.itemId);
      const back = mine.map(({ itemId, add, remove }) => ({ itemId, add: remove, remove: add }));
      return back.length === 0 ? null : openPlan(house, { sellerId, actorKey, kind: "tags", plan: { changes: back } });
    }
    // What was counted are sales: those are taken back on their channel (law 2).
    case "links":
      return null;
    default:
      return openPlan(house, { sellerId, actorKey, kind: "restore", plan: { undoes: what.previewId, itemIds } });
  }
}
