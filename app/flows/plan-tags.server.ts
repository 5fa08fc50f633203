/** Changing tags of items: rules that stand at a tag then speak about other items, so every number that moves by it is shown first. */
import { z } from "zod";
import type { Sql } from "#app/data/database.server.ts";
import { inRankOrder, storeTagChanges, tagsBehind } from "#app/data/tags.server.ts";
import { lockItems } from "#app/data/takebacks.server.ts";
import { quantitiesOfItems, retarget, withNeighbours } from "#app/data/targets.server.ts";
import { LONGEST_TAG, type TagChange, withChange } from "#app/domain/tags.ts";
import type { House } from "./house.server.ts";
import { type PlanActor, planKind, whatIf } from "./plan-kind.server.ts";

const tags = z.array(z.string().min(1).max(LONGEST_TAG)).max(50);

/** Worked out when it was wished, so that taking it back gives each item exactly its own tags again. */
export const tagsPlan = z.strictObject({
  changes: z
    .array(z.strictObject({ itemId: z.uuid(), add: tags, remove: tags }))
    .min(1)
    .max(10_000),
});
export type TagsPlan = z.infer<typeof tagsPlan>;

export const changeTags = planKind(tagsPlan, {
  choosable: false,
  lines: (house, sql, sellerId, plan) => linesOfTags(house, sql, sellerId, plan.changes),
  apply: (house, sql, who, plan) => applyTags(house, sql, who, plan.changes),
});

export async function linesOfTags(house: House, sql: Sql, sellerId: string, changes: readonly TagChange[]) {
  const byItem = new Map(changes.map((change) => [change.itemId, change]));
  const quantityIds = await quantitiesOfItems(sql, [...byItem.keys()]);
  const current = await tagsBehind(sql, sellerId, await withNeighbours(sql, quantityIds));
  const then = new Map([...current].map(([itemId, tags]) => [itemId, withChange(tags, byItem.get(itemId))]));
  const order = await inRankOrder(sql, sellerId, [...new Set([...then.values()].flat())]);
  const rank = new Map(order.map((tag, place) => [tag, place]));
  const ranked = (mine: string[]) => [...new Set(mine)].sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
  return whatIf(house, sql, sellerId, { quantityIds, tags: (itemIds) => ranked(itemIds.flatMap((id) => then.get(id) ?? [])) });
}

/** Answers the connections that may have work now. */
export async function applyTags(
  house: House,
  sql: Sql,
  who: Omit<PlanActor, "previewId">,
  changes: readonly TagChange[],
): Promise<Set<string>> {
  const itemIds = changes.map((change) => change.itemId);
  await lockItems(sql, who.sellerId, itemIds);
  await storeTagChanges(sql, who.sellerId, changes);
  const cause = { kind: "tags", id: who.correlationId, at: house.now() };
  const changed = await retarget(sql, who.sellerId, await quantitiesOfItems(sql, itemIds), cause, house.now());
  return new Set(changed.map((c) => c.connectionId));
}
