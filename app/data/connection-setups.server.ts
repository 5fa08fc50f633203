/** How far the first set-up of a connection has come. What is asked for and not done is work for the worker. */
import type { Sql } from "./database.server.ts";

export type CountsFrom = "here" | "keep";
export type SetupRow = {
  connectionId: string;
  sellerId: string;
  matchAskedAt: Date | null;
  matchedAt: Date | null;
  countsFrom: CountsFrom | null;
  openAskedAt: Date | null;
  openedAt: Date | null;
  actorKey: string;
  problem: string | null;
};

const COLUMNS = `connection_id as "connectionId", seller_id as "sellerId", match_asked_at as "matchAskedAt", matched_at as "matchedAt", counts_from as "countsFrom",
  open_asked_at as "openAskedAt", opened_at as "openedAt", actor_key as "actorKey", problem`;

/** A connection that is connected anew is looked through anew, since its shop may hold other listings by now; its opening stays. */
export async function beginSetup(sql: Sql, setup: { connectionId: string; sellerId: string; actorKey: string }): Promise<void> {
  await sql.query(
    `insert into connection_setup (connection_id, seller_id, actor_key) values ($1, $2, $3)
     on conflict (connection_id) do update set match_asked_at = null, matched_at = null, problem = null, actor_key = excluded.actor_key`,
    [setup.connectionId, setup.sellerId, setup.actorKey],
  );
}

export async function readSetup(sql: Sql, connectionId: string): Promise<SetupRow | null> {
  const rows = await sql.query<SetupRow>(`select ${COLUMNS} from connection_setup where connection_id = $1`, [connectionId]);
  return rows[0] ?? null;
}

type Asked = { connectionId: string; sellerId: string; actorKey: string };

/** False where the step is not there to be asked for. */
export async function askForMatch(sql: Sql, asked: Asked): Promise<boolean> {
  const rows = await sql.query(
    `update connection_setup set match_asked_at = clock_timestamp(), problem = null, actor_key = $3
     where connection_id = $1 and seller_id = $2 and matched_at is null returning connection_id`,
    [asked.connectionId, asked.sellerId, asked.actorKey],
  );
  return rows.length === 1;
}

export async function askForOpening(sql: Sql, asked: Asked & { countsFrom: CountsFrom }): Promise<boolean> {
  const rows = await sql.query(
    `update connection_setup set open_asked_at = clock_timestamp(), counts_from = $4, problem = null, actor_key = $3
     where connection_id = $1 and seller_id = $2 and matched_at is not null and opened_at is null returning connection_id`,
    [asked.connectionId, asked.sellerId, asked.actorKey, asked.countsFrom],
  );
  return rows.length === 1;
}

export async function markMatched(sql: Sql, connectionId: string): Promise<void> {
  await sql.query(`update connection_setup set matched_at = clock_timestamp(), problem = null where connection_id = $1`, [connectionId]);
}

export async function markOpened(sql: Sql, connectionId: string): Promise<void> {
  await sql.query(`update connection_setup set opened_at = clock_timestamp(), problem = null where connection_id = $1`, [connectionId]);
}

/** The step waits for the seller to ask again. */
export async function markStopped(sql: Sql, connectionId: string, problem: string): Promise<void> {
  await sql.query(
    `update connection_setup set problem = $2, match_asked_at = case when matched_at is null then null else match_asked_at end,
       open_asked_at = case when opened_at is null then null else open_asked_at end where connection_id = $1`,
    [connectionId, problem],
  );
}

/** Worker only: steps whose doorbell may have been lost. */
export async function setupsWithWork(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select connection_id as id from connection_setup
     where match_asked_at is not null and matched_at is null or open_asked_at is not null and opened_at is null`,
  );
  return rows.map((r) => r.id);
}
