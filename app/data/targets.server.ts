/**
 * Recomputing targets. The numbers are locked in an earlier statement than the one that reads the levels: otherwise two batches
 * on different components of one bundle leave a wrong target for good (recipes-engine.md, trap 2).
 */

import { randomUUID } from "node:crypto";
import { isExplained, isPersons, keptTarget } from "#app/domain/brake.ts";
import { RENEWAL_FEE } from "#app/domain/renewal-fee.ts";
import { effectiveRule, type Rule } from "#app/domain/rules.ts";
import { type ComponentLevel, type Explained, explainTarget } from "#app/domain/target.ts";
import { askBrakeNow, lockBrake } from "./brake.server.ts";
import type { Sql } from "./database.server.ts";
import { closeSpentHolds, type Held, holdNumbers } from "./holds.server.ts";
import { type Cause, lockQuantities, type QuantityRow, releaseKept } from "./quantities.server.ts";
import { rulesInPlay } from "./rules.server.ts";

export type ListingFacts = {
  listingId: string;
  quantityId: string;
  connectionId: string;
  channel: string;
  lifecycle: string;
  goLive: string;
  linkState: string;
  state: string;
  /** State of the shown number as last read; the listing's own is only as fresh as the last import. */
  shownState: string;
  offByUs: boolean;
  maySpend: boolean;
  /** Etsy, sold out: what the month's cap for renewals still allows, in minor units; null elsewhere. */
  renewalRoomMinor: number | null;
  /** The most its number is left with by an approved leave plan; null = the plan leaves it alone. */
  leaveTarget: number | null;
  /** What its number showed before our first write, where the seller put that back. */
  putBack: number | null;
  /** Other channels that list one of its items and cannot be seen, with what is held back for each (data/sight). */
  unseen: { connectionId: string; name: string; units: number; lastUnit: boolean }[];
  components: ComponentLevel[];
  tags: string[];
};

/** Most a channel shows. Etsy's limit is its own rule (contracts/etsy.md 3); the others take any 32-bit number. */
const MAX_SHOWN: Record<string, number> = { shopify: 1_000_000_000, ebay: 2_147_483_647, etsy: 999, woocommerce: 2_147_483_647 };

export async function loadRules(sql: Sql, sellerId: string): Promise<Rule[]> {
  return rulesInPlay(sql, sellerId);
}

/** SQL over listing l: connection b has one of its items for sale too. */
const LISTS_TOO = `exists (select from component co join component oc on oc.item_id = co.item_id join listing ol on ol.id = oc.listing_id
  where co.listing_id = l.id and ol.connection_id = b.id and ol.link_state = 'linked' and ol.go_live = 'live')`;

/** Every listing behind the given numbers, with its components' levels. */
export async function loadListingFacts(sql: Sql, quantityIds: string[]): Promise<ListingFacts[]> {
  if (quantityIds.length === 0) return [];
  return sql.query<ListingFacts>(
    `select l.id as "listingId", l.quantity_id as "quantityId", l.connection_id as "connectionId", c.channel::text as channel, c.lifecycle::text as lifecycle,
       l.go_live::text as "goLive", l.link_state as "linkState", l.state, q.state as "shownState", q.off_by_us as "offByUs", c.may_spend as "maySpend",
       case when c.channel = 'etsy' and q.state = 'sold-out' then (select m.room_minor from renewal_money(c.id) m) end as "renewalRoomMinor", q.leave_target as "leaveTarget", q.put_back as "putBack",
       coalesce(k.components, '[]'::jsonb) as components, coalesce(t.tags, '[]'::jsonb) as tags, coalesce(u.unseen, '[]'::jsonb) as unseen
     from listing l join channel_quantity q on q.id = l.quantity_id join connection c on c.id = l.connection_id
     left join lateral (
       select jsonb_agg(jsonb_build_object('itemId', i.id, 'sku', i.sku, 'available', i.on_hand - i.reserved, 'units', co.units) order by i.id) as components
       from component co join stock_item i on i.id = co.item_id where co.listing_id = l.id
     ) k on true
     left join lateral (
       select jsonb_agg(tg.tag order by coalesce(r.rank, 1000000), tg.tag) as tags
       from component co join item_tag tg on tg.item_id = co.item_id left join tag_rank r on r.seller_id = l.seller_id and r.tag = tg.tag
       where co.listing_id = l.id
     ) t on true
     left join lateral (
       select jsonb_agg(jsonb_build_object('connectionId', b.id, 'name', b.name, 'units', b.safety_units, 'lastUnit', b.safety_last_unit) order by b.id) as unseen
       from connection b where b.seller_id = l.seller_id and b.safety_units > 0 and b.id <> l.connection_id and ${LISTS_TOO}
     ) u on true
     where l.quantity_id = any($1)`,
    [quantityIds],
  );
}

/** The numbers that items stand behind. */
export async function quantitiesOfItems(sql: Sql, itemIds: string[]): Promise<string[]> {
  if (itemIds.length === 0) return [];
  const rows = await sql.query<{ id: string }>(
    `select distinct l.quantity_id as id from component c join listing l on l.id = c.listing_id where c.item_id = any($1)`,
    [itemIds],
  );
  return rows.map((r) => r.id);
}

/** These numbers and all that stand on one of their items. */
export async function withNeighbours(sql: Sql, quantityIds: string[]): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select distinct o.quantity_id as id from listing l join component c on c.listing_id = l.id join component oc on oc.item_id = c.item_id
     join listing o on o.id = oc.listing_id where l.quantity_id = any($1)`,
    [quantityIds],
  );
  return [...new Set([...quantityIds, ...rows.map((r) => r.id)])];
}

/** Why a linked listing takes no part, or null when it does. */
function notTakingPart(facts: ListingFacts): string | null {
  if (facts.lifecycle === "leaving" && facts.leaveTarget === null) return "leaving";
  if (facts.lifecycle !== "live" && facts.lifecycle !== "leaving") return "watching";
  if (facts.linkState !== "linked" || facts.components.length === 0) return "not-linked";
  if (facts.goLive !== "live") return facts.goLive;
  if (facts.state !== "active" && facts.state !== "sold-out" && !(facts.state === "inactive" && facts.offByUs)) return facts.state;
  return null;
}

export type TargetDecision = {
  quantityId: string;
  target: number | null;
  noTarget: string | null;
  explained: { listingId: string; explained: Explained }[];
};

/** Pure over loaded facts: what each number should show. A number with several listings shows the least of what they allow. */
export function decideTargets(facts: readonly ListingFacts[], rules: readonly Rule[], now: Date): TargetDecision[] {
  const byQuantity = Map.groupBy(facts, (f) => f.quantityId);
  const liveWith = connectionsByItem(facts);
  return [...byQuantity].map(([quantityId, listings]) => {
    const taking = listings.filter((l) => notTakingPart(l) === null);
    const explained = taking.map((l) => ({
      listingId: l.listingId,
      explained: explainTarget({
        components: l.components,
        rule: effectiveRule(rules, { connectionId: l.connectionId, listingId: l.listingId, tags: [...new Set(l.tags)] }, now),
        connectionId: l.connectionId,
        connectionsWithIt: [...new Set(l.components.flatMap((c) => liveWith.get(c.itemId) ?? []))],
        safetyUnits: l.unseen.reduce((sum, u) => sum + u.units, 0),
        safetyLastUnit: l.unseen.some((u) => u.lastUnit),
        safetyBecause: l.unseen.map((u) => u.name),
        putBack: l.putBack,
        leftWith: l.lifecycle === "leaving" ? l.leaveTarget : null,
        channel: {
          maxQuantity: MAX_SHOWN[l.channel] ?? 0,
          renewalNeedsConsent: l.channel === "etsy" && l.shownState === "sold-out" && !(l.maySpend && l.lifecycle !== "leaving"),
          renewalCapReached: l.maySpend && l.renewalRoomMinor !== null && l.renewalRoomMinor < RENEWAL_FEE.amountMinor,
        },
      }),
    }));
    const numbers = explained.map((e) => e.explained.target);
    const first = listings[0];
    if (numbers.length === 0) return { quantityId, target: null, noTarget: first ? notTakingPart(first) : "not-linked", explained };
    if (numbers.some((n) => n === null)) return { quantityId, target: null, noTarget: "paused", explained };
    return { quantityId, target: Math.min(...numbers.filter((n) => n !== null)), noTarget: null, explained };
  });
}

function connectionsByItem(facts: readonly ListingFacts[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const listing of facts) {
    if (notTakingPart(listing) !== null) continue;
    for (const c of listing.components) found.set(c.itemId, [...(found.get(c.itemId) ?? []), listing.connectionId]);
  }
  return found;
}

export type Retargeted = { connectionId: string; quantityId: string; from: number | null; to: number | null };
type Change = Retargeted & { noTarget: string | null };

/**
 * Recomputes the targets of numbers and stores those that change, with their cause. Locks the numbers first, so it must be the last
 * step that locks anything in its transaction. Answers what changed. The net under everything (settled.md 28): too many lowerings by a
 * cause that explains none are held; their old targets stay, and orders go on lowering them.
 */
export async function retarget(sql: Sql, sellerId: string, quantityIds: string[], cause: Cause, now: Date): Promise<Retargeted[]> {
  if (!isExplained(cause.kind)) await lockBrake(sql, sellerId);
  const rules = await loadRules(sql, sellerId);
  const routed = rules.some((rule) => rule.lastUnits !== null);
  // Who keeps the last units depends on everything that shows the same thing: there a change of one is a change of all.
  const rows = await lockQuantities(sql, routed ? await withNeighbours(sql, quantityIds) : [...new Set(quantityIds)]);
  if (rows.length === 0) return [];
  const ids = rows.map((r) => r.id);
  const facts = await loadListingFacts(sql, routed ? await withNeighbours(sql, ids) : ids);
  const byId = new Map(rows.map((r) => [r.id, r]));
  const changed: Change[] = [];
  const released: string[] = [];
  for (const decision of decideTargets(facts, rules, now)) {
    const row = byId.get(decision.quantityId);
    if (row === undefined) continue;
    const held = whileHeld(row, decision, facts, cause);
    if (held === "released") released.push(row.id);
    const to = typeof held === "number" ? held : decision.target;
    if (row.target === to) continue;
    changed.push({ connectionId: row.connectionId, quantityId: row.id, from: row.target, to, noTarget: decision.noTarget });
  }
  await releaseKept(sql, sellerId, released);
  const batch = await netUnder(sql, sellerId, changed, facts, cause, now);
  await storeTargets(sql, batch, cause);
  await closeSpentHolds(sql, sellerId, released);
  return batch;
}

/**
 * A number whose lowering waits keeps what it showed, less what its items lost since. It is released where the formula has come back up
 * to that, and, once the seller has refused the change, by whatever a person then does about it.
 */
function whileHeld(row: QuantityRow, decision: TargetDecision, facts: readonly ListingFacts[], cause: Cause): number | "released" | null {
  if (row.heldTarget === null || decision.target === null) return null;
  const components = facts.filter((f) => f.quantityId === row.id).flatMap((f) => f.components);
  const kept = keptTarget(row.heldTarget, row.heldLevels ?? {}, components);
  const refused = row.raisesStopped === null;
  return decision.target >= kept || (refused && isPersons(cause.kind)) ? "released" : kept;
}

/** What goes on of a batch: all of it, or, where the brake holds it, only what leaves the comparison or joins it. */
async function netUnder(
  sql: Sql,
  sellerId: string,
  changed: Change[],
  facts: readonly ListingFacts[],
  cause: Cause,
  now: Date,
): Promise<Change[]> {
  if (isExplained(cause.kind)) return changed;
  const falling = changed.filter((c) => c.from !== null && c.to !== null && c.to < c.from);
  const answer = await askBrakeNow(
    sql,
    sellerId,
    falling.map((c) => ({ quantityId: c.quantityId, toZero: c.to === 0 })),
    now,
  );
  if (!answer.hold) return changed;
  const waiting = changed.filter((c) => c.from !== null && c.to !== null);
  await keepNumbers(sql, sellerId, waiting, facts, cause, answer);
  return changed.filter((c) => !waiting.includes(c));
}

async function keepNumbers(
  sql: Sql,
  sellerId: string,
  waiting: Change[],
  facts: readonly ListingFacts[],
  cause: Cause,
  answer: Held,
): Promise<void> {
  const levels = waiting.map(({ quantityId }) =>
    Object.fromEntries(facts.filter((f) => f.quantityId === quantityId).flatMap((f) => f.components.map((c) => [c.itemId, c.available]))),
  );
  await sql.query(
    `update channel_quantity q set held_target = v.target, held_levels = v.levels from unnest($1::uuid[], $2::int[], $3::jsonb[]) v(id, target, levels) where q.id = v.id`,
    [waiting.map((w) => w.quantityId), waiting.map((w) => w.from), levels.map((l) => JSON.stringify(l))],
  );
  await holdNumbers(
    sql,
    sellerId,
    {
      ...{ kind: "numbers", key: `numbers:${cause.kind}`, connectionId: null, answer, cause: cause.kind, planKind: "held-numbers" },
      quantityIds: waiting.map((w) => w.quantityId),
    },
    randomUUID,
  );
}

async function storeTargets(
  sql: Sql,
  changed: { quantityId: string; to: number | null; noTarget: string | null }[],
  cause: Cause,
): Promise<void> {
  if (changed.length === 0) return;
  // What a channel is left with only falls: a later rise of the formula does not bring it back. A falling number does not wait out an earlier failure's back-off.
  await sql.query(
    `update channel_quantity q set target = v.target, no_target = v.no_target,
       leave_target = case when v.target < q.leave_target then v.target else q.leave_target end, cause_kind = $4, cause_id = $5, cause_at = $6,
       dirty_since = clock_timestamp(), next_attempt_at = case when v.target < q.target then null else q.next_attempt_at end
     from unnest($1::uuid[], $2::int[], $3::text[]) v(id, target, no_target) where q.id = v.id`,
    [changed.map((c) => c.quantityId), changed.map((c) => c.to), changed.map((c) => c.noTarget), cause.kind, cause.id, cause.at],
  );
}

export type { QuantityRow };
