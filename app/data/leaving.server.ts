/** Rows of a connection that is being left, and its statement. */
import type { JsonObject } from "#app/domain/channel-words.ts";
import type { LeavePlan } from "#app/domain/leave-plan.ts";
import type { Sql } from "./database.server.ts";

/** removed: the app was taken out of the account at the platform. */
export type LeaveReason = "asked" | "moved" | "removed";
export type LeavingRow = {
  id: string;
  sellerId: string;
  connectionId: string;
  plan: LeavePlan;
  reason: LeaveReason;
  fromLifecycle: "observe" | "live";
  previewId: string | null;
  actorKey: string;
  endedAt: Date | null;
  outcome: "left" | "cancelled" | null;
  webhooks: JsonObject | null;
};

const COLUMNS = `v.id, v.seller_id as "sellerId", v.connection_id as "connectionId", v.plan, v.reason, v.from_lifecycle::text as "fromLifecycle",
  v.preview_id as "previewId", v.actor_key as "actorKey", v.ended_at as "endedAt", v.outcome, v.webhooks`;

export type NewLeaving = Pick<LeavingRow, "id" | "connectionId" | "plan" | "reason" | "previewId" | "actorKey">;

/** From now on only its plan is written, for at most `ms`; false where the connection was not there, or is leaving already. */
export async function beginLeaving(sql: Sql, sellerId: string, leaving: NewLeaving, ms: number): Promise<boolean> {
  const rows = await sql.query<{ from: string }>(
    `with old as (select id, lifecycle from connection where id = $1 and seller_id = $2 and lifecycle in ('observe', 'live') for update)
     update connection c set lifecycle = 'leaving', leave_until = case when $3 then null else clock_timestamp() + $4 * interval '1 ms' end
     from old where c.id = old.id returning old.lifecycle::text as from`,
    [leaving.connectionId, sellerId, leaving.plan === "keep", ms],
  );
  const [was] = rows;
  if (was === undefined) return false;
  await sql.query(
    `insert into leaving (id, seller_id, connection_id, plan, reason, from_lifecycle, preview_id, actor_key, began_at)
     values ($1, $2, $3, $4, $5, $6::lifecycle, $7, $8, clock_timestamp())`,
    [leaving.id, sellerId, leaving.connectionId, leaving.plan, leaving.reason, was.from, leaving.previewId, leaving.actorKey],
  );
  return true;
}

/** What each number is left with. Only numbers that the plan names; a back-off of earlier days is forgotten. */
export async function setLeaveTargets(sql: Sql, sellerId: string, numbers: { id: string; leftWith: number }[]): Promise<void> {
  await sql.query(
    `with v as (select * from unnest($2::uuid[], $3::int[]) v(id, left_with)),
       held as materialized (select id from channel_quantity where seller_id = $1 and id in (select id from v) order by id for no key update)
     update channel_quantity q set leave_target = v.left_with, next_attempt_at = null from v, held where q.id = v.id and held.id = v.id`,
    [sellerId, numbers.map((n) => n.id), numbers.map((n) => n.leftWith)],
  );
}

/** Its newest leaving, over or not. */
export async function findLeaving(sql: Sql, connectionId: string): Promise<LeavingRow | null> {
  const rows = await sql.query<LeavingRow>(
    `select ${COLUMNS} from leaving v where v.connection_id = $1 order by v.ended_at is not null, v.began_at desc limit 1`,
    [connectionId],
  );
  return rows[0] ?? null;
}

/** Whether the plan is through: nothing of it is on its way, or its time is over. */
export async function planIsThrough(sql: Sql, connectionId: string): Promise<boolean> {
  const [row] = await sql.query<{ through: boolean }>(
    `select c.blind_since is not null or c.leave_until is null or c.leave_until <= clock_timestamp()
       or not exists (select from channel_quantity q where q.connection_id = c.id and q.leave_target is not null and q.dirty) as through
     from connection c where c.id = $1`,
    [connectionId],
  );
  return row?.through ?? true;
}

/** The gate refuses from here on. */
export async function stopLeaveWrites(sql: Sql, sellerId: string, connectionId: string): Promise<void> {
  await sql.query(`update connection set leave_until = null where id = $1 and seller_id = $2 and lifecycle = 'leaving'`, [
    connectionId,
    sellerId,
  ]);
}

export async function noteWebhooks(sql: Sql, sellerId: string, leavingId: string, webhooks: JsonObject | null): Promise<void> {
  await sql.query(`update leaving set webhooks = $3::jsonb where id = $1 and seller_id = $2`, [
    leavingId,
    sellerId,
    webhooks === null ? null : JSON.stringify(webhooks),
  ]);
}

/** Holds the connection in its leaving until the transaction ends; false where it was cancelled meanwhile, or is left already. */
export async function lockLeaving(sql: Sql, sellerId: string, connectionId: string): Promise<boolean> {
  const rows = await sql.query(`select from connection where id = $1 and seller_id = $2 and lifecycle = 'leaving' for update`, [
    connectionId,
    sellerId,
  ]);
  return rows.length === 1;
}

/** Back to where it stood; null where there is nothing to cancel. A move to another account is not the seller's to cancel here. */
export async function cancelLeavingRow(sql: Sql, sellerId: string, connectionId: string): Promise<LeavingRow | null> {
  if (!(await lockLeaving(sql, sellerId, connectionId))) return null;
  const [row] = await sql.query<LeavingRow>(
    `update leaving v set ended_at = clock_timestamp(), outcome = 'cancelled'
     where v.connection_id = $1 and v.seller_id = $2 and v.ended_at is null and v.reason = 'asked' returning ${COLUMNS}`,
    [connectionId, sellerId],
  );
  if (row === undefined) return null;
  await sql.query(`update connection set lifecycle = $3::lifecycle, leave_until = null where id = $1 and seller_id = $2`, [
    connectionId,
    sellerId,
    row.fromLifecycle,
  ]);
  await sql.query(
    `with held as materialized (select id from channel_quantity where connection_id = $1 and seller_id = $2 and leave_target is not null order by id for no key update)
     update channel_quantity q set leave_target = null from held where q.id = held.id`,
    [connectionId, sellerId],
  );
  return row;
}

/** The statement's lines: what each listing last proved to show, what the plan wanted, and why it is not that. */
export async function writeStatement(sql: Sql, sellerId: string, leaving: LeavingRow, otherwise: string): Promise<number> {
  const rows = await sql.query<{ n: number }>(
    `with lines as (
       insert into left_number (id, seller_id, leaving_id, listing_id, title, sku, number, read_at, wanted, why)
       select gen_random_uuid(), l.seller_id, $3, l.id, l.title, l.sku, q.confirmed, coalesce(q.confirmed_at, q.last_read_at), q.target,
         case when q.target is null or q.target = q.confirmed and not q.dirty then null else coalesce(q.failure_text, q.raises_stopped, $4) end
       from listing l join channel_quantity q on q.id = l.quantity_id where l.seller_id = $1 and l.connection_id = $2
       returning why)
     select count(*)::int as n from lines where why is not null`,
    [sellerId, leaving.connectionId, leaving.id, otherwise],
  );
  return rows[0]?.n ?? 0;
}

/** Units sold there and not shipped, as far as we were told: nobody will tell us of their shipping any more. */
export async function stillReserved(sql: Sql, sellerId: string, connectionId: string): Promise<{ orders: number; units: number }> {
  const [row] = await sql.query<{ orders: number; units: number }>(
    `select count(distinct o.order_id)::int as orders, coalesce(sum(o.units), 0)::int as units
     from (select order_id, sum(reserved_delta) as units from movement where seller_id = $1 and connection_id = $2 and order_id is not null
       group by order_id having sum(reserved_delta) > 0) o`,
    [sellerId, connectionId],
  );
  return row ?? { orders: 0, units: 0 };
}

/** Numbers, listings and history stay: connecting the same account again goes on with them. */
export async function setDisconnected(sql: Sql, sellerId: string, connectionId: string): Promise<void> {
  await sql.query(`delete from connection_secret where connection_id = $1 and seller_id = $2`, [connectionId, sellerId]);
  await sql.query(
    `update connection set lifecycle = 'disconnected', leave_until = null, paused_at = null, blind_since = null, blind_reason = null, webhook_facts = '{}'::jsonb
     where id = $1 and seller_id = $2`,
    [connectionId, sellerId],
  );
}

export async function noteLeft(sql: Sql, sellerId: string, leavingId: string, facts: JsonObject): Promise<void> {
  await sql.query(`update leaving set outcome = 'left', facts = $3::jsonb where id = $1 and seller_id = $2`, [
    leavingId,
    sellerId,
    JSON.stringify(facts),
  ]);
}

/** The last step: nothing is wanted of its numbers any more. */
export async function endLeaving(sql: Sql, sellerId: string, leaving: LeavingRow): Promise<void> {
  await sql.query(
    `with held as materialized (select id from channel_quantity where connection_id = $1 and seller_id = $2 and leave_target is not null order by id for no key update)
     update channel_quantity q set leave_target = null from held where q.id = held.id`,
    [leaving.connectionId, sellerId],
  );
  await sql.query(`update leaving set ended_at = clock_timestamp() where id = $1 and seller_id = $2`, [leaving.id, sellerId]);
}

export async function quantityIdsOf(sql: Sql, connectionId: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(`select id from channel_quantity where connection_id = $1 order by id`, [connectionId]);
  return rows.map((r) => r.id);
}

/** Worker only: connections whose leaving is not finished, or was cancelled when the webhooks were down already. */
export async function connectionsLeaving(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select distinct connection_id as id from leaving where ended_at is null or outcome = 'cancelled' and webhooks is not null`,
  );
  return rows.map((r) => r.id);
}

/** Whether nothing but this shop makes up the account: no other account on a channel, and nobody who signs in without the shop. */
export async function isOnlyShopOf(sql: Sql, sellerId: string, connectionId: string): Promise<boolean> {
  const rows = await sql.query(
    `select 1 from connection where seller_id = $1 and id <> $2
     union all select 1 from membership m join app_user u on u.id = m.user_id where m.seller_id = $1 and u.external_id not like 'shopify:%' limit 1`,
    [sellerId, connectionId],
  );
  return rows.length === 0;
}
