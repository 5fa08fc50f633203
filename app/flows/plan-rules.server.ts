/** Changing rules: what every number would show with them, and, once approved, the new rows and the new targets. */
import { z } from "zod";
import { closeAlerts } from "#app/data/audit.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { currentRules, insertRule, replaceRules, versionsAt } from "#app/data/rules.server.ts";
import { retarget } from "#app/data/targets.server.ts";
import { isDated, RULE_SCOPES, type Rule, samePlace } from "#app/domain/rules.ts";
import { planKind, whatIf } from "./plan-kind.server.ts";

const units = z.number().int().min(0).max(1_000_000).nullable();

export const ruleDraft = z.object({
  id: z.uuid(),
  scope: z.enum(RULE_SCOPES),
  connectionId: z.uuid().nullable(),
  tag: z.string().min(1).max(100).nullable(),
  listingId: z.uuid().nullable(),
  buffer: units,
  percent: z.number().int().min(0).max(100).nullable(),
  floor: units,
  cap: units,
  fixed: units,
  paused: z.boolean().nullable(),
  lastUnits: units,
  lastRank: z.array(z.uuid()).nullable(),
  /** ISO moments; null = from now, without an end. */
  startsAt: z.coerce.date().nullable(),
  endsAt: z.coerce.date().nullable(),
});

export const rulesPlan = z.object({
  /** New rules, and the new face of changed ones (which stand in `replaces` by their old id). */
  rules: z.array(ruleDraft).max(200),
  replaces: z.array(z.uuid()).max(200),
  /** What the seller calls it ("Rush"), for the record. */
  title: z.string().max(100).nullable(),
});
export type RulesPlan = z.infer<typeof rulesPlan>;

export const changeRules = planKind(rulesPlan, {
  choosable: false,
  async lines(house, sql, sellerId, plan) {
    // A rule that begins later is shown as it will be then; what happens to stock until then, nobody knows.
    const starts = plan.rules.map((r) => r.startsAt?.getTime() ?? 0);
    const at = new Date(Math.max(house.now().getTime(), ...starts));
    return whatIf(house, sql, sellerId, {
      quantityIds: await takingPart(sql, sellerId),
      rules: (current) => withChanges(current, plan),
      at,
    });
  },
  async apply(house, sql, who, plan) {
    const now = house.now();
    const places = (await currentRules(sql, who.sellerId)).filter((rule) => gives(rule, plan)).map((rule) => rule.id);
    await replaceRules(sql, who.sellerId, places);
    await closeAlerts(sql, who.sellerId, places.map(waitsKey));
    for (const rule of plan.rules) {
      const version = 1 + (await versionsAt(sql, who.sellerId, rule));
      // What begins with the yes itself needs no further look; the clock begins what begins later.
      const startedAt = rule.startsAt !== null && rule.startsAt <= now ? now : null;
      const row = { ...rule, version, title: plan.title, previewId: who.previewId };
      await insertRule(sql, who.sellerId, row, who.actorKey, startedAt);
    }
    const changed = await retarget(
      sql,
      who.sellerId,
      await takingPart(sql, who.sellerId),
      { kind: "rules", id: who.correlationId, at: house.now() },
      house.now(),
    );
    return new Set(changed.map((c) => c.connectionId));
  },
});

export function withChanges(current: Rule[], plan: RulesPlan): Rule[] {
  return [...current.filter((rule) => !gives(rule, plan)), ...plan.rules];
}

/** One rule stands at one place (settled.md 30): a new one without dates takes the place of the one that stood there. */
function gives(rule: Rule, plan: RulesPlan): boolean {
  return plan.replaces.includes(rule.id) || (!isDated(rule) && plan.rules.some((r) => !isDated(r) && samePlace(r, rule)));
}

/** Numbers that the formula speaks about at all. */
export async function takingPart(sql: Sql, sellerId: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select q.id from channel_quantity q where q.seller_id = $1 and exists (select from listing l where l.quantity_id = q.id and l.link_state = 'linked' and l.go_live in ('live', 'paused'))`,
    [sellerId],
  );
  return rows.map((r) => r.id);
}

/** The alert of a rule whose beginning waits for a yes. */
export function waitsKey(ruleId: string): string {
  return `rule-waits:${ruleId}`;
}
