/**
 * What a rule that is being written would do to real numbers, before anything is saved: some of the listings at its place, now and
 * then, with the rules that stand nearer and those it would outweigh. Large places are sampled; the diff before saving is exact.
 */
import type { Sql } from "#app/data/database.server.ts";
import { plannedRules } from "#app/data/rules.server.ts";
import { loadListingFacts } from "#app/data/targets.server.ts";
import { effectiveRule, RULE_FIELDS, type Rule, type RuleField, type RuleScope } from "#app/domain/rules.ts";
import type { House } from "./house.server.ts";
import { whatIf } from "./plan-kind.server.ts";
import { withChanges } from "./plan-rules.server.ts";

export type Rival = { field: RuleField; ruleId: string; scope: RuleScope; listings: number };
export type RuleEffect = {
  rows: { quantityId: string; title: string; sku: string | null; channel: string; before: number | null; after: number | null }[];
  /** How many numbers were looked at, and how many of them would change. */
  looked: number;
  changed: number;
  /** Whether the place has more numbers than were looked at. */
  sampled: boolean;
  /** Nearer rules that decide instead, and farther ones that this one outweighs. */
  nearer: Rival[];
  outweighs: Rival[];
};

const LOOKED_AT = 300;
const SHOWN = 10;

export async function ruleEffect(house: House, sellerId: string, wish: { rule: Rule; replaces: string[] }): Promise<RuleEffect> {
  const { rule } = wish;
  return house.db.write(sellerId, async (sql) => {
    const found = await numbersAt(sql, sellerId, rule);
    const ids = found.slice(0, LOOKED_AT).map((n) => n.quantityId);
    const at = rule.startsAt !== null && rule.startsAt > house.now() ? rule.startsAt : house.now();
    const changes = (current: Rule[]) => withChanges(current, { rules: [rule], replaces: wish.replaces, title: null });
    const lines = await whatIf(house, sql, sellerId, { quantityIds: ids, rules: changes, at });
    const byId = new Map(lines.map((line) => [line.quantityId, line]));
    const rows = found.slice(0, LOOKED_AT).flatMap((n) => {
      const line = byId.get(n.quantityId);
      return line ? [{ ...n, before: line.before, after: line.after }] : [];
    });
    const moved = rows.filter((row) => row.before !== row.after);
    const rivals = await rivalsOf(sql, sellerId, ids, rule, { changes, at });
    return {
      rows: [...moved, ...rows.filter((row) => row.before === row.after)].slice(0, SHOWN),
      ...{ looked: rows.length, changed: moved.length, sampled: found.length > LOOKED_AT, ...rivals },
    };
  });
}

async function rivalsOf(
  sql: Sql,
  sellerId: string,
  quantityIds: string[],
  rule: Rule,
  wish: { changes: (current: Rule[]) => Rule[]; at: Date },
): Promise<{ nearer: Rival[]; outweighs: Rival[] }> {
  const current = await plannedRules(sql, sellerId);
  const changed = wish.changes(current);
  const others = changed.filter((r) => r.id !== rule.id);
  const nearer = new Map<string, Rival>();
  const outweighs = new Map<string, Rival>();
  for (const facts of await loadListingFacts(sql, quantityIds)) {
    const place = { connectionId: facts.connectionId, listingId: facts.listingId, tags: [...new Set(facts.tags)] };
    const then = effectiveRule(changed, place, wish.at);
    const without = effectiveRule(others, place, wish.at);
    for (const field of RULE_FIELDS) {
      if (rule[field] === null) continue;
      const winner = then[field];
      const loser = without[field];
      if (winner && winner.ruleId !== rule.id) count(nearer, field, winner);
      if (winner?.ruleId === rule.id && loser) count(outweighs, field, loser);
    }
  }
  return { nearer: [...nearer.values()], outweighs: [...outweighs.values()] };
}

function count(into: Map<string, Rival>, field: RuleField, set: { ruleId: string; scope: RuleScope }): void {
  const key = `${field}:${set.ruleId}`;
  const rival = into.get(key) ?? { field, ruleId: set.ruleId, scope: set.scope, listings: 0 };
  into.set(key, { ...rival, listings: rival.listings + 1 });
}

type Found = { quantityId: string; title: string; sku: string | null; channel: string };

/** One number more than is looked at, so that "more" is known. */
async function numbersAt(sql: Sql, sellerId: string, rule: Rule): Promise<Found[]> {
  return sql.query<Found>(
    `select q.id as "quantityId", min(l.title) as title, min(l.sku) as sku, min(c.channel::text) as channel
     from channel_quantity q join listing l on l.quantity_id = q.id join connection c on c.id = q.connection_id
     where q.seller_id = $1 and l.link_state = 'linked' and l.go_live in ('live', 'paused') and c.lifecycle = 'live'
       and ($2::uuid is null or q.connection_id = $2) and ($3::uuid is null or l.id = $3)
       and ($4::text is null or exists (select from component co join item_tag t on t.item_id = co.item_id where co.listing_id = l.id and t.tag = $4))
     group by q.id order by min(l.title), q.id limit ${LOOKED_AT + 1}`,
    [sellerId, rule.connectionId, rule.listingId, rule.tag],
  );
}
