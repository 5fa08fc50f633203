/** Oversell cases and the orders that compete in them. One open case per item; a settled one stays as it was settled. */
import type { Json } from "#app/domain/channel-words.ts";
import type { OversellCause } from "#app/domain/oversell-cause.ts";
import { likelyMoment, type StockStep } from "#app/domain/sold-twice.ts";
import type { Sql } from "./database.server.ts";

export type ItemSteps = { available: number; steps: StockStep[] };

export const STEP = `m.id as "movementId", m.occurred_at as at, m.recorded_at as "recordedAt", m.on_hand_delta - m.reserved_delta as delta, m.order_id as "orderId", m.connection_id as "connectionId"`;

export type RecordedStep = StockStep & { recordedAt: Date };

/** With the likely moment of the order behind it. */
export function asStep({ recordedAt, ...step }: RecordedStep): StockStep {
  return step.orderId === null ? step : { ...step, at: likelyMoment(step.at, recordedAt) };
}

/** An edit that an order explained later never happened, and neither did its taking back: what is left of it counts. */
const EXPLAINED = `case when m.kind = 'outside-edit' then coalesce((select sum(t.units)::int from takeback t where t.root_id = m.id and t.by_order), 0) else 0 end`;
const NO_TAKING = `not (m.kind = 'undo' and exists (select from takeback t where t.movement_id = m.id and t.by_order))`;

/**
 * Of these items, those of which fewer than none were left at some moment since, in the order in which things happened; with
 * everything that moved them since. Usually none.
 */
export async function shortItems(
  sql: Sql,
  sellerId: string,
  asked: readonly { itemId: string; since: Date }[],
): Promise<Map<string, ItemSteps>> {
  const rows = await sql.query<RecordedStep & { itemId: string; available: number }>(
    `with asked as (select * from unnest($2::uuid[], $3::timestamptz[]) a(item_id, since)),
     steps as (
       select m.item_id as "itemId", i.on_hand - i.reserved as available, m.id as "movementId", m.occurred_at as at, m.recorded_at as "recordedAt",
         m.on_hand_delta - m.reserved_delta + ${EXPLAINED} as delta, m.order_id as "orderId", m.connection_id as "connectionId"
       from asked a join stock_item i on i.id = a.item_id and i.seller_id = $1
       join movement m on m.seller_id = $1 and m.item_id = a.item_id and m.recorded_at > a.since - interval '1 minute' and m.occurred_at >= a.since
       where ${NO_TAKING}
     ),
     levels as (
       select "itemId", delta, available - coalesce(sum(delta) over (partition by "itemId" order by at desc, "movementId" desc
         rows between unbounded preceding and 1 preceding), 0) as left_after from steps
     )
     select "itemId", available, "movementId", at, "recordedAt", delta, "orderId", "connectionId" from steps
     where "itemId" in (select l."itemId" from levels l where l.left_after < 0 and l.delta < 0)`,
    [sellerId, asked.map((a) => a.itemId), asked.map((a) => a.since)],
  );
  const found = new Map<string, ItemSteps>();
  for (const { itemId, available, ...step } of rows) {
    const item = found.get(itemId) ?? { available, steps: [] };
    item.steps.push(asStep(step));
    found.set(itemId, item);
  }
  return found;
}

const SALES_BEFORE = 5;

/** The last sales of an item from before a moment, of orders that still stand. */
export async function salesBefore(sql: Sql, sellerId: string, itemId: string, before: Date): Promise<StockStep[]> {
  const rows = await sql.query<RecordedStep>(
    `select ${STEP} from movement m join sales_order o on o.id = m.order_id and o.status <> 'cancelled'
     where m.seller_id = $1 and m.item_id = $2 and m.occurred_at < $3 and m.on_hand_delta < m.reserved_delta
     order by m.recorded_at desc limit ${SALES_BEFORE}`,
    [sellerId, itemId, before],
  );
  return rows.map(asStep);
}

export type CaseOrder = { orderId: string; units: number; role: "earlier" | "later" | "more" };

export type NewCase = {
  id: string;
  itemId: string;
  movementId: string;
  kind: "below-zero" | "sold-twice";
  missing: number;
  cause: OversellCause;
  facts: Json;
  orders: readonly CaseOrder[];
};

export async function insertCase(sql: Sql, sellerId: string, one: NewCase): Promise<void> {
  await sql.query(
    `insert into oversell_case (id, seller_id, item_id, movement_id, kind, missing, cause, facts, opened_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8::jsonb, clock_timestamp())`,
    [one.id, sellerId, one.itemId, one.movementId, one.kind, one.missing, one.cause, JSON.stringify(one.facts)],
  );
  await addOrders(sql, sellerId, one.id, one.orders);
}

export async function addOrders(sql: Sql, sellerId: string, caseId: string, orders: readonly CaseOrder[]): Promise<void> {
  await sql.query(
    `insert into oversell_order (seller_id, case_id, order_id, units, role)
     select $1, $2, v.id, v.units, v.role from unnest($3::uuid[], $4::int[], $5::text[]) v(id, units, role) on conflict (case_id, order_id) do nothing`,
    [sellerId, caseId, orders.map((o) => o.orderId), orders.map((o) => o.units), orders.map((o) => o.role)],
  );
}

/** `left`: units of the item that the order still takes; less than `units` once some were given back. */
export type OpenCase = {
  id: string;
  itemId: string;
  kind: "below-zero" | "sold-twice";
  missing: number;
  orders: { orderId: string; units: number; left: number }[];
};

/** The open cases of these items. The caller holds the items' locks. */
export async function openCases(sql: Sql, sellerId: string, itemIds: readonly string[]): Promise<OpenCase[]> {
  return sql.query<OpenCase>(
    `select c.id, c.item_id as "itemId", c.kind, c.missing, coalesce((select jsonb_agg(jsonb_build_object('orderId', o.order_id, 'units', o.units, 'left',
       (select coalesce(-sum(m.on_hand_delta - m.reserved_delta), 0) from order_line l join movement m on m.order_line_id = l.id and m.item_id = c.item_id
        where l.order_id = o.order_id))) from oversell_order o where o.case_id = c.id), '[]'::jsonb) as orders
     from oversell_case c where c.seller_id = $1 and c.item_id = any($2) and coalesce(c.decision, '') = '' and c.closed_at is null`,
    [sellerId, itemIds],
  );
}

/** Whether some case of the item, settled or not, is already about this order. */
export async function isKnownCase(sql: Sql, sellerId: string, itemId: string, orderId: string): Promise<boolean> {
  const rows = await sql.query(
    `select 1 from oversell_order o join oversell_case c on c.id = o.case_id and c.item_id = $2 where o.seller_id = $1 and o.order_id = $3 limit 1`,
    [sellerId, itemId, orderId],
  );
  return rows.length > 0;
}

export async function growCase(sql: Sql, sellerId: string, caseId: string, missing: number): Promise<void> {
  await sql.query(`update oversell_case set missing = greatest(missing, $3) where id = $1 and seller_id = $2`, [caseId, sellerId, missing]);
}

export type Settled = {
  decision: "cancelled" | "found" | "bought" | "other" | "cancelled-there" | "covered";
  orderId: string | null;
  closedBy: string;
  costMinor: number | null;
  costCurrency: string | null;
  note: string | null;
};

/** Answers the item, or null where this seller has no such case open any more. */
export async function settleCase(sql: Sql, sellerId: string, caseId: string, how: Settled): Promise<string | null> {
  const rows = await sql.query<{ itemId: string }>(
    `update oversell_case set closed_at = clock_timestamp(), decision = $3, order_id = $4, closed_by = $5, cost_minor = $6, cost_currency = $7, note = $8
     where id = $1 and seller_id = $2 and closed_at is null returning item_id as "itemId"`,
    [caseId, sellerId, how.decision, how.orderId, how.closedBy, how.costMinor, how.costCurrency, how.note],
  );
  return rows[0]?.itemId ?? null;
}

export async function caseOrderIds(sql: Sql, sellerId: string, caseId: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select order_id::text as id from oversell_order where case_id::text = $2 and seller_id = $1`,
    [sellerId, caseId],
  );
  return rows.map((row) => row.id);
}
