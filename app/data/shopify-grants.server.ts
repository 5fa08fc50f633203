/** Tokens that Shopify gave for a shop and that are no connection's yet. One row a shop; times are the database's. */
import type { Sql } from "./database.server.ts";

export type GrantState = "waiting" | "asked" | "failed";
export type GrantRow = {
  id: string;
  shop: string;
  state: GrantState;
  shopUser: string | null;
  consentVersion: string | null;
  problem: string | null;
};

const COLUMNS = `id, shop, state, shop_user as "shopUser", consent_version as "consentVersion", problem`;
/** Tokens that nobody wanted are thrown away after this time; opening the app brings new ones. */
const LIVES = "interval '1 day'";

export type NewGrant = {
  id: string;
  shop: string;
  sealed: string;
  expiresAt: Date | null;
  refreshExpiresAt: Date | null;
  /** The shop is connected, so that these tokens are only for the worker to put in place: nobody has to agree anew. */
  known: boolean;
};

/**
 * The newest pair takes the place of an older one; what somebody agreed to meanwhile stays agreed, and what went wrong stays to be read.
 * (`excluded.sealed` would count as reading the column, which the web role may not.)
 */
export async function keepGrant(sql: Sql, g: NewGrant): Promise<void> {
  await sql.query(
    `insert into shopify_grant as g (id, shop, sealed, expires_at, refresh_expires_at, state) values ($1, $2, $3, $4, $5, $6)
     on conflict (shop) do update set id = $1, sealed = $3, expires_at = $4, refresh_expires_at = $5, created_at = clock_timestamp(),
       state = case when g.state = 'asked' then g.state else $6 end`,
    [g.id, g.shop, g.sealed, g.expiresAt, g.refreshExpiresAt, g.known ? "asked" : "waiting"],
  );
}

export async function grantOfShop(sql: Sql, shop: string): Promise<GrantRow | null> {
  const rows = await sql.query<GrantRow>(
    `select ${COLUMNS} from shopify_grant where shop = $1 and created_at > clock_timestamp() - ${LIVES}`,
    [shop],
  );
  return rows[0] ?? null;
}

/** Somebody of the shop agreed; answers the grant's id, or null where there is none to agree to. */
export async function agreeToGrant(sql: Sql, a: { shop: string; shopUser: string; consentVersion: string }): Promise<string | null> {
  const rows = await sql.query<{ id: string }>(
    `update shopify_grant set state = 'asked', shop_user = $2, consent_version = $3, problem = null
     where shop = $1 and state = 'waiting' and created_at > clock_timestamp() - ${LIVES} returning id`,
    [a.shop, a.shopUser, a.consentVersion],
  );
  return rows[0]?.id ?? null;
}

export type OpenableGrant = GrantRow & { sealed: string; expiresAt: Date | null; refreshExpiresAt: Date | null };

/** Worker only: the one that somebody agreed to, or that a known connection is given. */
export async function grantWithWork(sql: Sql, shop: string): Promise<OpenableGrant | null> {
  const rows = await sql.query<OpenableGrant>(
    `select ${COLUMNS}, sealed, expires_at as "expiresAt", refresh_expires_at as "refreshExpiresAt" from shopify_grant where shop = $1 and state = 'asked'`,
    [shop],
  );
  return rows[0] ?? null;
}

/** Worker only: a pair that was renewed before it became a connection's; false where a newer one came meanwhile. */
export async function renewGrant(
  sql: Sql,
  g: { id: string; newId: string; sealed: string; expiresAt: Date | null; refreshExpiresAt: Date | null },
): Promise<boolean> {
  const rows = await sql.query(
    `update shopify_grant set id = $2, sealed = $3, expires_at = $4, refresh_expires_at = $5 where id = $1 returning id`,
    [g.id, g.newId, g.sealed, g.expiresAt, g.refreshExpiresAt],
  );
  return rows.length === 1;
}

export async function settleGrant(sql: Sql, id: string, outcome: { state: "waiting" | "failed"; problem: string | null }): Promise<void> {
  await sql.query(`update shopify_grant set state = $2, problem = $3, consent_version = null where id = $1`, [
    id,
    outcome.state,
    outcome.problem,
  ]);
}

export async function dropGrant(sql: Sql, id: string): Promise<void> {
  await sql.query(`delete from shopify_grant where id = $1`, [id]);
}

/** Worker only: throws away what nobody wanted, and answers the shops for which there is work. */
export async function grantsWithWork(sql: Sql): Promise<string[]> {
  await sql.query(`delete from shopify_grant where created_at < clock_timestamp() - ${LIVES}`);
  const rows = await sql.query<{ shop: string }>(`select shop from shopify_grant where state = 'asked'`);
  return rows.map((r) => r.shop);
}
