/** A whole connection becomes doubtful: after a time in which we did not look or write, nothing is raised before it was read again. */
import type { Sql } from "./database.server.ts";

export async function doubtConnection(sql: Sql, connectionId: string, reason: string): Promise<void> {
  await sql.query(
    `with held as materialized (select id from channel_quantity where connection_id = $1 and target is not null order by id for no key update)
     update channel_quantity q set doubt_at = clock_timestamp(), doubt_until = greatest(q.doubt_until, clock_timestamp()), doubt_reason = $2,
       next_attempt_at = null from held where q.id = held.id`,
    [connectionId, reason],
  );
}
