/** Tries to connect an account. Times are the database's; the web role sees everything but the sealed keys. */

import type { ChannelName } from "#app/domain/channel-words.ts";
import type { AttemptState, AttemptWay } from "#app/domain/connect-attempt.ts";
import { ATTEMPT_LIVES_MS, MOST_TRIES, TRIES_WITHIN_MS } from "#app/domain/connect-attempt.ts";
import type { Sql } from "./database.server.ts";

export type AttemptRow = {
  id: string;
  sellerId: string;
  channel: ChannelName;
  way: AttemptWay;
  state: AttemptState;
  address: string;
  shopName: string | null;
  actorKey: string;
  sessionHash: string;
  consentVersion: string;
};

const COLUMNS = `id, seller_id as "sellerId", channel::text as channel, way, state, address, shop_name as "shopName", actor_key as "actorKey",
  session_hash as "sessionHash", consent_version as "consentVersion"`;
const NOTHING_SEALED = "sealed = null, code_sealed = null, verifier_sealed = null";
const LATER = `clock_timestamp() + ${ATTEMPT_LIVES_MS} * interval '1 ms'`;

export type NewAttempt = Omit<AttemptRow, "shopName" | "state" | "way"> &
  (
    | { way: "pasted" | "handed-over"; state: "looking" | "proving"; sealed: string | null }
    | ({ way: "granted"; state: "waiting" } & SentToPlatform)
  );

/** What leaves with the seller (as hash), what stays for the exchange (sealed), and where the callback sends the browser. */
export type SentToPlatform = { stateHash: string; verifierSealed: string; returnTo: string };

/**
 * Whether this session and this seller may send one more on its way; counted under a lock of the seller, until the transaction ends.
 * A try that goes on counts by its own row.
 */
export async function mayTry(sql: Sql, who: { sellerId: string; sessionHash: string }): Promise<boolean> {
  await sql.query("select pg_advisory_xact_lock(hashtextextended('connect:' || $1, 0))", [who.sellerId]);
  const [seen] = await sql.query<{ session: number; seller: number }>(
    `select coalesce(sum(tries) filter (where session_hash = $2), 0)::int as session, coalesce(sum(tries), 0)::int as seller
     from connect_attempt where seller_id = $1 and created_at > clock_timestamp() - ${TRIES_WITHIN_MS} * interval '1 ms'`,
    [who.sellerId, who.sessionHash],
  );
  return (seen?.session ?? 0) < MOST_TRIES.session && (seen?.seller ?? 0) < MOST_TRIES.seller;
}

export async function insertAttempt(sql: Sql, a: NewAttempt): Promise<void> {
  const granted = a.way === "granted" ? a : null;
  await sql.query(
    `insert into connect_attempt (id, seller_id, channel, way, state, address, actor_key, session_hash, consent_version, sealed,
       state_hash, verifier_sealed, return_to, expires_at)
     values ($1, $2, $3::channel_name, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, ${LATER})`,
    [
      ...[a.id, a.sellerId, a.channel, a.way, a.state, a.address, a.actorKey, a.sessionHash, a.consentVersion],
      a.way === "granted" ? null : a.sealed,
      ...[granted?.stateHash ?? null, granted?.verifierSealed ?? null, granted?.returnTo ?? null],
    ],
  );
}

/** Null where this seller has no such try. */
export async function findAttempt(sql: Sql, sellerId: string, id: string): Promise<AttemptRow | null> {
  const rows = await sql.query<AttemptRow>(`select ${COLUMNS} from connect_attempt where id = $1 and seller_id = $2`, [id, sellerId]);
  return rows[0] ?? null;
}

export type SealedAttempt = AttemptRow & { sealed: string | null; codeSealed: string | null; verifierSealed: string | null };

/** Worker only: with what is sealed, for the work that its state asks for. Null where nothing is asked. */
export async function attemptWithWork(sql: Sql, id: string): Promise<SealedAttempt | null> {
  const rows = await sql.query<SealedAttempt>(
    `select ${COLUMNS}, sealed, code_sealed as "codeSealed", verifier_sealed as "verifierSealed" from connect_attempt
     where id = $1 and state in ('looking', 'exchanging', 'proving')`,
    [id],
  );
  return rows[0] ?? null;
}

export type SessionMove = { id: string; sellerId: string; sessionHash: string };

/** Tries a failed one again, with another address or other keys; without keys those that were sealed are used, while they are there. */
export async function retryAttempt(
  sql: Sql,
  m: SessionMove & { address: string; sealed: string | null; consentVersion: string },
): Promise<boolean> {
  const rows = await sql.query(
    `update connect_attempt set state = 'proving', tries = tries + 1, problem = null, address = $4, consent_version = $5, expires_at = ${LATER}${m.sealed === null ? "" : ", sealed = $6"}
     where id = $1 and seller_id = $2 and session_hash = $3 and way = 'pasted' and state = 'failed'
       ${m.sealed === null ? "and expires_at > clock_timestamp()" : ""} returning id`,
    [m.id, m.sellerId, m.sessionHash, m.address, m.consentVersion, ...(m.sealed === null ? [] : [m.sealed])],
  );
  return rows.length === 1;
}

/** The one-time state leaves the house, as its hash it stays. A newer state takes the place of one that was not used. */
export async function sendToShop(sql: Sql, m: SessionMove & { stateHash: string }): Promise<boolean> {
  const rows = await sql.query(
    `update connect_attempt set state = 'waiting', tries = tries + 1, state_hash = $4, expires_at = ${LATER}
     where id = $1 and seller_id = $2 and session_hash = $3 and way = 'handed-over' and state in ('ready', 'waiting') and expires_at > clock_timestamp()
     returning id`,
    [m.id, m.sellerId, m.sessionHash, m.stateHash],
  );
  return rows.length === 1;
}

/** Sends the seller to the platform once more; the state that was out before is worth nothing from now on. */
export async function sendToPlatform(sql: Sql, m: SessionMove & SentToPlatform): Promise<boolean> {
  const rows = await sql.query(
    `update connect_attempt set tries = tries + 1, state_hash = $4, verifier_sealed = $5, return_to = $6, expires_at = ${LATER}
     where id = $1 and seller_id = $2 and session_hash = $3 and way = 'granted' and state = 'waiting' and expires_at > clock_timestamp()
     returning id`,
    [m.id, m.sellerId, m.sessionHash, m.stateHash, m.verifierSealed, m.returnTo],
  );
  return rows.length === 1;
}

/**
 * The seller said yes to the account's name, in the session that began, in time. Once. What was agreed to at a platform also needs
 * the claim that its callback gave to the browser which came from there.
 */
export async function claimAttempt(sql: Sql, m: SessionMove & { consentVersion: string; claimHash: string | null }): Promise<boolean> {
  const rows = await sql.query(
    `update connect_attempt set state = 'proving', consent_version = $4, claim_hash = null
     where id = $1 and seller_id = $2 and session_hash = $3 and (way = 'handed-over' or way = 'granted' and claim_hash = $5)
       and state = 'received' and expires_at > clock_timestamp()
     returning id`,
    [m.id, m.sellerId, m.sessionHash, m.consentVersion, m.claimHash],
  );
  return rows.length === 1;
}

/** Gives a try up; what was sealed is gone. */
export async function dropAttempt(sql: Sql, m: SessionMove): Promise<boolean> {
  const rows = await sql.query(
    `update connect_attempt set state = 'expired', ${NOTHING_SEALED}
     where id = $1 and seller_id = $2 and session_hash = $3 and state in ('ready', 'waiting', 'exchanging', 'received', 'failed') returning id`,
    [m.id, m.sellerId, m.sessionHash],
  );
  return rows.length === 1;
}

export type Outcome =
  | { state: "ready"; address: string; shopName: string }
  | { state: "received"; shopName: string }
  | { state: "connected"; connectionId: string; shopName: string | null }
  | { state: "failed"; problem: string; keepKeys: boolean };

/**
 * Worker only: the tokens that the code was good for; code and verifier are gone with it. False where the try ended meanwhile: the
 * tokens are then kept by nobody.
 */
export async function keepGrant(sql: Sql, id: string, sealed: string): Promise<boolean> {
  const rows = await sql.query(
    `update connect_attempt set sealed = $2, code_sealed = null, verifier_sealed = null where id = $1 and state = 'exchanging' returning id`,
    [id, sealed],
  );
  return rows.length === 1;
}

/** Worker only: what came out. Only a failure that the seller may mend keeps the keys, until its time is over. */
export async function settleAttempt(sql: Sql, id: string, outcome: Outcome): Promise<void> {
  switch (outcome.state) {
    case "ready":
      await sql.query(
        `update connect_attempt set state = 'ready', address = $2, shop_name = $3, problem = null, expires_at = ${LATER} where id = $1 and state = 'looking'`,
        [id, outcome.address, outcome.shopName],
      );
      return;
    case "received":
      await sql.query(
        `update connect_attempt set state = 'received', shop_name = $2, problem = null, expires_at = ${LATER} where id = $1 and state = 'exchanging'`,
        [id, outcome.shopName],
      );
      return;
    case "connected":
      await sql.query(
        `update connect_attempt set state = 'connected', connection_id = $2, shop_name = coalesce($3, shop_name), sealed = null, problem = null where id = $1`,
        [id, outcome.connectionId, outcome.shopName],
      );
      return;
    case "failed":
      await sql.query(
        `update connect_attempt set state = 'failed', problem = $2, sealed = case when $3 then sealed end, code_sealed = null,
           verifier_sealed = null, expires_at = ${LATER}
         where id = $1 and state in ('looking', 'exchanging', 'proving')`,
        [id, outcome.problem, outcome.keepKeys],
      );
      return;
    default: {
      const never: never = outcome;
      throw new Error(`unknown outcome ${JSON.stringify(never)}`);
    }
  }
}

/** Worker only: destroys keys whose time is over and forgets old tries. Answers the sellers whose pages changed. */
export async function expireAttempts(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ sellerId: string }>(
    `update connect_attempt set ${NOTHING_SEALED}, state = case when state = 'failed' then state else 'expired' end
     where expires_at <= clock_timestamp() and (state in ('ready', 'waiting', 'exchanging', 'received') or state = 'failed' and sealed is not null)
     returning seller_id as "sellerId"`,
  );
  await sql.query(`delete from connect_attempt where created_at < clock_timestamp() - interval '30 days'`);
  return [...new Set(rows.map((r) => r.sellerId))];
}

/** Worker only: tries whose doorbell may have been lost. */
export async function attemptsWithWork(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(`select id from connect_attempt where state in ('looking', 'exchanging', 'proving')`);
  return rows.map((r) => r.id);
}
