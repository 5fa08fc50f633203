/** Rules with their history: a changed rule is a new row, and the one before it stays with the moment it was replaced. */
import type { Rule } from "#app/domain/rules.ts";
import type { PastRule } from "#app/domain/rules-then.ts";
import type { Sql } from "./database.server.ts";

/** `title` is what the seller calls it; `previewId` the approved plan that made it. */
export type RuleRow = Rule & { version: number; title: string | null; previewId: string | null };

const COLUMNS = `id, scope, connection_id as "connectionId", tag, listing_id as "listingId", buffer, percent, floor, cap, fixed, paused,
  last_units as "lastUnits", last_rank as "lastRank", starts_at as "startsAt", ends_at as "endsAt", version, title, preview_id as "previewId"`;

/**
 * The rules that the formula asks. A dated one takes part once the clock has begun it (keep-rule-dates): before that nobody has
 * looked whether it still does what was approved. Its end needs no look; the caller passes the moment.
 */
export async function rulesInPlay(sql: Sql, sellerId: string): Promise<RuleRow[]> {
  return sql.query<RuleRow>(
    `select ${COLUMNS} from rule where seller_id = $1 and replaced_at is null and ended_at is null and (starts_at is null or started_at is not null)`,
    [sellerId],
  );
}

/** The same and those still to begin, for looking ahead; not those that wait for a yes. */
export async function plannedRules(sql: Sql, sellerId: string): Promise<RuleRow[]> {
  return sql.query<RuleRow>(
    `select ${COLUMNS} from rule where seller_id = $1 and replaced_at is null and ended_at is null and waits_since is null`,
    [sellerId],
  );
}

/** Every rule that is, waits to be, or will be in force; replaced and ended ones are history. */
export async function currentRules(sql: Sql, sellerId: string): Promise<RuleRow[]> {
  return sql.query<RuleRow>(
    `select ${COLUMNS} from rule where seller_id = $1 and replaced_at is null and ended_at is null order by created_at, id`,
    [sellerId],
  );
}

/** Locked rows of these rules that can still be changed. */
export async function lockRules(sql: Sql, sellerId: string, ids: string[]): Promise<RuleRow[]> {
  return sql.query<RuleRow>(
    `select ${COLUMNS} from rule where seller_id = $1 and id::text = any($2) and replaced_at is null and ended_at is null order by id for update`,
    [sellerId, ids],
  );
}

/** Every rule there ever was, oldest first: its place, its figures, from when to when. */
export async function rulesEver(sql: Sql, sellerId: string): Promise<PastRule[]> {
  return sql.query<PastRule>(
    `select ${COLUMNS}, created_at as "createdAt", coalesce(replaced_at, ended_at) as "replacedAt" from rule where seller_id = $1 order by created_at, id`,
    [sellerId],
  );
}

/** Ends these rules now; they stay as history. Answers those that were in force. */
export async function replaceRules(sql: Sql, sellerId: string, ids: string[]): Promise<RuleRow[]> {
  if (ids.length === 0) return [];
  return sql.query<RuleRow>(
    `update rule set replaced_at = clock_timestamp() where seller_id = $1 and id = any($2) and replaced_at is null returning ${COLUMNS}`,
    [sellerId, ids],
  );
}

/** Sellers with a rule whose beginning or end is due and has not taken effect. For the clock, which looks over all of them. */
export async function sellersWithDueRules(sql: Sql, now: Date): Promise<string[]> {
  const rows = await sql.query<{ sellerId: string }>(
    `select distinct seller_id as "sellerId" from rule where replaced_at is null and ended_at is null
       and (starts_at <= $1 and started_at is null and waits_since is null or ends_at <= $1)`,
    [now],
  );
  return rows.map((r) => r.sellerId);
}

/** Ends what is due, also what never began. Answers how many. */
export async function endDueRules(sql: Sql, sellerId: string, now: Date): Promise<RuleRow[]> {
  return sql.query<RuleRow>(
    `update rule set ended_at = $2 where seller_id = $1 and ends_at <= $2 and replaced_at is null and ended_at is null returning ${COLUMNS}`,
    [sellerId, now],
  );
}

/** Locked: rules whose beginning is due. */
export async function rulesToBegin(sql: Sql, sellerId: string, now: Date): Promise<RuleRow[]> {
  return sql.query<RuleRow>(
    `select ${COLUMNS} from rule where seller_id = $1 and starts_at <= $2 and started_at is null and waits_since is null
       and replaced_at is null and ended_at is null order by id for update`,
    [sellerId, now],
  );
}

export async function markBegun(sql: Sql, sellerId: string, ids: string[], now: Date): Promise<void> {
  await sql.query(`update rule set started_at = $3, waits_since = null where seller_id = $1 and id = any($2)`, [sellerId, ids, now]);
}

export async function markWaiting(sql: Sql, sellerId: string, ids: string[], now: Date): Promise<void> {
  await sql.query(`update rule set waits_since = $3 where seller_id = $1 and id = any($2) and started_at is null`, [sellerId, ids, now]);
}

/** The highest version that ever stood at the place of each of these rules. */
export async function versionsAt(sql: Sql, sellerId: string, rule: Rule): Promise<number> {
  const [row] = await sql.query<{ n: number | null }>(
    `select max(version)::int as n from rule where seller_id = $1 and scope = $2 and connection_id is not distinct from $3::uuid
       and tag is not distinct from $4::text and listing_id is not distinct from $5::uuid`,
    [sellerId, rule.scope, rule.connectionId, rule.tag, rule.listingId],
  );
  return row?.n ?? 0;
}

/** @param startedAt when it is in force from the start on, although dated */
export async function insertRule(sql: Sql, sellerId: string, rule: RuleRow, actorKey: string, startedAt: Date | null): Promise<void> {
  await sql.query(
    `insert into rule (id, seller_id, scope, connection_id, tag, listing_id, buffer, percent, floor, cap, fixed, paused, last_units, last_rank,
       starts_at, ends_at, version, actor_key, title, preview_id, started_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::jsonb, $15, $16, $17, $18, $19, $20, $21)`,
    [
      ...[rule.id, sellerId, rule.scope, rule.connectionId, rule.tag, rule.listingId],
      ...[rule.buffer, rule.percent, rule.floor, rule.cap, rule.fixed, rule.paused],
      ...[rule.lastUnits, rule.lastRank === null ? null : JSON.stringify(rule.lastRank)],
      ...[rule.startsAt, rule.endsAt, rule.version, actorKey, rule.title, rule.previewId, startedAt],
    ],
  );
}

/** Any version, also one that was replaced. */
export async function ruleById(sql: Sql, sellerId: string, id: string): Promise<RuleRow | null> {
  const rows = await sql.query<RuleRow>(`select ${COLUMNS} from rule where seller_id = $1 and id::text = $2`, [sellerId, id]);
  return rows[0] ?? null;
}
