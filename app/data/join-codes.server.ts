/** Codes by which two accounts become one. Times are the database's; only a code's hash is kept. */
import { JOIN_LIVES_MS, MOST_CODES, MOST_WRONG } from "#app/domain/join-code.ts";
import type { Sql } from "./database.server.ts";

export type JoinState = "open" | "entered" | "joining" | "joined" | "refused" | "dropped";
export type JoinRow = {
  id: string;
  sellerId: string;
  otherId: string | null;
  otherActor: string | null;
  actorKey: string;
  shop: string | null;
};

/** A new code takes the place of one that nobody entered; null where this account made too many. */
export async function insertCode(
  sql: Sql,
  c: { id: string; sellerId: string; codeHash: string; actorKey: string },
): Promise<{ expiresAt: Date } | null> {
  await sql.query(`update join_code set state = 'dropped' where seller_id = $1 and state in ('open', 'entered')`, [c.sellerId]);
  const rows = await sql.query<{ expiresAt: Date }>(
    `insert into join_code (id, seller_id, code_hash, actor_key, expires_at)
     select $1, $2, $3, $4, clock_timestamp() + $5 * interval '1 ms'
     where (select count(*) from join_code where seller_id = $2 and created_at > clock_timestamp() - interval '1 hour') < $6
     returning expires_at as "expiresAt"`,
    [c.id, c.sellerId, c.codeHash, c.actorKey, JOIN_LIVES_MS, MOST_CODES],
  );
  return rows[0] ?? null;
}

/** Whether this account entered so many wrong codes lately that it has to wait. */
export async function guessesTooOften(sql: Sql, sellerId: string): Promise<boolean> {
  const rows = await sql.query<{ n: number }>(
    `select count(*)::int as n from audit_event where seller_id = $1 and action = 'enter.wrong-code' and at > clock_timestamp() - interval '10 minutes'`,
    [sellerId],
  );
  return (rows[0]?.n ?? 0) >= MOST_WRONG;
}

/** True once: the code was good, nobody had entered it, and it was another account's. */
export async function enterCode(sql: Sql, e: { codeHash: string; sellerId: string; shop: string; actorKey: string }): Promise<boolean> {
  const rows = await sql.query<{ entered: boolean }>(`select door_join_enter($1, $2, $3, $4) as entered`, [
    ...[e.codeHash, e.sellerId, e.shop],
    e.actorKey,
  ]);
  return rows[0]?.entered === true;
}

/** The last word of the account that made the code. */
export async function answerEntry(sql: Sql, a: { sellerId: string; id: string; yes: boolean }): Promise<boolean> {
  const rows = await sql.query(
    `update join_code set state = $3 where id = $1 and seller_id = $2 and state = 'entered' and expires_at > clock_timestamp() returning id`,
    [a.id, a.sellerId, a.yes ? "joining" : "refused"],
  );
  return rows.length === 1;
}

/** Worker only. */
export async function joinWithWork(sql: Sql, id: string): Promise<JoinRow | null> {
  const rows = await sql.query<JoinRow>(
    `select id, seller_id as "sellerId", other_id as "otherId", other_actor as "otherActor", actor_key as "actorKey", shop
     from join_code where id = $1 and state = 'joining'`,
    [id],
  );
  return rows[0] ?? null;
}

export async function joinsWithWork(sql: Sql): Promise<string[]> {
  await sql.query(`delete from join_code where created_at < clock_timestamp() - interval '30 days'`);
  const rows = await sql.query<{ id: string }>(`select id from join_code where state = 'joining'`);
  return rows.map((r) => r.id);
}

/** Worker only: the database itself checks that `from` may be taken up, and moves all of it or nothing. */
export async function joinSellers(sql: Sql, from: string, into: string): Promise<"joined" | "has-history" | "is-live" | "gone"> {
  const rows = await sql.query<{ outcome: "joined" | "has-history" | "is-live" | "gone" }>(`select join_sellers($1, $2) as outcome`, [
    from,
    into,
  ]);
  return rows[0]?.outcome ?? "gone";
}

export async function settleJoin(sql: Sql, id: string, outcome: { state: "joined" | "refused"; problem: string | null }): Promise<void> {
  await sql.query(`update join_code set state = $2, problem = $3 where id = $1`, [id, outcome.state, outcome.problem]);
}
