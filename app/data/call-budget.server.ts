/**
 * Call budgets: a leaky bucket per second and a daily quota, one row per scope (a connection, or a whole app where the platform
 * counts so), shared fairly by the connections that use it. One statement per call, on the database's clock, so that many workers
 * share one budget; how it decides is written at the function `take_call` (migration "limits").
 */
import type { Sql } from "./database.server.ts";

export type BudgetLimits = { capacity: number; restorePerSecond: number; perDay: number | null };
export type BudgetAnswer = { granted: true } | { granted: false; retryAfterMs: number; because: "second" | "day" | "blocked" };

/** What a call is for, most urgent first (design.md 3, step 5). */
export const PURPOSES = ["orders", "falling", "rising", "drift", "watch", "import"] as const;
export type Purpose = (typeof PURPOSES)[number];

export type BudgetAsk = {
  scope: string;
  sellerId: string;
  connectionId: string;
  /** Its weight among the connections of the scope; more than 0. */
  weight: number;
  purpose: Purpose;
  /** Tokens of the bucket; also calls of the day. */
  cost: number;
  /** The share of the bucket, and of the connection's part of the day's rest, that this call must leave standing for more urgent ones. */
  reserve: number;
  limits: BudgetLimits;
  /** "sliding" (each hour's calls come back a day later), or the time zone at whose midnight the quota comes back. */
  day: string;
  /** Only where time is told and not passing (tests); otherwise the database's clock. */
  at?: Date;
};

export async function takeCall(sql: Sql, ask: BudgetAsk): Promise<BudgetAnswer> {
  const { limits } = ask;
  const rows = await sql.query<{ granted: boolean; because: "second" | "day" | "blocked" | null; wait_ms: number }>(
    `select granted, because, wait_ms from take_call($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      ask.scope,
      ask.sellerId,
      ask.connectionId,
      ask.weight,
      // Looking at webhooks is shown with the checks of numbers: both only look.
      ask.purpose === "watch" ? "drift" : ask.purpose,
      PURPOSES.indexOf(ask.purpose),
      ask.cost,
      ask.reserve,
      limits.capacity,
      limits.restorePerSecond,
      limits.perDay,
      ask.day,
      ask.at ?? null,
    ],
  );
  const row = rows[0];
  if (row === undefined) throw new Error(`call budget ${ask.scope} gave no answer`);
  if (row.granted || row.because === null) return { granted: true };
  return { granted: false, retryAfterMs: Math.max(LEAST_WAIT_MS, Math.ceil(row.wait_ms)), because: row.because };
}

/** Asked sooner, the answer would be the same. */
const LEAST_WAIT_MS = 10;

export type ReportedLimits = {
  remaining?: number;
  capacity?: number;
  restorePerSecond?: number;
  remainingToday?: number;
  perDay?: number;
  retryAfterMs?: number;
};

/** What the platform itself says of its limits stands above our own count. `shared`: several connections use this budget. */
export async function reportLimits(
  sql: Sql,
  budget: { scope: string; shared: boolean; day: string; at?: Date },
  said: ReportedLimits,
): Promise<void> {
  await sql.query(`select report_limits($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, [
    budget.scope,
    budget.shared,
    budget.day,
    said.remaining ?? null,
    said.capacity ?? null,
    said.restorePerSecond ?? null,
    said.perDay ?? null,
    said.remainingToday ?? null,
    said.retryAfterMs ?? null,
    budget.at ?? null,
  ]);
}

export type ToldQuota = { perDay: number; left: number; resetsAt: Date };

/** The platform's own read-out of a day's quota. It may only make our own count of the day stricter; its size of the quota is taken over. */
export async function reportQuota(
  sql: Sql,
  budget: { scope: string; day: string; limits: BudgetLimits; at?: Date },
  told: ToldQuota,
): Promise<void> {
  const { scope, day, limits, at = null } = budget;
  await sql.query(`select report_quota($1, $2, $3, $4, $5, $6, $7, $8)`, [
    ...[scope, day, limits.capacity, limits.restorePerSecond],
    ...[told.perDay, told.left, told.resetsAt, at],
  ]);
}
