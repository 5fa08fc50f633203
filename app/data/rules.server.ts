/** Rules with their history: a changed rule is a new row, and the one before it stays with the moment it was replaced. */
import type { Rule } from "#app/domain/rules.ts";
import type { Sql } from "./database.server.ts";

export type RuleRow = Rule & { version: number };

const COLUMNS = `id, scope, connection_id as "connectionId", tag, listing_id as "listingId", buffer, percent, floor, cap, fixed, paused,
  last_units as "lastUnits", last_rank as "lastRank", starts_at as "startsAt", ends_at as "endsAt", version`;

/** Every rule that is, was dated to be, or will be in force; replaced ones are history. */
export async function currentRules(sql: Sql, sellerId: string): Promise<RuleRow[]> {
  return sql.query<RuleRow>(
    `select ${COLUMNS} from rule where seller_id = $1 and replaced_at is null and (ends_at is null or ends_at > clock_timestamp()) order by created_at, id`,
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

export async function insertRule(sql: Sql, sellerId: string, rule: RuleRow, actorKey: string): Promise<void> {
  await sql.query(
    `insert into rule (id, seller_id, scope, connection_id, tag, listing_id, buffer, percent, floor, cap, fixed, paused, last_units, last_rank,
       starts_at, ends_at, version, actor_key)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::jsonb, $15, $16, $17, $18)`,
    [
      rule.id,
      sellerId,
      rule.scope,
      rule.connectionId,
      rule.tag,
      rule.listingId,
      rule.buffer,
      rule.percent,
      rule.floor,
      rule.cap,
      rule.fixed,
      rule.paused,
      rule.lastUnits,
      rule.lastRank === null ? null : JSON.stringify(rule.lastRank),
      rule.startsAt,
      rule.endsAt,
      rule.version,
      actorKey,
    ],
  );
}
