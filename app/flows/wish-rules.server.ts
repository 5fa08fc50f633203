/** A seller's wishes about rules, each turned into a plan that shows what it would do; nothing changes before somebody says yes to it. */
import type { Sql } from "#app/data/database.server.ts";
import { listingsOfItem } from "#app/data/listings-of-item.server.ts";
import { currentRules, lockRules, ruleById } from "#app/data/rules.server.ts";
import type { JsonObject } from "#app/domain/channel-words.ts";
import { withFigures } from "#app/domain/listing-rules.ts";
import type { ReadRule, RuleProblems } from "#app/domain/rule-form.ts";
import type { Rule } from "#app/domain/rules.ts";
import { type RushWish, rushRules } from "#app/domain/rush.ts";
import { skuKey } from "#app/domain/sku.ts";
import type { House } from "./house.server.ts";
import { openPlan } from "./open-plan.server.ts";

export type RuleWisher = { sellerId: string; actorKey: string };
export type Wished = { previewId: string } | { problems: RuleProblems };

/** A new rule, or with `replaces` the new face of one. */
export async function wishRule(house: House, who: RuleWisher, wish: { rule: ReadRule; replaces: string | null }): Promise<Wished> {
  const placed = await placeRule(house, who.sellerId, wish.rule);
  if ("problems" in placed) return placed;
  return planOf(house, who, { rules: [placed.rule], replaces: wish.replaces === null ? [] : [wish.replaces], title: wish.rule.title });
}

/** The rule with its listing found and its channels known to be the seller's. */
export async function placeRule(house: House, sellerId: string, read: ReadRule): Promise<{ rule: Rule } | { problems: RuleProblems }> {
  const { sku, title: _title, ...fields } = read;
  return house.db.write(sellerId, async (sql) => {
    const named = [...new Set([...(fields.connectionId === null ? [] : [fields.connectionId]), ...(fields.lastRank ?? [])])];
    if (!(await areOwnConnections(sql, sellerId, named)))
      return { problems: fields.connectionId !== null ? { connectionId: "no-such-channel" } : { rank: "no-such-channel" } };
    const listingId = sku === null ? null : await listingWithSku(sql, sellerId, fields.connectionId, sku);
    if (sku !== null && listingId === null) return { problems: { sku: "no-such-listing" } };
    // A listing is place enough; its channel is not stored beside it.
    const connectionId = fields.scope === "listing" ? null : fields.connectionId;
    return { rule: { ...fields, connectionId, listingId, id: house.newId() } };
  });
}

/** Null where none of them can be ended any more. */
export async function wishEnd(house: House, who: RuleWisher, ruleIds: string[]): Promise<string | null> {
  const rules = await house.db.write(who.sellerId, (sql) => lockRules(sql, who.sellerId, ruleIds));
  if (rules.length === 0) return null;
  const opened = await planOf(house, who, { rules: [], replaces: rules.map((rule) => rule.id), title: rules[0]?.title ?? null });
  return opened.previewId;
}

/** Everything that one approval made (a rush), ended before its time. */
export async function wishEndOfPlan(house: House, who: RuleWisher, previewId: string): Promise<string | null> {
  const rules = await house.db.write(who.sellerId, (sql) => currentRules(sql, who.sellerId));
  return wishEnd(
    house,
    who,
    rules.filter((rule) => rule.previewId === previewId).map((rule) => rule.id),
  );
}

/** Back to an earlier version: it is set again as a new one. Null where there is none such, or its time is over. */
export async function wishVersion(house: House, who: RuleWisher, ruleId: string): Promise<string | null> {
  const found = await house.db.write(who.sellerId, async (sql) => ({
    rule: await ruleById(sql, who.sellerId, ruleId),
    current: await currentRules(sql, who.sellerId),
  }));
  const { rule } = found;
  if (rule === null || (rule.endsAt !== null && rule.endsAt <= house.now())) return null;
  const { version: _version, title, previewId: _previewId, ...fields } = rule;
  const dated = fields.startsAt !== null || fields.endsAt !== null;
  const same = found.current.filter((r) => dated && r.scope === rule.scope && r.connectionId === rule.connectionId && r.tag === rule.tag);
  const replaces = same.filter((r) => r.listingId === rule.listingId && (r.startsAt !== null || r.endsAt !== null)).map((r) => r.id);
  return (await planOf(house, who, { rules: [{ ...fields, id: house.newId() }], replaces, title })).previewId;
}

export async function wishRush(house: House, who: RuleWisher, wish: RushWish & { title: string }): Promise<Wished> {
  const standing = await house.db.write(who.sellerId, async (sql) =>
    (await areOwnConnections(sql, who.sellerId, wish.lastRank)) ? currentRules(sql, who.sellerId) : null,
  );
  if (standing === null) return { problems: { rank: "no-such-channel" } };
  const rules = rushRules(standing, wish, house.newId);
  if (rules.length === 0) return { problems: { form: "says-nothing" } };
  return planOf(house, who, { rules, replaces: [], title: wish.title });
}

/** Rules whose beginning waits for a yes: the difference as it is now. */
export async function wishBegin(house: House, who: RuleWisher, ruleIds: string[]): Promise<string | null> {
  const rules = await house.db.write(who.sellerId, (sql) => lockRules(sql, who.sellerId, ruleIds));
  if (rules.length === 0) return null;
  const plan = { ruleIds: rules.map((rule) => rule.id), title: rules[0]?.title ?? null };
  return openPlan(house, { ...who, kind: "rule-start", plan });
}

/** From `units` on only this channel shows an item; null where it is not listed there, or nowhere else. */
export async function wishLastUnit(
  house: House,
  who: RuleWisher,
  wish: { itemId: string; connectionId: string; units: number; title: string },
): Promise<string | null> {
  const rules = await house.db.write(who.sellerId, async (sql) => {
    const listings = await listingsOfItem(sql, who.sellerId, wish.itemId);
    if (!listings.some((l) => l.connectionId === wish.connectionId)) return [];
    const figures = { lastUnits: wish.units, lastRank: [wish.connectionId] };
    const wishes = listings.map((l) => ({ listingId: l.listingId, figures }));
    return withFigures(await currentRules(sql, who.sellerId), wishes, house.newId);
  });
  if (rules.length === 0) return null;
  return (await planOf(house, who, { rules, replaces: [], title: wish.title })).previewId;
}

/** Buffers at listings, shown before they stand. Null where none of the listings is the seller's. */
export async function wishBuffers(
  house: House,
  who: RuleWisher,
  wish: { buffers: readonly { listingId: string; buffer: number }[]; title: string },
): Promise<string | null> {
  const rules = await house.db.write(who.sellerId, async (sql) => {
    const own = await ownListings(
      sql,
      who.sellerId,
      wish.buffers.map((b) => b.listingId),
    );
    const wishes = wish.buffers.filter((b) => own.has(b.listingId)).map(({ listingId, buffer }) => ({ listingId, figures: { buffer } }));
    return withFigures(await currentRules(sql, who.sellerId), wishes, house.newId);
  });
  if (rules.length === 0) return null;
  return (await planOf(house, who, { rules, replaces: [], title: wish.title })).previewId;
}

async function ownListings(sql: Sql, sellerId: string, ids: string[]): Promise<Set<string>> {
  const rows = await sql.query<{ id: string }>(`select id from listing where seller_id = $1 and id::text = any($2)`, [sellerId, ids]);
  return new Set(rows.map((row) => row.id));
}

async function planOf(
  house: House,
  who: RuleWisher,
  plan: { rules: Rule[]; replaces: string[]; title: string | null },
): Promise<{ previewId: string }> {
  const stored = JSON.parse(JSON.stringify(plan)) as JsonObject;
  return { previewId: await openPlan(house, { ...who, kind: "rules", plan: stored }) };
}

async function areOwnConnections(sql: Sql, sellerId: string, ids: string[]): Promise<boolean> {
  if (ids.length === 0) return true;
  const rows = await sql.query(`select 1 from connection where seller_id = $1 and id::text = any($2)`, [sellerId, ids]);
  return rows.length === new Set(ids).size;
}

async function listingWithSku(sql: Sql, sellerId: string, connectionId: string | null, sku: string): Promise<string | null> {
  const rows = await sql.query<{ id: string }>(
    `select id from listing where seller_id = $1 and connection_id = $2 and sku_key = $3 order by id limit 2`,
    [sellerId, connectionId, skuKey(sku)],
  );
  return rows.length === 1 ? (rows[0]?.id ?? null) : null;
}
