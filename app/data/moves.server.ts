/**
 * Accounts that change hands: the asker's request and the holder's notice, two rows with one id, so that neither seller can see the
 * other. Times are the database's.
 */
import { MOST_REQUESTS, MOVE_NOTICE_MS, MOVE_OFFER_MS, type MoveState, REQUESTS_WITHIN_MS } from "#app/domain/account-move.ts";
import type { ChannelName, JsonObject } from "#app/domain/channel-words.ts";
import type { Sql } from "./database.server.ts";

export type MoveRow = {
  id: string;
  sellerId: string;
  channel: ChannelName;
  externalId: string;
  name: string;
  state: MoveState;
  grant: JsonObject;
  sealed: string | null;
  actorKey: string;
  dueAt: Date | null;
};

const COLUMNS = `id, seller_id as "sellerId", channel::text as channel, external_id as "externalId", name, state, "grant", sealed, actor_key as "actorKey", due_at as "dueAt"`;

export type NewMove = Omit<MoveRow, "state" | "dueAt" | "sealed"> & { attemptId: string | null; sealed: string };

/** An offer stands ten minutes; a newer one of the same seller for the same account takes its place. */
export async function insertOffer(sql: Sql, m: NewMove): Promise<void> {
  await sql.query(
    `update move_request set state = 'dropped', sealed = null, ended_at = clock_timestamp()
     where seller_id = $1 and channel = $2::channel_name and external_id = $3 and state = 'offered'`,
    [m.sellerId, m.channel, m.externalId],
  );
  await sql.query(
    `insert into move_request (id, seller_id, attempt_id, channel, external_id, name, state, "grant", sealed, actor_key, offered_until)
     values ($1, $2, $3, $4::channel_name, $5, $6, 'offered', $7::jsonb, $8, $9, clock_timestamp() + ${MOVE_OFFER_MS} * interval '1 ms')`,
    [m.id, m.sellerId, m.attemptId, m.channel, m.externalId, m.name, JSON.stringify(m.grant), m.sealed, m.actorKey],
  );
}

/** The asker says yes, in time. */
export async function askForMove(sql: Sql, m: { id: string; sellerId: string; actorKey: string }): Promise<boolean> {
  const rows = await sql.query(
    `update move_request set state = 'asking', actor_key = $3
     where id = $1 and seller_id = $2 and state = 'offered' and offered_until > clock_timestamp() returning id`,
    [m.id, m.sellerId, m.actorKey],
  );
  return rows.length === 1;
}

/** The asker lets go; the fresh grant is destroyed. */
export async function dropMove(sql: Sql, m: { id: string; sellerId: string }): Promise<boolean> {
  const rows = await sql.query(
    `update move_request set state = 'dropped', sealed = null, ended_at = clock_timestamp() where id = $1 and seller_id = $2 and state in ('offered', 'asked') returning id`,
    [m.id, m.sellerId],
  );
  return rows.length === 1;
}

/** The holder keeps his account; false where it was decided already, or is on its way. */
export async function keepAccount(sql: Sql, m: { id: string; sellerId: string; actorKey: string }): Promise<string | null> {
  const rows = await sql.query<{ connectionId: string }>(
    `update move_notice set state = 'kept', decided_at = clock_timestamp(), decided_by = $3 where id = $1 and seller_id = $2 and state = 'open'
     returning connection_id as "connectionId"`,
    [m.id, m.sellerId, m.actorKey],
  );
  return rows[0]?.connectionId ?? null;
}

/** Worker only, as all below. */
export async function findMove(sql: Sql, id: string): Promise<MoveRow | null> {
  const rows = await sql.query<MoveRow>(`select ${COLUMNS} from move_request where id = $1`, [id]);
  return rows[0] ?? null;
}

export type Holder = { connectionId: string; sellerId: string; name: string; lifecycle: string };

/** Who holds the account, other than the asker; null where nobody does (any more). */
export async function findHolder(sql: Sql, move: MoveRow): Promise<Holder | null> {
  const rows = await sql.query<Holder>(
    `select id as "connectionId", seller_id as "sellerId", name, lifecycle::text as lifecycle from connection
     where channel = $1::channel_name and external_id = $2 and seller_id <> $3 and lifecycle <> 'disconnected'`,
    [move.channel, move.externalId, move.sellerId],
  );
  return rows[0] ?? null;
}

/** Whether this request may run: not while another does, and not after too many. */
export async function objectionToMove(sql: Sql, move: MoveRow): Promise<"busy" | "support" | null> {
  const [seen] = await sql.query<{ running: boolean; asked: number }>(
    `select coalesce(bool_or(state in ('asked', 'moving')), false) as running,
       (count(*) filter (where asked_at > clock_timestamp() - ${REQUESTS_WITHIN_MS} * interval '1 ms'))::int as asked
     from move_request where channel = $1::channel_name and external_id = $2 and id <> $3`,
    [move.channel, move.externalId, move.id],
  );
  if (seen?.running) return "busy";
  return (seen?.asked ?? 0) >= MOST_REQUESTS ? "support" : null;
}

/** The notice begins: 72 hours from now, by the database's clock. Null where it began already. */
export async function openNotice(sql: Sql, move: MoveRow, holder: Holder): Promise<{ askedAt: Date; dueAt: Date } | null> {
  const [times] = await sql.query<{ askedAt: Date; dueAt: Date }>(
    `update move_request set state = 'asked', asked_at = v.at, due_at = v.at + ${MOVE_NOTICE_MS} * interval '1 ms' from (select clock_timestamp() as at) v
     where id = $1 and state = 'asking' returning asked_at as "askedAt", due_at as "dueAt"`,
    [move.id],
  );
  if (times === undefined) return null;
  await sql.query(`insert into move_notice (id, seller_id, connection_id, state, asked_at, due_at) values ($1, $2, $3, 'open', $4, $5)`, [
    move.id,
    holder.sellerId,
    holder.connectionId,
    times.askedAt,
    times.dueAt,
  ]);
  return times;
}

export type NoticeState = "open" | "kept" | "moving" | "moved" | "void";
export type NoticeRow = { state: NoticeState; sellerId: string; connectionId: string };

export async function findNotice(sql: Sql, id: string): Promise<NoticeRow | null> {
  const rows = await sql.query<NoticeRow>(
    `select state, seller_id as "sellerId", connection_id as "connectionId" from move_notice where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/** The point of no return: silence until now. False before its time, and where the holder kept it or the asker let go. */
export async function beginMoving(sql: Sql, id: string): Promise<boolean> {
  const rows = await sql.query(
    `update move_notice n set state = 'moving' from connection c
     where n.id = $1 and n.state = 'open' and c.id = n.connection_id and (n.due_at <= clock_timestamp() or c.lifecycle = 'disconnected') returning n.id`,
    [id],
  );
  if (rows.length === 0) return false;
  await sql.query(`update move_request set state = 'moving' where id = $1 and state = 'asked'`, [id]);
  return true;
}

export async function endNotice(sql: Sql, id: string, state: "moved" | "void"): Promise<void> {
  await sql.query(`update move_notice set state = $2 where id = $1 and state in ('open', 'moving')`, [id, state]);
}

/** The request is over; what was sealed is gone. */
export async function endMove(sql: Sql, id: string, state: MoveState, connectionId: string | null = null): Promise<void> {
  await sql.query(`update move_request set state = $2, sealed = null, connection_id = $3, ended_at = clock_timestamp() where id = $1`, [
    id,
    state,
    connectionId,
  ]);
}

export async function reseal(sql: Sql, id: string, sealed: string): Promise<void> {
  await sql.query(`update move_request set sealed = $2 where id = $1 and sealed is not null`, [id, sealed]);
}

/** Whether its patience with a platform that does not answer is over. */
export async function isOverdue(sql: Sql, id: string, patienceMs: number): Promise<boolean> {
  const rows = await sql.query(`select from move_request where id = $1 and due_at < clock_timestamp() - $2 * interval '1 ms'`, [
    id,
    patienceMs,
  ]);
  return rows.length === 1;
}

/** Destroys grants whose offer nobody took in time. Answers the sellers whose pages changed. */
export async function expireOffers(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ sellerId: string }>(
    `update move_request set state = 'dropped', sealed = null, ended_at = clock_timestamp()
     where state = 'offered' and offered_until <= clock_timestamp() returning seller_id as "sellerId"`,
  );
  return [...new Set(rows.map((r) => r.sellerId))];
}

/** Moves on which something is to be done: by the clock, or because somebody decided. */
export async function movesWithWork(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select r.id from move_request r left join move_notice n on n.id = r.id left join connection c on c.id = n.connection_id
     where r.state in ('asking', 'moving')
       or r.state = 'asked' and (r.due_at <= clock_timestamp() or n.state = 'kept' or c.lifecycle = 'disconnected')
       or r.state = 'dropped' and n.state = 'open'`,
  );
  return rows.map((r) => r.id);
}
