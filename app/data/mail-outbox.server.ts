/** Mails to send. A row is all that a flow makes; whoever sends reads the rows. */
import type { Json } from "#app/domain/channel-words.ts";
import type { Sql } from "./database.server.ts";

export type Mail = {
  /** Which template. */
  kind: string;
  /** Sent once per key and person. */
  dedupeKey: string;
  /** What the template fills in; never a buyer's datum or a secret. */
  data: { [key: string]: Json };
};

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
