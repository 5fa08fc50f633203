/** What the pace of a connection rests on: how much it sells, whether its channel calls by itself, and what its budgets have left. */
import type { Sql } from "./database.server.ts";

export type Traffic = {
  timeZone: string;
  ordersLastDay: number;
  lastOrderAt: Date | null;
  /** Newest delivery that was applied. */
  lastDeliveryAt: Date | null;
};

export async function readTraffic(sql: Sql, sellerId: string, connectionId: string): Promise<Traffic> {
  const [row] = await sql.query<Traffic>(
    `select s.time_zone as "timeZone", o.n as "ordersLastDay", o.last as "lastOrderAt",
       (select e.received_at from inbound_event e where e.connection_id = $2 and e.status = 'applied' order by e.received_at desc limit 1) as "lastDeliveryAt"
     from seller s, lateral (
       select (count(*) filter (where x.first_seen_at > clock_timestamp() - interval '1 day'))::int as n, max(x.first_seen_at) as last
       from sales_order x where x.connection_id = $2 and not x.before_baseline and x.updated_at > clock_timestamp() - interval '7 days'
     ) o where s.id = $1`,
    [sellerId, connectionId],
  );
  if (row === undefined) throw new Error(`no seller ${sellerId}`);
  return row;
}

export type BudgetLeft = {
  scope: string;
  /** Calls that this connection may still take today, whatever the others do; null = no daily quota. */
  callsLeft: number | null;
  /** Part of the day that is left, in milliseconds. */
  dayLeftMs: number;
};

/** Of the budgets that this connection has used; the first call of a scope makes its row. */
export async function readBudgetsLeft(sql: Sql, connectionId: string, day: string): Promise<BudgetLeft[]> {
  return sql.query<BudgetLeft>(
    `select s.scope, (extract(epoch from d.day_end - clock_timestamp()) * 1000)::float8 as "dayLeftMs",
       case when b.per_day is null then null else greatest(0, least(b.per_day - u.used,
         case when b.day_started_at = d.day_start and s.promised is not null then s.promised else b.per_day * p.part end,
         b.per_day * p.part * extract(epoch from d.day_end - clock_timestamp()) / extract(epoch from d.day_end - d.day_start)))::float8 end as "callsLeft"
     from call_share s join call_budget b on b.scope = s.scope
       cross join lateral day_of_platform($2, clock_timestamp()) d
       cross join lateral (select s.weight / greatest(b.weights, s.weight) as part) p
       cross join lateral (select case when $2 = 'sliding' then (select coalesce(sum(h), 0) from unnest(b.hours) h)
         when b.day_started_at = d.day_start then b.used_today else 0 end as used) u
     where s.connection_id = $1`,
    [connectionId, day],
  );
}

export async function setShareWeight(sql: Sql, connectionId: string, weight: number): Promise<void> {
  await sql.query(`update connection set share_weight = $2 where id = $1 and share_weight <> $2`, [connectionId, weight]);
}

/** Live connections whose orders are read, seen and not stopped: those whose silence would mean something. Worker only. */
export async function connectionsThatSell(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select c.id from connection c join seller s on s.id = c.seller_id
     where c.lifecycle = 'live' and c.baseline_at is not null and c.blind_since is null and c.unseen_since is null and s.restricted_at is null order by c.id`,
  );
  return rows.map((row) => row.id);
}

/** More tell nothing new of what is usual. */
const MOST_TIMES = 5_000;

/** When its newest orders since `from` were placed, and the seller's time zone. */
export async function orderTimes(
  sql: Sql,
  sellerId: string,
  connectionId: string,
  from: Date,
): Promise<{ timeZone: string; times: Date[] }> {
  const [seller] = await sql.query<{ zone: string }>(`select time_zone as zone from seller where id = $1`, [sellerId]);
  const rows = await sql.query<{ at: Date }>(
    `select placed_at as at from sales_order where seller_id = $1 and connection_id = $2 and placed_at > $3 order by placed_at desc limit ${MOST_TIMES}`,
    [sellerId, connectionId, from],
  );
  return { timeZone: seller?.zone ?? "UTC", times: rows.map((row) => row.at) };
}
