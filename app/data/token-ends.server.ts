/** Worker only: accesses whose refresh token ends, and the alerts that speak of an end which is no longer the one. */
import type { Sql } from "./database.server.ts";

const MOST = 1_000;

/** Soonest first; connections that cannot be seen are told of otherwise. */
export async function connectionsEndingBefore(sql: Sql, before: Date): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select c.id from connection_secret s join connection c on c.id = s.connection_id
     where s.kind = 'credentials' and s.refresh_expires_at < $1 and c.lifecycle in ('observe', 'live') and c.blind_since is null
     order by s.refresh_expires_at, c.id limit ${MOST}`,
    [before],
  );
  return rows.map((row) => row.id);
}

/** A refresh or a reconnect moved the end, or it has come. */
export async function closeOutlivedAlerts(sql: Sql, now: Date): Promise<void> {
  await sql.query(
    `update alert a set closed_at = clock_timestamp() where a.kind = 'token-ends' and a.closed_at is null and not exists (
       select from connection_secret s where s.connection_id = a.connection_id and s.kind = 'credentials'
         and s.refresh_expires_at = (a.data ->> 'endsAt')::timestamptz and s.refresh_expires_at > $1)`,
    [now],
  );
}
