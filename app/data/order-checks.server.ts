/** Checks of a channel's orders by id: how far one has come, and what it found. Ids only; no buyer has a place here. */
import type { CheckVerdict } from "#app/domain/order-check.ts";
import type { Sql } from "./database.server.ts";

export type OrderCheckRow = {
  id: string;
  windowFrom: Date;
  begunAt: Date;
  page: string | null;
  seenIds: string[];
  missingIds: string[];
  staleIds: string[];
};

const COLUMNS = `id, window_from as "windowFrom", begun_at as "begunAt", page, seen_ids as "seenIds", missing_ids as "missingIds", stale_ids as "staleIds"`;

/** The one that was begun and not finished; null where there is none. */
export async function unfinishedCheck(sql: Sql, connectionId: string): Promise<OrderCheckRow | null> {
  const rows = await sql.query<OrderCheckRow>(
    `select ${COLUMNS} from order_check where connection_id = $1 and finished_at is null order by begun_at desc limit 1`,
    [connectionId],
  );
  return rows[0] ?? null;
}

/** Begin of the last one that went through. */
export async function lastCheckBegun(sql: Sql, connectionId: string): Promise<Date | null> {
  const rows = await sql.query<{ at: Date | null }>(
    `select max(begun_at) as at from order_check where connection_id = $1 and finished_at is not null`,
    [connectionId],
  );
  return rows[0]?.at ?? null;
}

export async function beginCheck(
  sql: Sql,
  check: { id: string; sellerId: string; connectionId: string; day: string; askedBy: string; windowFrom: Date; begunAt: Date },
): Promise<OrderCheckRow> {
  const rows = await sql.query<OrderCheckRow>(
    `insert into order_check (id, seller_id, connection_id, day, asked_by, window_from, begun_at) values ($1, $2, $3, $4, $5, $6, $7) returning ${COLUMNS}`,
    [check.id, check.sellerId, check.connectionId, check.day, check.askedBy, check.windowFrom, check.begunAt],
  );
  const [row] = rows;
  if (row === undefined) throw new Error("a check could not be begun");
  return row;
}

/** How far it has come; a crash goes on from here. */
export async function keepCheck(sql: Sql, check: OrderCheckRow): Promise<void> {
  await sql.query(`update order_check set page = $2, seen_ids = $3, missing_ids = $4, stale_ids = $5 where id = $1`, [
    check.id,
    check.page,
    check.seenIds,
    check.missingIds,
    check.staleIds,
  ]);
}

export async function endCheck(
  sql: Sql,
  check: OrderCheckRow & { listed: number; counted: number; repaired: number; goneIds: string[]; verdict: CheckVerdict; finishedAt: Date },
): Promise<void> {
  await sql.query(
    `update order_check set finished_at = $2, page = null, seen_ids = '{}', listed = $3, counted = $4, missing_ids = $5, stale_ids = $6, repaired = $7, gone_ids = $8, verdict = $9
     where id = $1`,
    [
      ...[check.id, check.finishedAt, check.listed, check.counted],
      ...[check.missingIds, check.staleIds, check.repaired, check.goneIds, check.verdict],
    ],
  );
}

const KEPT = "90 days";

export async function forgetOldChecks(sql: Sql, connectionId: string): Promise<void> {
  await sql.query(`delete from order_check where connection_id = $1 and begun_at < clock_timestamp() - interval '${KEPT}'`, [connectionId]);
}

/** Counted orders that should be looked at although the list did not name them: those that changed in the window, and everything open. */
export async function countedBesides(
  sql: Sql,
  connectionId: string,
  window: { from: Date; until: Date },
  listedIds: string[],
  limit: number,
): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select external_id as id from sales_order where connection_id = $1 and digest <> '' and not (external_id = any($4))
       and (updated_at >= $2 and updated_at < $3 or status = 'open' and not before_baseline) order by placed_at desc limit $5`,
    [connectionId, window.from, window.until, listedIds, limit],
  );
  return rows.map((row) => row.id);
}

/** The seller's time zone, for his night and his day. */
export async function timeZoneOf(sql: Sql, sellerId: string): Promise<string> {
  const rows = await sql.query<{ zone: string }>(`select time_zone as zone from seller where id = $1`, [sellerId]);
  return rows[0]?.zone ?? "UTC";
}
