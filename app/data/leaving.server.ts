/** Rows of a connection that is being left. */
import type { Sql } from "./database.server.ts";

/** From now on nothing is written; false where it was not there, or leaving already. */
export async function setLeaving(sql: Sql, sellerId: string, connectionId: string): Promise<boolean> {
  const rows = await sql.query(
    `update connection set lifecycle = 'leaving' where id = $1 and seller_id = $2 and lifecycle in ('observe', 'live') returning id`,
    [connectionId, sellerId],
  );
  return rows.length === 1;
}

/** Numbers, listings and history stay: connecting the same account again goes on with them. */
export async function setDisconnected(sql: Sql, connectionId: string): Promise<void> {
  await sql.query(
    `update connection set lifecycle = 'disconnected', paused_at = null, blind_since = null, blind_reason = null, webhook_facts = '{}'::jsonb where id = $1`,
    [connectionId],
  );
}

export async function destroySecrets(sql: Sql, connectionId: string): Promise<void> {
  await sql.query(`delete from connection_secret where connection_id = $1`, [connectionId]);
}

export async function quantityIdsOf(sql: Sql, connectionId: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(`select id from channel_quantity where connection_id = $1 order by id`, [connectionId]);
  return rows.map((r) => r.id);
}

/** Worker only: connections whose leaving is not finished; their doorbell may have been lost. */
export async function connectionsLeaving(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(`select id from connection where lifecycle = 'leaving'`);
  return rows.map((r) => r.id);
}
