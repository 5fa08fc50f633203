/** A seller's wish about tags: done at once where no public number changes by it, else shown row by row first. */
import { appendAudit } from "#app/data/audit.server.ts";
import { knownTags, tagsOfItems } from "#app/data/tags.server.ts";
import type { JsonObject } from "#app/domain/channel-words.ts";
import { knownSpelling, readTag, tagChanges } from "#app/domain/tags.ts";
import type { House } from "./house.server.ts";
import { openPlan } from "./open-plan.server.ts";
import { applyTags, linesOfTags } from "./plan-tags.server.ts";

export type TagsWish = { itemIds: string[]; add: string[]; remove: string[] };
export type TagsWished =
  | { outcome: "done"; items: number }
  | { outcome: "plan"; previewId: string }
  /** One of them is empty, too long or has a comma. */
  | { outcome: "no-tag" };

export async function wishTags(house: House, who: { sellerId: string; actorKey: string }, wish: TagsWish): Promise<TagsWished> {
  const { sellerId, actorKey } = who;
  const asked = { add: wish.add.map(readTag), remove: wish.remove.map(readTag) };
  if ([...asked.add, ...asked.remove].includes(null)) return { outcome: "no-tag" };
  const done = await house.db.write(sellerId, async (sql): Promise<number | { plan: JsonObject }> => {
    const known = await knownTags(sql, sellerId);
    const spelled = (tags: (string | null)[]) => tags.flatMap((tag) => (tag === null ? [] : [knownSpelling(tag, known)]));
    const changes = tagChanges(await tagsOfItems(sql, sellerId, wish.itemIds), { add: spelled(asked.add), remove: spelled(asked.remove) });
    if (changes.length === 0) return 0;
    const lines = await linesOfTags(house, sql, sellerId, changes);
    if (lines.some((line) => line.before !== line.after)) return { plan: { changes } };
    const correlationId = house.newId();
    await applyTags(house, sql, { ...who, correlationId }, changes);
    await appendAudit(sql, sellerId, [
      {
        ...{ id: house.newId(), connectionId: null, action: "change.tags", subject: null, actorKey, correlationId },
        facts: { items: changes.length, add: spelled(asked.add), remove: spelled(asked.remove) },
      },
    ]);
    return changes.length;
  });
  if (typeof done === "number") return { outcome: "done", items: done };
  return { outcome: "plan", previewId: await openPlan(house, { ...who, kind: "tags", plan: done.plan }) };
}
