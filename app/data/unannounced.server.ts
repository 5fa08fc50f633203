/** Orders found by asking that no delivery has announced. Few rows: the first of a silence tell all there is to know. */
import type { Sql } from "./database.server.ts";

const MOST_KEPT = 20;

export type Unannounced = { externalId: string; placedAt: Date; foundAt: Date };

export async function noteUnannounced(sql: Sql, sellerId: string, connectionId: string, orders: Unannounced[]): Promise<void> {
  if (orders.length === 0) return;
  await sql.query(
    `insert into unannounced_order (seller_id, connection_id, external_id, placed_at, found_at)
     select $1, $2, v.e, v.p, v.f from unnest($3::text[], $4::timestamptz[], $5::timestamptz[]) v(e, p, f)
     where (select count(*) from unannounced_order u where u.connection_id = $2) < ${MOST_KEPT}
     on conflict (connection_id, external_id) do nothing`,
    [
      sellerId,
      connectionId,
      orders.slice(0, MOST_KEPT).map((o) => o.externalId),
      orders.slice(0, MOST_KEPT).map((o) => o.placedAt),
      orders.slice(0, MOST_KEPT).map((o) => o.foundAt),
    ],
  );
}

/** A delivery that speaks of orders breaks the row. Answers how many had stood there. */
export async function forgetUnannounced(sql: Sql, connectionId: string): Promise<number> {
  return (await sql.query(`delete from unannounced_order where connection_id = $1 returning 1 as gone`, [connectionId])).length;
}

/** Oldest first. */
export async function unannouncedOf(sql: Sql, connectionId: string): Promise<Unannounced[]> {
  return sql.query<Unannounced>(
    `select external_id as "externalId", placed_at as "placedAt", found_at as "foundAt" from unannounced_order where connection_id = $1 order by found_at, external_id`,
    [connectionId],
  );
}
