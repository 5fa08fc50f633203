/** Mails to send. A row is all that a flow makes; one flow reads the rows and sends them. */
import { type MailContent, type MailKind, nextTryMs } from "#app/domain/mail.ts";
import type { Sql } from "./database.server.ts";

/** `dedupeKey`: sent once per key and person. */
export type Mail = MailContent & { dedupeKey: string };

/**
 * A mail to everybody who may act for the seller (owners and managers). In the same transaction as what it tells of; the same key
 * again writes nothing. Answers how many rows are new.
 */
export async function queueMail(sql: Sql, sellerId: string, mail: Mail, newId: () => string): Promise<number> {
  const people = await sql.query<{ userId: string }>(
    `select user_id as "userId" from membership where seller_id = $1 and role in ('owner', 'manager') order by user_id`,
    [sellerId],
  );
  if (people.length === 0) return 0;
  const rows = await sql.query(
    `insert into mail_outbox (id, seller_id, kind, dedupe_key, user_id, data)
     select v.id, $1, $2, $3 || ':' || v.person, v.person, $4::jsonb from unnest($5::uuid[], $6::uuid[]) v(id, person)
     on conflict (seller_id, dedupe_key) do nothing returning id`,
    [sellerId, mail.kind, mail.dedupeKey, JSON.stringify(mail.data), people.map(newId), people.map((p) => p.userId)],
  );
  return rows.length;
}

/** One mail that is due, with whom it goes to. */
export type DueMail = {
  id: string;
  sellerId: string;
  content: MailContent;
  /** This try counted. */
  tries: number;
  userId: string;
  email: string;
  name: string;
  /** Where the person came through a Shopify shop: its domain. */
  shop: string | null;
  seller: string;
  timeZone: string;
};

/**
 * Takes up to `limit` mails that are due, of all sellers, and counts the try before it is made: a mail whose sending kills the
 * process comes again only after its wait, and is given up in the end. Several workers never take the same one.
 */
export async function takeDueMails(sql: Sql, limit: number): Promise<DueMail[]> {
  const rows = await sql.query<Omit<DueMail, "content"> & { kind: MailKind; data: MailContent["data"] }>(
    `with due as materialized (
       select id from mail_outbox where state = 'waiting' and next_at <= clock_timestamp() order by next_at, id limit $1 for update skip locked
     ), taken as (
       update mail_outbox m set tries = m.tries + 1, next_at = clock_timestamp() + interval '1 minute' from due where m.id = due.id
       returning m.id, m.seller_id, m.kind, m.data, m.tries, m.user_id, m.created_at
     )
     select t.id, t.seller_id as "sellerId", t.kind, t.data, t.tries, t.user_id as "userId", u.email, u.name,
       c.address as shop, s.name as seller, s.time_zone as "timeZone"
     from taken t join app_user u on u.id = t.user_id join seller s on s.id = t.seller_id
       left join connection c on c.seller_id = t.seller_id and c.channel = 'shopify' and u.external_id like 'shopify:' || c.external_id || ':%'
     order by t.created_at, t.id`,
    [limit],
  );
  return rows.map(({ kind, data, ...row }) => ({ ...row, content: { kind, data } as MailContent }));
}

export async function mailSent(sql: Sql, id: string): Promise<void> {
  await sql.query(`update mail_outbox set state = 'sent', sent_at = clock_timestamp(), failure = null where id = $1`, [id]);
}

/** To be tried again, not before `waitMs`; after the last try it is given up. Answers whether it will be tried again. */
export async function mailFailed(sql: Sql, mail: { id: string; tries: number }, failure: string, waitMs = 0): Promise<boolean> {
  const next = nextTryMs(mail.tries);
  if (next === null) {
    await mailGivenUp(sql, mail.id, failure);
    return false;
  }
  await sql.query(`update mail_outbox set next_at = clock_timestamp() + $2::float8 * interval '1 ms', failure = $3 where id = $1`, [
    mail.id,
    Math.max(next, waitMs),
    failure,
  ]);
  return true;
}

/** Taken, but not tried: it waits again as it did, and the try does not count. */
export async function mailPutBack(sql: Sql, ids: string[], waitMs: number): Promise<void> {
  if (ids.length === 0) return;
  await sql.query(
    `update mail_outbox set tries = greatest(0, tries - 1), next_at = clock_timestamp() + $2::float8 * interval '1 ms' where id = any($1::uuid[]) and state = 'waiting'`,
    [ids, waitMs],
  );
}

export async function mailGivenUp(sql: Sql, id: string, failure: string): Promise<void> {
  await sql.query(`update mail_outbox set state = 'failed', failure = $2 where id = $1`, [id, failure]);
}
