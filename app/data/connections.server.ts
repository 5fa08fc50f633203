/** One account on one channel, and its sealed credentials. */
import type { ChannelName, JsonObject } from "#app/domain/channel-words.ts";
import type { Sql } from "./database.server.ts";

export type ConnectionRow = {
  id: string;
  sellerId: string;
  channel: ChannelName;
  externalId: string;
  name: string;
  address: string | null;
  currency: string | null;
  lifecycle: "observe" | "live" | "leaving" | "disconnected";
  pausedAt: Date | null;
  blindSince: Date | null;
  /** Its orders cannot be seen as they should, or were not caught up since (data/sight). */
  unseenSince: Date | null;
  editPolicy: "accept" | "review" | "revert";
  returnPolicy: "auto" | "ask" | "never";
  maySpend: boolean;
  baselineAt: Date | null;
  settings: JsonObject;
  quietUntil: Date | null;
  /** Among the connections that share one app's quota (domain/poll-pace). */
  shareWeight: number;
  stoppedAt: Date | null;
  restrictedAt: Date | null;
  /** Leaving, and the approved plan may still write: its deadline is ahead. */
  leaveOpen: boolean;
};

const COLUMNS = `c.id, c.seller_id as "sellerId", c.channel::text as channel, c.external_id as "externalId", c.name, c.address, c.currency,
  c.lifecycle::text as lifecycle, c.paused_at as "pausedAt", c.blind_since as "blindSince", c.unseen_since as "unseenSince", c.edit_policy::text as "editPolicy",
  c.return_policy::text as "returnPolicy", c.may_spend as "maySpend", c.baseline_at as "baselineAt", c.settings, c.quiet_until as "quietUntil",
  c.share_weight as "shareWeight", s.stopped_at as "stoppedAt", s.restricted_at as "restrictedAt",
  coalesce(c.lifecycle = 'leaving' and c.leave_until > clock_timestamp(), false) as "leaveOpen"`;

/** SQL over connection c: its numbers are written, or an approved leave plan still writes them. */
export const WRITTEN = `(c.lifecycle = 'live' or c.lifecycle = 'leaving' and c.leave_until > clock_timestamp())`;

/** Worker only (it passes row-level security); the answer names the seller, whom every further call takes. */
export async function findConnection(sql: Sql, connectionId: string): Promise<ConnectionRow | null> {
  const rows = await sql.query<ConnectionRow>(`select ${COLUMNS} from connection c join seller s on s.id = c.seller_id where c.id = $1`, [
    connectionId,
  ]);
  return rows[0] ?? null;
}

export async function connectionsOf(sql: Sql, sellerId: string): Promise<ConnectionRow[]> {
  return sql.query<ConnectionRow>(
    `select ${COLUMNS} from connection c join seller s on s.id = c.seller_id where c.seller_id = $1 order by c.created_at, c.id`,
    [sellerId],
  );
}

/** Any connection of a channel that can be asked what concerns our application as a whole. Worker only. */
export async function connectionThatAsks(sql: Sql, channel: ChannelName): Promise<ConnectionRow | null> {
  const [row] = await sql.query<{ id: string }>(
    `select c.id from connection c join seller s on s.id = c.seller_id where c.channel = $1 and c.lifecycle in ('observe', 'live')
       and c.blind_since is null and s.restricted_at is null order by c.lifecycle = 'live' desc, c.id limit 1`,
    [channel],
  );
  return row === undefined ? null : findConnection(sql, row.id);
}

/** Whether its listings were matched once, so that what appears now is new to the seller. */
export async function isPastMatching(sql: Sql, connectionId: string): Promise<boolean> {
  const rows = await sql.query<{ past: boolean }>(
    `select c.lifecycle = 'live' or exists (select from connection_setup s where s.connection_id = c.id and s.matched_at is not null) as past
     from connection c where c.id = $1`,
    [connectionId],
  );
  return rows[0]?.past ?? false;
}

export function mayWrite(connection: ConnectionRow): boolean {
  return (
    (connection.lifecycle === "live" || connection.leaveOpen) &&
    connection.pausedAt === null &&
    connection.blindSince === null &&
    connection.stoppedAt === null &&
    connection.restrictedAt === null
  );
}

/** Puts these beside what is set. */
export async function setSetting(sql: Sql, sellerId: string, connectionId: string, setting: JsonObject): Promise<void> {
  await sql.query("update connection set settings = settings || $3::jsonb where id = $1 and seller_id = $2", [
    connectionId,
    sellerId,
    JSON.stringify(setting),
  ]);
}

export async function setQuietUntil(sql: Sql, connectionId: string, until: Date): Promise<void> {
  await sql.query(`update connection set quiet_until = greatest(quiet_until, $2::timestamptz) where id = $1`, [connectionId, until]);
}

export async function noteSeen(sql: Sql, connectionId: string): Promise<void> {
  await sql.query(
    `update connection set last_seen_at = clock_timestamp() where id = $1 and (last_seen_at is null or last_seen_at < clock_timestamp() - interval '5 s')`,
    [connectionId],
  );
}

export async function setBlind(sql: Sql, connectionId: string, reason: string): Promise<boolean> {
  const rows = await sql.query(
    `update connection set blind_since = clock_timestamp(), blind_reason = $2 where id = $1 and blind_since is null and lifecycle in ('observe', 'live', 'leaving') returning id`,
    [connectionId, reason],
  );
  return rows.length === 1;
}

/** Facts of our webhooks, laid over those that stand there. */
export async function noteWebhookFacts(sql: Sql, connectionId: string, facts: JsonObject): Promise<void> {
  await sql.query(`update connection set webhook_facts = webhook_facts || $2::jsonb where id = $1`, [connectionId, JSON.stringify(facts)]);
}

export async function readWebhookFacts(sql: Sql, connectionId: string): Promise<JsonObject> {
  const rows = await sql.query<{ facts: JsonObject }>(`select webhook_facts as facts from connection where id = $1`, [connectionId]);
  return rows[0]?.facts ?? {};
}

/** Sight comes back where it was only taken for this reason. */
export async function endQuarantine(sql: Sql, connectionId: string, reason: string): Promise<boolean> {
  const rows = await sql.query(
    `update connection set blind_since = null, blind_reason = null where id = $1 and blind_reason = $2 returning id`,
    [connectionId, reason],
  );
  return rows.length === 1;
}

export type SecretKind = "credentials" | "webhook";
export type SecretRow = { id: string; sealed: string; expiresAt: Date | null; refreshExpiresAt: Date | null };

export async function readSecret(sql: Sql, connectionId: string, kind: SecretKind): Promise<SecretRow | null> {
  const rows = await sql.query<SecretRow>(
    `select id, sealed, expires_at as "expiresAt", refresh_expires_at as "refreshExpiresAt" from connection_secret where connection_id = $1 and kind = $2`,
    [connectionId, kind],
  );
  return rows[0] ?? null;
}

export type NewSecret = {
  id: string;
  sellerId: string;
  connectionId: string;
  kind: SecretKind;
  sealed: string;
  expiresAt: Date | null;
  refreshExpiresAt: Date | null;
};

/** Replaces the secret of that kind. The new row has a new id, since the seal is bound to it. */
export async function replaceSecret(sql: Sql, secret: NewSecret): Promise<void> {
  await sql.query(`delete from connection_secret where connection_id = $1 and kind = $2`, [secret.connectionId, secret.kind]);
  await sql.query(
    `insert into connection_secret (id, seller_id, connection_id, kind, sealed, expires_at, refresh_expires_at, rotated_at) values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp())`,
    [secret.id, secret.sellerId, secret.connectionId, secret.kind, secret.sealed, secret.expiresAt, secret.refreshExpiresAt],
  );
}
