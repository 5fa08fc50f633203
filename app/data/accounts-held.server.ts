/** Some application keys serve only so many accounts in all; who holds them is nobody else's business, so only a count leaves here. */
import type { ChannelName } from "#app/domain/channel-words.ts";
import type { Sql } from "./database.server.ts";

/** Web only: accounts of this platform that are connected, all sellers together. */
export async function countAccountsHeld(sql: Sql, channel: ChannelName): Promise<number> {
  const [row] = await sql.query<{ n: number }>(`select door_accounts_held($1) as n`, [channel]);
  return row?.n ?? 0;
}

/** Whether this seller holds one of them: then going to the platform may renew it, and need not take a further place. */
export async function holdsAccount(sql: Sql, sellerId: string, channel: ChannelName): Promise<boolean> {
  const rows = await sql.query(
    `select from connection where seller_id = $1 and channel = $2::channel_name and lifecycle <> 'disconnected' limit 1`,
    [sellerId, channel],
  );
  return rows.length === 1;
}

/** Worker only, inside the transaction that connects: whether one more account than `most` would be held. Others wait until it ends. */
export async function noSeatFor(sql: Sql, channel: ChannelName, externalId: string, most: number): Promise<boolean> {
  await sql.query(`select pg_advisory_xact_lock(hashtext('accounts-held'), hashtext($1))`, [channel]);
  const [row] = await sql.query<{ n: number }>(
    `select count(*)::int as n from connection where channel = $1::channel_name and lifecycle <> 'disconnected' and external_id <> $2`,
    [channel, externalId],
  );
  return (row?.n ?? 0) >= most;
}
