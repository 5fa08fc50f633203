/** Changing rules: what every number would show with them, and, once approved, the new rows and the new targets. */
import { z } from "zod";
import type { Sql } from "#app/data/database.server.ts";
import { currentRules, insertRule, replaceRules } from "#app/data/rules.server.ts";
import { retarget } from "#app/data/targets.server.ts";
import { RULE_SCOPES, type Rule } from "#app/domain/rules.ts";
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
    const places = (await currentRules(sql, who.sellerId)).filter((rule) => gives(rule, plan)).map((rule) => rule.id);
    const before = await replaceRules(sql, who.sellerId, places);
    for (const rule of plan.rules) {
      const version = 1 + Math.max(0, ...before.filter((b) => samePlace(b, rule)).map((b) => b.version));
      await insertRule(sql, who.sellerId, { ...rule, id: house.newId(), version }, who.actorKey);
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

function withChanges(current: Rule[], plan: RulesPlan): Rule[] {
  return [...current.filter((rule) => !gives(rule, plan)), ...plan.rules];
}

/** One rule stands at one place (settled.md 30): a new one without dates takes the place of the one that stood there. */
function gives(rule: Rule, plan: RulesPlan): boolean {
  const dated = (r: { startsAt: Date | null; endsAt: Date | null }) => r.startsAt !== null || r.endsAt !== null;
  return plan.replaces.includes(rule.id) || (!dated(rule) && plan.rules.some((r) => !dated(r) && samePlace(r, rule)));
}

type Place = Pick<Rule, "scope" | "connectionId" | "tag" | "listingId">;

function samePlace(a: Place, b: Place): boolean {
  return a.scope === b.scope && a.connectionId === b.connectionId && a.tag === b.tag && a.listingId === b.listingId;
}

async function takingPart(sql: Sql, sellerId: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select q.id from channel_quantity q where q.seller_id = $1 and exists (select from listing l where l.quantity_id = q.id and l.link_state = 'linked' and l.go_live in ('live', 'paused'))`,
    [sellerId],
  );
  return rows.map((r) => r.id);
}
