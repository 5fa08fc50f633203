/**
 * Putting stock and rules back as they stood at a moment, or as they were before an approved plan. Worked out from the ledger, done by
 * counter-movements, so that a restore is itself taken back alike. Orders stay (docs/decisions/putting-back.md).
 */
import { z } from "zod";
import { appendAudit } from "#app/data/audit.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import type { NewMovement } from "#app/data/ledger.server.ts";
import { insertRule, replaceRules, rulesEver, versionsAt } from "#app/data/rules.server.ts";
import {
  type Act,
  actOfPlan,
  appendTakings,
  beforeAct,
  changesOfAct,
  changesSince,
  lockItems,
  touchedAfter,
} from "#app/data/takebacks.server.ts";
import { quantitiesOfItems, retarget } from "#app/data/targets.server.ts";
import { type Rule, samePlace } from "#app/domain/rules.ts";
import { type PastRule, type RulesChange, rulesThen } from "#app/domain/rules-then.ts";
import { groupOf, type PutBack, putBack, RESTORE_GROUPS } from "#app/domain/taking-back.ts";
import { bookMovements } from "./book-movements.server.ts";
import type { House } from "./house.server.ts";
import { type PlanActor, planKind, whatIf } from "./plan-kind.server.ts";
import { takingPart } from "./plan-rules.server.ts";

const items = z.array(z.uuid()).min(1).max(10_000).nullable();

export const restorePlan = z.union([
  z.strictObject({
    /** Back to this moment. */
    since: z.coerce.date(),
    /** What came after the page was opened was not listed there, and stays. */
    until: z.coerce.date(),
    groups: z.array(z.enum(RESTORE_GROUPS)),
    itemIds: items,
    connectionId: z.uuid().nullable(),
  }),
  /** As it was before an approved plan; `itemIds` also takes back what something newer touched. */
  z.strictObject({ undoes: z.uuid(), itemIds: items }),
]);
export type RestorePlan = z.infer<typeof restorePlan>;

type Worked = { items: PutBack[]; rules: RulesChange };

export const restoreStock = planKind(restorePlan, {
  choosable: false,
  async lines(house, sql, sellerId, plan) {
    const { items, rules } = await workOut(house, sql, sellerId, plan);
    const rulesChange = rules.ends.length > 0 || rules.comesBack.length > 0;
    const ids = rulesChange
      ? await takingPart(sql, sellerId)
      : await quantitiesOfItems(
          sql,
          items.map((item) => item.itemId),
        );
    return whatIf(house, sql, sellerId, {
      quantityIds: ids,
      levels: new Map(items.map((item) => [item.itemId, item.units])),
      ...(rulesChange ? { rules: (current) => [...current.filter((r) => !rules.ends.includes(r.id)), ...rules.comesBack] } : {}),
    });
  },
  async apply(house, sql, who, plan) {
    const before = await workOut(house, sql, who.sellerId, plan);
    await lockItems(
      sql,
      who.sellerId,
      before.items.map((item) => item.itemId),
    );
    const { items, rules } = await workOut(house, sql, who.sellerId, plan);
    const locked = new Set(before.items.map((item) => item.itemId));
    const done = items.filter((item) => locked.has(item.itemId));
    await moveBack(house, sql, who, done);
    const ruled = await rulesBack(house, sql, who, rules);
    const ids = ruled
      ? await takingPart(sql, who.sellerId)
      : await quantitiesOfItems(
          sql,
          done.map((item) => item.itemId),
        );
    const cause = { kind: "restore", id: who.correlationId, at: house.now() };
    const changed = await retarget(sql, who.sellerId, ids, cause, house.now());
    return new Set(changed.map((c) => c.connectionId));
  },
});

/** What it would move and which rules would change, as the ledger is now. */
export async function workOut(house: House, sql: Sql, sellerId: string, plan: RestorePlan): Promise<Worked> {
  if ("undoes" in plan) return workOutUndo(house, sql, sellerId, plan);
  const { since, until, groups, itemIds, connectionId } = plan;
  const past = await changesSince(sql, sellerId, since, until, { itemIds, connectionId });
  const wanted = past.changes.filter((change) => groups.includes(groupOf(change.kind)));
  const rules = groups.includes("rules")
    ? rulesThen(await rulesEver(sql, sellerId), since, house.now(), await placesOf(sql, sellerId, { itemIds, connectionId }))
    : { ends: [], comesBack: [] };
  return { items: putBack(wanted, past.takings, since).filter((item) => item.units !== 0), rules };
}

async function workOutUndo(house: House, sql: Sql, sellerId: string, plan: Extract<RestorePlan, { undoes: string }>): Promise<Worked> {
  const act = await actOfPlan(sql, sellerId, plan.undoes);
  if (act === null) throw new Error("what is to be undone was not done");
  const before = await beforeAct(sql, sellerId, act.correlationId);
  const past = await changesOfAct(sql, sellerId, act.correlationId, plan.itemIds);
  const items = before === null ? [] : putBack(past.changes, past.takings, before).filter((item) => item.units !== 0);
  const touched =
    plan.itemIds === null
      ? await touchedAfter(
          sql,
          sellerId,
          act.correlationId,
          items.map((item) => item.itemId),
        )
      : new Set<string>();
  return {
    items: items.filter((item) => !touched.has(item.itemId)),
    rules: plan.itemIds === null ? await rulesBefore(house, sql, sellerId, plan.undoes, act) : { ends: [], comesBack: [] },
  };
}

/** The rules that a plan made or ended, where no newer one stands at their place. */
async function rulesBefore(house: House, sql: Sql, sellerId: string, previewId: string, act: Act): Promise<RulesChange> {
  const ever = await rulesEver(sql, sellerId);
  const ended = (rule: PastRule) => rule.replacedAt !== null && rule.replacedAt >= act.approvedAt && rule.replacedAt <= act.endedAt;
  const places = ever.filter((rule) => rule.previewId === previewId || ended(rule));
  const newer = ever.filter((rule) => rule.createdAt > act.endedAt);
  const concerns = (rule: Rule) => places.some((place) => samePlace(place, rule)) && !newer.some((other) => samePlace(other, rule));
  return rulesThen(ever, act.beganAt, house.now(), concerns);
}

/** Of one channel: the rules that name it; of some items: those of their listings alone. */
async function placesOf(
  sql: Sql,
  sellerId: string,
  which: { itemIds: string[] | null; connectionId: string | null },
): Promise<(rule: Rule) => boolean> {
  if (which.itemIds === null && which.connectionId === null) return () => true;
  const rows = await sql.query<{ id: string }>(
    `select distinct l.id from listing l left join component c on c.listing_id = l.id
     where l.seller_id = $1 and ($2::uuid[] is null or c.item_id = any($2)) and ($3::uuid is null or l.connection_id = $3)`,
    [sellerId, which.itemIds, which.connectionId],
  );
  const listings = new Set(rows.map((row) => row.id));
  return (rule) =>
    (rule.listingId !== null && listings.has(rule.listingId)) ||
    (which.itemIds === null && rule.connectionId !== null && rule.connectionId === which.connectionId);
}

async function moveBack(house: House, sql: Sql, who: PlanActor, items: PutBack[]): Promise<void> {
  const movements = items.map((item): NewMovement & { parts: PutBack["parts"] } => ({
    ...{ id: house.newId(), itemId: item.itemId, kind: "restore", onHandDelta: item.units, reservedDelta: 0 },
    ...{ orderId: null, orderLineId: null, sequence: 0, connectionId: null, note: null },
    dedupeKey: `restore:${who.correlationId}:${item.itemId}`,
    actorKey: who.actorKey,
    correlationId: who.correlationId,
    undoes: item.parts.length === 1 ? (item.parts[0]?.rootId ?? null) : null,
    occurredAt: house.now(),
    parts: item.parts,
  }));
  await bookMovements(house, sql, who.sellerId, movements);
  const takings = movements.flatMap((m) => m.parts.map((part) => ({ ...part, id: house.newId(), movementId: m.id, byOrder: false })));
  await appendTakings(sql, who.sellerId, takings);
}

/** Old rules come back as new versions. Answers whether anything changed. */
async function rulesBack(house: House, sql: Sql, who: PlanActor, change: RulesChange): Promise<boolean> {
  if (change.ends.length === 0 && change.comesBack.length === 0) return false;
  await replaceRules(sql, who.sellerId, change.ends);
  const now = house.now();
  for (const rule of change.comesBack) {
    const version = 1 + (await versionsAt(sql, who.sellerId, rule));
    const startedAt = rule.startsAt !== null && rule.startsAt <= now ? now : null;
    await insertRule(sql, who.sellerId, { ...rule, id: house.newId(), version, previewId: who.previewId }, who.actorKey, startedAt);
  }
  await appendAudit(sql, who.sellerId, [
    {
      id: house.newId(),
      connectionId: null,
      action: "restore.rules",
      subject: null,
      actorKey: who.actorKey,
      facts: { ended: change.ends.length, back: change.comesBack.length },
      correlationId: who.correlationId,
    },
  ]);
  return true;
}
