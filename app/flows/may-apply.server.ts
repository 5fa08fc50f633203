/**
 * The brake over a change that begins without anybody looking: what it would lower beyond what somebody approved is asked about
 * (settled.md 28), what was approved is not.
 */
import type { Sql } from "#app/data/database.server.ts";
import { recentLowerings } from "#app/data/shown-changes.server.ts";
import { askBrake, BRAKE_LIMITS, type BrakeAnswer } from "#app/domain/brake.ts";

/** @param wanted numbers that would go down although nobody has agreed to that */
export async function mayApply(
  sql: Sql,
  sellerId: string,
  wanted: readonly { quantityId: string; toZero: boolean }[],
  now: Date,
): Promise<BrakeAnswer> {
  if (wanted.length === 0) return { hold: false };
  const recent = await recentLowerings(sql, sellerId, new Date(now.getTime() - BRAKE_LIMITS.windowMs));
  const [base] = await sql.query<{ n: number }>(
    `select count(*)::int as n from channel_quantity where seller_id = $1 and target is not null`,
    [sellerId],
  );
  const asked = wanted.map((w) => ({ ...w, at: now }));
  return askBrake(recent, asked, base?.n ?? 0, now);
}
