/** Orders as state: storing snapshots, and what the ledger has recorded for their lines. No buyer has a place in these rows. */
import { createHash } from "node:crypto";
import type { ChannelOrder } from "#app/domain/channel-words.ts";
import type { ComponentUnits } from "#app/domain/order-effects.ts";
import type { Sql } from "./database.server.ts";

export type KnownOrder = { id: string; externalId: string; digest: string; updatedAt: Date; observedAt: Date; beforeBaseline: boolean };

/** Equal digests mean equal content; times are left out, since a mere look moves them on some platforms. */
export function orderDigest(order: ChannelOrder): string {
  const content = JSON.stringify([
    order.status,
    order.paid,
    order.currency,
    [...order.lines].sort((a, b) => (a.externalId < b.externalId ? -1 : 1)),
  ]);
  return createHash("sha256").update(content).digest("base64url");
}

/** What we know without locking: lets a poll drop what did not change. */
export async function knownOrders(sql: Sql, connectionId: string, externalIds: string[]): Promise<Map<string, KnownOrder>> {
  const rows = await sql.query<KnownOrder>(
    `select id, external_id as "externalId", digest, updated_at as "updatedAt", observed_at as "observedAt", before_baseline as "beforeBaseline"
     from sales_order where connection_id = $1 and external_id = any($2)`,
    [connectionId, externalIds],
  );
  return new Map(rows.map((r) => [r.externalId, r]));
}

/** A row per order (made where new, with an empty digest), locked in id order. */
export async function lockOrders(
  sql: Sql,
  sellerId: string,
  connectionId: string,
  orders: { id: string; order: ChannelOrder }[],
): Promise<Map<string, KnownOrder>> {
  const sorted = [...orders].sort((a, b) => (a.order.externalId < b.order.externalId ? -1 : 1));
  await sql.query(
    `insert into sales_order (id, seller_id, connection_id, external_id, number, status, paid, placed_at, updated_at, observed_at, digest, currency)
     select v.id, $1, $2, v.external, v.number, v.status, v.paid, v.placed, 'epoch', 'epoch', '', v.currency
     from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::bool[], $8::timestamptz[], $9::text[]) v(id, external, number, status, paid, placed, currency)
     on conflict (connection_id, external_id) do nothing`,
    [
      sellerId,
      connectionId,
      sorted.map((o) => o.id),
      sorted.map((o) => o.order.externalId),
      sorted.map((o) => o.order.number),
      sorted.map((o) => o.order.status),
      sorted.map((o) => o.order.paid),
      sorted.map((o) => o.order.placedAt),
      sorted.map((o) => o.order.currency),
    ],
  );
  await sql.query(`select id from sales_order where connection_id = $1 and external_id = any($2) order by id for update`, [
    connectionId,
    sorted.map((o) => o.order.externalId),
  ]);
  return knownOrders(
    sql,
    connectionId,
    sorted.map((o) => o.order.externalId),
  );
}

export type OrderUpdate = { id: string; digest: string; beforeBaseline: boolean; order: ChannelOrder };

export async function storeOrders(sql: Sql, updates: OrderUpdate[]): Promise<void> {
  if (updates.length === 0) return;
  await sql.query(
    `update sales_order o set number = v.number, status = v.status, paid = v.paid, updated_at = v.updated, observed_at = v.observed, digest = v.digest,
       currency = v.currency, before_baseline = v.before
     from unnest($1::uuid[], $2::text[], $3::text[], $4::bool[], $5::timestamptz[], $6::timestamptz[], $7::text[], $8::text[], $9::bool[])
       v(id, number, status, paid, updated, observed, digest, currency, before) where o.id = v.id`,
    [
      updates.map((u) => u.id),
      updates.map((u) => u.order.number),
      updates.map((u) => u.order.status),
      updates.map((u) => u.order.paid),
      updates.map((u) => u.order.updatedAt),
      updates.map((u) => u.order.observedAt),
      updates.map((u) => u.digest),
      updates.map((u) => u.order.currency),
      updates.map((u) => u.beforeBaseline),
    ],
  );
}

export type LineRow = {
  id: string;
  orderId: string;
  externalId: string;
  listingExternalId: string | null;
  listingId: string | null;
  quantityId: string | null;
  sku: string | null;
  title: string;
  quantity: number;
  held: number;
  consumed: number;
  returnable: number;
  returned: number;
  deductedMin: number;
  deductedMax: number;
  baselineHeld: number;
  baselineConsumed: number;
  components: ComponentUnits[] | null;
  unitPriceMinor: number | null;
};

/** Locked: a return that a reading books on a line must be seen here, or be kept waiting until the line is stored. */
export async function linesOfOrders(sql: Sql, orderIds: string[]): Promise<LineRow[]> {
  return sql.query<LineRow>(
    `select id, order_id as "orderId", external_id as "externalId", listing_external_id as "listingExternalId", listing_id as "listingId",
       quantity_id as "quantityId", sku, title, quantity, held, consumed, returnable, returned, deducted_min as "deductedMin", deducted_max as "deductedMax",
       baseline_held as "baselineHeld", baseline_consumed as "baselineConsumed", components, unit_price_minor as "unitPriceMinor"
     from order_line where order_id = any($1) order by id for update`,
    [orderIds],
  );
}

/** Inserts new lines and overwrites known ones with the state given (the caller holds the order rows). */
export async function storeLines(sql: Sql, sellerId: string, lines: LineRow[]): Promise<void> {
  if (lines.length === 0) return;
  await sql.query(
    `insert into order_line as l (id, seller_id, order_id, external_id, listing_external_id, listing_id, quantity_id, sku, title, quantity, held, consumed,
       returnable, returned, deducted_min, deducted_max, baseline_held, baseline_consumed, components, unit_price_minor)
     select v.id, $1, v."orderId", v."externalId", v."listingExternalId", v."listingId", v."quantityId", v.sku, v.title, v.quantity, v.held, v.consumed,
       v.returnable, v.returned, v."deductedMin", v."deductedMax", v."baselineHeld", v."baselineConsumed", v.components, v."unitPriceMinor"
     from jsonb_to_recordset($2::jsonb) as v(id uuid, "orderId" uuid, "externalId" text, "listingExternalId" text, "listingId" uuid, "quantityId" uuid, sku text,
       title text, quantity int, held int, consumed int, returnable int, returned int, "deductedMin" int, "deductedMax" int, "baselineHeld" int,
       "baselineConsumed" int, components jsonb, "unitPriceMinor" int)
     on conflict (order_id, external_id) do update set listing_id = excluded.listing_id, quantity_id = excluded.quantity_id, quantity = excluded.quantity,
       held = excluded.held, consumed = excluded.consumed, returnable = excluded.returnable, returned = excluded.returned,
       deducted_min = excluded.deducted_min, deducted_max = excluded.deducted_max, baseline_held = excluded.baseline_held,
       baseline_consumed = excluded.baseline_consumed, components = excluded.components, unit_price_minor = excluded.unit_price_minor`,
    [sellerId, JSON.stringify(lines)],
  );
}

export type LinkedListing = { externalId: string; listingId: string; quantityId: string; linkState: string; components: ComponentUnits[] };

export async function listingsByExternalId(sql: Sql, connectionId: string, externalIds: string[]): Promise<Map<string, LinkedListing>> {
  if (externalIds.length === 0) return new Map();
  const rows = await sql.query<LinkedListing>(
    `select l.external_id as "externalId", l.id as "listingId", l.quantity_id as "quantityId", l.link_state as "linkState",
       coalesce((select jsonb_agg(jsonb_build_object('itemId', c.item_id, 'units', c.units) order by c.item_id) from component c where c.listing_id = l.id), '[]'::jsonb) as components
     from listing l where l.connection_id = $1 and l.external_id = any($2)`,
    [connectionId, externalIds],
  );
  return new Map(rows.map((r) => [r.externalId, r]));
}
