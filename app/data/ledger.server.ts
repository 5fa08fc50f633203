/** The ledger: movements are appended, levels move with them by atomic increments, items are locked in a fixed order. */
import type { Effect, MovementKind } from "#app/domain/order-effects.ts";
import type { Sql } from "./database.server.ts";

export type NewMovement = {
  id: string;
  itemId: string;
  kind: MovementKind;
  onHandDelta: number;
  reservedDelta: number;
  orderId: string | null;
  orderLineId: string | null;
  sequence: number;
  dedupeKey: string;
  connectionId: string | null;
  actorKey: string;
  correlationId: string;
  undoes: string | null;
  note: string | null;
  occurredAt: Date;
};

export type ItemLevel = { id: string; sku: string; title: string; onHand: number; reserved: number };

/**
 * Appends movements and moves the levels of what was new. A key that stands already adds nothing, so a repeat is harmless.
 * Answers the levels of the touched items as they are now.
 */
export async function appendMovements(sql: Sql, sellerId: string, movements: NewMovement[]): Promise<ItemLevel[]> {
  if (movements.length === 0) return [];
  // Unique keys are waited for in array order: sorted, so that two batches cannot wait for each other.
  const sorted = [...movements].sort((a, b) => (a.dedupeKey < b.dedupeKey ? -1 : 1));
  const sums = await sql.query<{ item_id: string; on_hand: number; reserved: number }>(
    `with new_ as (
       insert into movement (id, seller_id, item_id, kind, on_hand_delta, reserved_delta, order_id, order_line_id, sequence, dedupe_key, connection_id, actor_key,
         correlation_id, undoes, note, occurred_at, recorded_at)
       select v.id, $1, v."itemId", v.kind, v."onHandDelta", v."reservedDelta", v."orderId", v."orderLineId", v.sequence, v."dedupeKey", v."connectionId",
         v."actorKey", v."correlationId", v.undoes, v.note, v."occurredAt", clock_timestamp()
       from jsonb_to_recordset($2::jsonb) as v(id uuid, "itemId" uuid, kind text, "onHandDelta" int, "reservedDelta" int, "orderId" uuid, "orderLineId" uuid,
         sequence int, "dedupeKey" text, "connectionId" uuid, "actorKey" text, "correlationId" text, undoes uuid, note text, "occurredAt" timestamptz)
       on conflict (seller_id, dedupe_key) do nothing returning item_id, on_hand_delta, reserved_delta
     ) select item_id, sum(on_hand_delta)::int as on_hand, sum(reserved_delta)::int as reserved from new_ group by 1 order by 1`,
    [sellerId, JSON.stringify(sorted)],
  );
  if (sums.length === 0) return [];
  const ids = sums.map((s) => s.item_id);
  await sql.query(`select id from stock_item where id = any($1) order by id for no key update`, [ids]);
  return sql.query<ItemLevel>(
    `update stock_item i set on_hand = i.on_hand + v.o, reserved = i.reserved + v.r, moved_at = clock_timestamp()
     from unnest($1::uuid[], $2::int[], $3::int[]) v(id, o, r) where i.id = v.id
     returning i.id, i.sku, i.title, i.on_hand as "onHand", i.reserved`,
    [ids, sums.map((s) => s.on_hand), sums.map((s) => s.reserved)],
  );
}

export type RecordedEffect = Effect & { count: number };

/** What the ledger holds per order line and item, under "line/item". */
export async function recordedEffects(sql: Sql, orderLineIds: string[]): Promise<Map<string, RecordedEffect>> {
  if (orderLineIds.length === 0) return new Map();
  const rows = await sql.query<{ line: string; item: string; on_hand: number; reserved: number; count: number }>(
    `select order_line_id as line, item_id as item, sum(on_hand_delta)::int as on_hand, sum(reserved_delta)::int as reserved, count(*)::int as count
     from movement where order_line_id = any($1) group by 1, 2`,
    [orderLineIds],
  );
  return new Map(rows.map((r) => [`${r.line}/${r.item}`, { onHand: r.on_hand, reserved: r.reserved, count: r.count }]));
}
