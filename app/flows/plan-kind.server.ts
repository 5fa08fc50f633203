/**
 * A change that is shown row by row before it happens: rules, restore, a stock file, a held batch. Each kind says what the rows
 * would be and what to do once somebody said yes; showing, hashing, approving and recording are the same for all
 * (docs/decisions/changes-as-plans.md).
 */
import type { z } from "zod";
import type { Sql } from "#app/data/database.server.ts";
import type { PreviewLine } from "#app/data/previews.server.ts";
import { plannedRules } from "#app/data/rules.server.ts";
import { decideTargets, loadListingFacts, withNeighbours } from "#app/data/targets.server.ts";
import type { Json, JsonObject } from "#app/domain/channel-words.ts";
import type { Rule } from "#app/domain/rules.ts";
import type { House } from "./house.server.ts";
import { changeOf } from "./preview-go-live.server.ts";

export type PlanActor = { sellerId: string; actorKey: string; correlationId: string; previewId: string };

export type PlanKind = {
  /** Whether single rows may be left out at approval. */
  choosable: boolean;
  /** The rows as they would be now. Throws where the plan cannot be read. */
  lines: (house: House, sql: Sql, sellerId: string, plan: JsonObject) => Promise<PreviewLine[]>;
  /** Does it, inside the approval's transaction. Answers the connections that may have work now. */
  apply: (house: House, sql: Sql, who: PlanActor, plan: JsonObject, included: string[]) => Promise<Set<string>>;
  /** Where saying no has to do something too: inside the refusal's transaction. Answers the connections that may have work now. */
  keep?: (house: House, sql: Sql, who: PlanActor, plan: JsonObject) => Promise<Set<string>>;
};

/** The plan is stored as JSON: what comes back is checked before anything is done with it. */
export function planKind<S extends z.ZodType>(
  schema: S,
  kind: {
    choosable: boolean;
    lines: (house: House, sql: Sql, sellerId: string, plan: z.infer<S>) => Promise<PreviewLine[]>;
    apply: (house: House, sql: Sql, who: PlanActor, plan: z.infer<S>, included: string[]) => Promise<Set<string>>;
    keep?: (house: House, sql: Sql, who: PlanActor, plan: z.infer<S>) => Promise<Set<string>>;
  },
): PlanKind {
  const { keep } = kind;
  return {
    choosable: kind.choosable,
    lines: async (house, sql, sellerId, plan) => kind.lines(house, sql, sellerId, schema.parse(plan)),
    apply: async (house, sql, who, plan, included) => kind.apply(house, sql, who, schema.parse(plan), included),
    ...(keep ? { keep: async (house, sql, who, plan) => keep(house, sql, who, schema.parse(plan)) } : {}),
  };
}

export type WhatIf = {
  /** Numbers in question; those that share an item with them are looked at as well. */
  quantityIds: string[];
  /** The rules as they would be. */
  rules?: (current: Rule[]) => Rule[];
  /** Units more (or fewer) that could be sold, by item. */
  levels?: ReadonlyMap<string, number>;
  /** What numbers would show as before our first write, by number; null = the rules again. */
  putBack?: ReadonlyMap<string, number | null>;
  /** The tags that a listing of these items would have, the best ranked first. */
  tags?: (itemIds: string[]) => string[];
  /** The moment at which the rules are asked, where it is not now. */
  at?: Date;
};

/** What every number in question should show now, and would show then. Numbers that take part neither now nor then are left out. */
export async function whatIf(house: House, sql: Sql, sellerId: string, wish: WhatIf): Promise<PreviewLine[]> {
  const ids = await withNeighbours(sql, wish.quantityIds);
  if (ids.length === 0) return [];
  const numbers = await sql.query<{ id: string; target: number | null }>(
    `select id, target from channel_quantity where seller_id = $1 and id = any($2) order by id`,
    [sellerId, ids],
  );
  const facts = (await loadListingFacts(sql, ids)).map((f) => ({
    ...f,
    components: f.components.map((c) => ({ ...c, available: c.available + (wish.levels?.get(c.itemId) ?? 0) })),
    putBack: wish.putBack?.has(f.quantityId) ? (wish.putBack.get(f.quantityId) ?? null) : f.putBack,
    ...(wish.tags
      ? {
          tags: wish.tags(f.components.map((c) => c.itemId)),
        }
      : {}),
  }));
  const current = await plannedRules(sql, sellerId);
  const decided = decideTargets(facts, wish.rules ? wish.rules(current) : current, wish.at ?? house.now());
  const byId = new Map(decided.map((d) => [d.quantityId, d]));
  return numbers.flatMap(({ id, target }) => {
    const decision = byId.get(id);
    const after = decision?.target ?? null;
    if (target === null && after === null) return [];
    const steps = (decision?.explained[0]?.explained.steps ?? []) as unknown as Json;
    return [{ quantityId: id, before: target, after, change: changeOf(target, after), steps }];
  });
}
