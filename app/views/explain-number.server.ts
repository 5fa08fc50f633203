import type { Sql } from "#app/data/database.server.ts";
import { decideTargets, type ListingFacts, loadListingFacts, loadRules, quantitiesOfItems } from "#app/data/targets.server.ts";
import type { TargetStep } from "#app/domain/target.ts";
import { UUID } from "./cursor.ts";
import { type NumberEvent, numberEvents } from "./number-events.server.ts";
import { readNumbers, type ShownNumber } from "./number-rows.server.ts";
import { type RuleName, ruleIdsOf, ruleNames } from "./rule-names.server.ts";
import type { ViewHouse } from "./view-house.ts";

export type Explanation = {
  now: Date;
  number: ShownNumber;
  /** What the steps end in. `supposed` = the listing takes no part yet; this is what it would show. */
  wouldShow: number | null;
  supposed: boolean;
  steps: TargetStep[];
  /** Item behind a simple listing, whose stock can be set from here. */
  item: { id: string; sku: string; title: string; onHand: number; reserved: number; available: number } | null;
  components: number;
  /** What happened behind it, oldest first. */
  events: NumberEvent[];
  /** The rules that the steps name. */
  rules: Record<string, RuleName>;
};

/** "Why 3?" for one shown number, computed now with the engine's own formula. Null where the seller has no such number. */
export async function explainNumber(house: ViewHouse, sellerId: string, quantityId: string): Promise<Explanation | null> {
  if (!UUID.test(quantityId)) return null;
  const now = house.now();
  const numbers = await house.db.read(sellerId, (prisma) => readNumbers(prisma, sellerId, { quantityIds: [quantityId] }, now));
  const [number] = numbers;
  if (!number) return null;
  const why = (await explainAll(house, sellerId, [quantityId], now)).get(quantityId);
  const itemIds = [...new Set(numbers.flatMap((n) => n.itemId ?? []))];
  const only = itemIds.length === 1 ? itemIds[0] : undefined;
  const item = only ? await house.db.read(sellerId, (prisma) => prisma.stockItem.findFirst({ where: { id: only, sellerId } })) : null;
  return {
    ...{
      now,
      number,
      wouldShow: why?.target ?? null,
      supposed: why?.supposed ?? true,
      steps: why?.steps ?? [],
      components: itemIds.length,
      events: await numberEvents(house, sellerId, quantityId),
      rules: await house.db.read(sellerId, (prisma) => ruleNames(prisma, sellerId, ruleIdsOf(why?.steps ?? []))),
    },
    item: item && {
      id: item.id,
      sku: item.sku,
      title: item.title,
      onHand: item.onHand,
      reserved: item.reserved,
      available: item.onHand - item.reserved,
    },
  };
}

export type Why = { target: number | null; supposed: boolean; steps: TargetStep[] };

/** The steps of several numbers at once. Of a number that several listings share, those of the listing that allows least. */
export function explainAll(house: ViewHouse, sellerId: string, quantityIds: string[], now: Date): Promise<Map<string, Why>> {
  return house.db.write(sellerId, async (sql) => {
    const rules = await loadRules(sql, sellerId);
    const facts = await factsAround(sql, quantityIds);
    const really = decideTargets(facts, rules, now);
    const supposed = decideTargets(facts.map(asIfLive(quantityIds)), rules, now);
    const kept = await keptNumbers(sql, sellerId, quantityIds);
    return new Map(
      quantityIds.flatMap((id): [string, Why][] => {
        const real = really.find((d) => d.quantityId === id);
        const decision = real && real.explained.length > 0 ? real : supposed.find((d) => d.quantityId === id);
        if (!decision) return [];
        const least = decision.explained.find((e) => e.explained.target === decision.target) ?? decision.explained[0];
        const steps = least?.explained.steps ?? [];
        const held = kept.get(id);
        if (held !== undefined && decision.target !== null)
          return [[id, { target: held.result, supposed: false, steps: [...steps, held] }]];
        return [[id, { target: decision.target, supposed: decision !== real, steps }]];
      }),
    );
  });
}

/** The formula's last step where a lowering waits or was refused: what the engine keeps, and since when. */
async function keptNumbers(sql: Sql, sellerId: string, quantityIds: string[]): Promise<Map<string, TargetStep>> {
  const rows = await sql.query<{ id: string; target: number; kept: number; since: Date | null }>(
    `select q.id, q.target, q.held_target as kept,
       (select max(h.opened_at) from hold_number n join hold h on h.id = n.hold_id and h.kind = 'numbers' where n.quantity_id = q.id) as since
     from channel_quantity q where q.seller_id = $1 and q.id = any($2) and q.held_target is not null and q.target is not null`,
    [sellerId, quantityIds],
  );
  return new Map(
    rows.map((r) => [
      r.id,
      {
        ...{ kind: "held", result: r.target, figure: r.kept, ruleId: null, scope: null },
        ...(r.since === null ? {} : { since: r.since.toISOString() }),
      },
    ]),
  );
}

/** Last-unit routing looks at every listing of the same items, so their facts are needed too. */
async function factsAround(sql: Sql, quantityIds: string[]): Promise<ListingFacts[]> {
  const own = await loadListingFacts(sql, quantityIds);
  const items = [...new Set(own.flatMap((f) => f.components.map((c) => c.itemId)))];
  const neighbours = (await quantitiesOfItems(sql, items)).filter((id) => !quantityIds.includes(id));
  return [...own, ...(await loadListingFacts(sql, neighbours))];
}

function asIfLive(quantityIds: string[]): (facts: ListingFacts) => ListingFacts {
  return (facts) =>
    quantityIds.includes(facts.quantityId)
      ? { ...facts, lifecycle: "live", goLive: "live", state: facts.state === "sold-out" ? "sold-out" : "active" }
      : facts;
}
