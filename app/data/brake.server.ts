/**
 * The brake asked over what is stored (settled.md 28): the lowerings of the last hour that nothing explains, shown ones from the log
 * and those that still wait to be written, beside what is wanted now. Every path that can lower many numbers without an order asks here
 * before it changes anything.
 */
import { askBrake, BRAKE_LIMITS, type BrakeAnswer, EXPLAINED_CAUSES, type Lowering } from "#app/domain/brake.ts";
import type { Sql } from "./database.server.ts";

export type WantedLowering = { quantityId: string; toZero: boolean };

/**
 * Whoever may ask the brake waits here until every other one who asks for this seller has ended: two that count at the same moment must
 * see each other's lowerings. It stands before the shown numbers in the order of locks (data/locks); held until the transaction ends.
 */
export async function lockBrake(sql: Sql, sellerId: string): Promise<void> {
  await sql.query(`select pg_advisory_xact_lock(hashtext('brake'), hashtext($1))`, [sellerId]);
}

export async function askBrakeNow(sql: Sql, sellerId: string, wanted: readonly WantedLowering[], now: Date): Promise<BrakeAnswer> {
  if (wanted.length === 0) return { hold: false };
  await lockBrake(sql, sellerId);
  const recent = await recentLowerings(sql, sellerId, new Date(now.getTime() - BRAKE_LIMITS.windowMs));
  const [base] = await sql.query<{ n: number }>(
    `select count(*)::int as n from channel_quantity where seller_id = $1 and target is not null`,
    [sellerId],
  );
  return askBrake(
    recent,
    wanted.map((w) => ({ ...w, at: now })),
    base?.n ?? 0,
    now,
  );
}

/**
 * Not counted: what an order or a person explains, also afterwards (a late order, a card that a person decided). A write that the
 * channel refused lowered nothing.
 */
export async function recentLowerings(sql: Sql, sellerId: string, since: Date): Promise<Lowering[]> {
  return sql.query<Lowering>(
    `select h.quantity_id as "quantityId", h.recorded_at as at, h.to_quantity = 0 as "toZero" from shown_change h
     where h.seller_id = $1 and h.recorded_at > $2 and not h.by_order and h.to_quantity < h.from_quantity
       and (h.kind = 'write' and h.outcome in ('confirmed', 'unknown') and coalesce(h.cause_kind, '') <> all($3)
         or h.kind = 'outside-edit' and not exists (select from outside_edit e where e.quantity_id = h.quantity_id and e.seen_at >= h.sent_at
           and (e.state in ('explained', 'return') or e.state in ('accepted', 'reverted') and e.decided_by is distinct from 'engine')))
     union all
     select q.id, q.dirty_since, q.target = 0 from channel_quantity q
     where q.seller_id = $1 and q.dirty and q.dirty_since > $2 and q.target < q.confirmed and coalesce(q.cause_kind, '') <> all($3)`,
    [sellerId, since, EXPLAINED_CAUSES],
  );
}

/**
 * Numbers of a connection that were seen lower than anything explains and wait for their second reading: what happens to many numbers
 * at once is judged one by one, and the first of them must not pass because the others are not yet. With every number on their items.
 */
export async function suspectedLowerings(sql: Sql, connectionId: string): Promise<WantedLowering[]> {
  return sql.query<WantedLowering>(
    `select distinct on (n.id) n.id as "quantityId", q.odd_quantity = 0 as "toZero" from channel_quantity q
     left join listing l on l.quantity_id = q.id left join component c on c.listing_id = l.id
     left join component oc on oc.item_id = c.item_id left join listing o on o.id = oc.listing_id
     join channel_quantity n on n.id = coalesce(o.quantity_id, q.id) and n.target is not null
     where q.connection_id = $1 and q.odd_quantity between 0 and q.confirmed - q.covered_gap - 1 and q.drift = '[]'::jsonb order by n.id, 2 desc`,
    [connectionId],
  );
}
