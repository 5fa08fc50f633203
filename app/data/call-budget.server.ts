/**
 * Call budgets: a leaky bucket per second and a daily quota, one row per scope (a connection, or a whole app where the platform
 * counts so). One statement per call, on the database's clock, so that many workers share one budget.
 */
import type { Sql } from "./database.server.ts";

export type BudgetLimits = { capacity: number; restorePerSecond: number; perDay: number | null };
export type BudgetAnswer = { granted: true } | { granted: false; retryAfterMs: number; because: "second" | "day" | "blocked" };

/**
 * Takes `cost` tokens. `reserve` is the share of the bucket and of the day's quota that a call of this priority must leave
 * standing for more urgent ones (0 for orders, more for imports).
 */
export async function takeCall(sql: Sql, scope: string, cost: number, reserve: number, limits: BudgetLimits): Promise<BudgetAnswer> {
  const rows = await sql.query<{ granted: boolean; wait_ms: number; because: "second" | "day" | "blocked" | null }>(
    `with base as (
       insert into call_budget (scope, tokens, capacity, restore_per_second, per_day) values ($1, $4, $4, $5, $6)
       on conflict (scope) do update set scope = excluded.scope returning *
     ), now_ as (
       select b.*, least(b.capacity, b.tokens + b.restore_per_second * extract(epoch from clock_timestamp() - b.filled_at)) as have,
         case when b.day_started_at < clock_timestamp() - interval '1 day' then 0 else b.used_today end as used,
         case when b.day_started_at < clock_timestamp() - interval '1 day' then clock_timestamp() else b.day_started_at end as day_start
       from base b
     ), verdict as (
       select *, case when blocked_until > clock_timestamp() then 'blocked'
                      when per_day is not null and used + $2 > per_day * (1 - $3::float8) then 'day'
                      when have < $2 + capacity * $3::float8 then 'second' end as because from now_
     ), taken as (
       update call_budget c set tokens = v.have - case when v.because is null then $2 else 0 end, filled_at = clock_timestamp(),
         used_today = v.used + case when v.because is null then $2 else 0 end, day_started_at = v.day_start
       from verdict v where c.scope = v.scope
     )
     select because is null as granted, because,
       (case because when 'blocked' then extract(epoch from blocked_until - clock_timestamp()) * 1000
         when 'day' then extract(epoch from day_start + interval '1 day' - clock_timestamp()) * 1000
         when 'second' then 1000 * ($2 + capacity * $3::float8 - have) / greatest(restore_per_second, 0.001) else 0 end)::float8 as wait_ms
     from verdict`,
    [scope, cost, reserve, limits.capacity, limits.restorePerSecond, limits.perDay],
  );
  const row = rows[0];
  if (row === undefined) throw new Error(`call budget ${scope} gave no answer`);
  if (row.granted || row.because === null) return { granted: true };
  return { granted: false, retryAfterMs: Math.max(50, Math.ceil(row.wait_ms)), because: row.because };
}

export type ReportedLimits = {
  remaining?: number;
  capacity?: number;
  restorePerSecond?: number;
  remainingToday?: number;
  perDay?: number;
  retryAfterMs?: number;
};

/** What the platform itself says of its limits stands above our own count. */
export async function reportLimits(sql: Sql, scope: string, said: ReportedLimits): Promise<void> {
  await sql.query(
    `update call_budget set
       tokens = least(coalesce($2::float8, tokens), coalesce($3::float8, capacity)),
       filled_at = case when $2::float8 is null then filled_at else clock_timestamp() end,
       capacity = coalesce($3::float8, capacity), restore_per_second = coalesce($4::float8, restore_per_second),
       per_day = coalesce($5::int, per_day),
       used_today = case when $6::int is null or coalesce($5::int, per_day) is null then used_today else greatest(used_today, coalesce($5::int, per_day) - $6::int) end,
       blocked_until = case when $7::float8 is null then blocked_until else clock_timestamp() + $7::float8 * interval '1 ms' end
     where scope = $1`,
    [
      scope,
      said.remaining ?? null,
      said.capacity ?? null,
      said.restorePerSecond ?? null,
      said.perDay ?? null,
      said.remainingToday ?? null,
      said.retryAfterMs ?? null,
    ],
  );
}
