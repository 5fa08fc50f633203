/**
 * People of a Shopify shop, as its session tokens name them: by a number and nothing else. What they may do here, and where mail reaches them, follows what
 * Shopify says of them once, at their first visit: the account's owner owns, a collaborator from outside looks, staff works.
 */
import type { Database, Sql } from "#app/data/database.server.ts";
import type { Role } from "./front.server.ts";

export type ShopRow = {
  connectionId: string;
  externalId: string;
  sellerId: string;
  sellerName: string;
  lifecycle: string;
  /** Whether the connection holds tokens that should work. */
  usable: boolean;
  /** The person asked for, where he was here before. */
  userId: string | null;
  role: Role | null;
  /** Whether mail can reach this person. */
  mailKnown: boolean;
};

/** Null for a shop that never was a connection. */
export async function findShop(db: Database, shop: string, shopUser: string): Promise<ShopRow | null> {
  const [row] = await db.plain.query<ShopRow>(
    `select connection_id as "connectionId", external_id as "externalId", seller_id as "sellerId", seller_name as "sellerName", lifecycle, usable,
       user_id as "userId", role, mail_known as "mailKnown" from door_shop($1, $2)`,
    [shop, shopUser],
  );
  return row ?? null;
}

export async function giveMembership(
  db: Database,
  newId: () => string,
  person: { shop: ShopRow; shopUser: string; role: Role; email: string },
): Promise<{ userId: string; role: Role }> {
  const { shop, role } = person;
  return db.write(shop.sellerId, async (sql) => {
    const user = await writeDown(sql, newId(), person);
    await sql.query(
      `insert into membership (id, seller_id, user_id, role) values ($1, $2, $3, $4::member_role) on conflict (seller_id, user_id) do nothing`,
      [newId(), shop.sellerId, user.id, role],
    );
    return { userId: user.id, role };
  });
}

/** The address of somebody who is known already. */
export async function noteAddress(
  db: Database,
  newId: () => string,
  person: { shop: ShopRow; shopUser: string; email: string },
): Promise<void> {
  await db.write(person.shop.sellerId, (sql) => writeDown(sql, newId(), person));
}

async function writeDown(sql: Sql, id: string, person: { shop: ShopRow; shopUser: string; email: string }): Promise<{ id: string }> {
  const { shop, shopUser, email } = person;
  const values = [id, `shopify:${shop.externalId}:${shopUser}`, staffName(shopUser), email];
  const [user] = await sql.query<{ id: string }>(`select door_shopify_user($1, $2, $3, $4) as id`, values);
  if (!user) throw new Error("the door answered no person");
  return user;
}

/** Shopify's own word on a person, from a token exchange of its own (contracts/shopify.md 7); the token itself is thrown away. */
export type AssociatedUser = {
  accountOwner: boolean;
  collaborator: boolean;
  /** Only an address that Shopify has verified: mail about a shop's numbers goes to nobody else. Empty where there is none. */
  email: string;
};

export function roleOf(user: AssociatedUser | null): Role {
  // Nobody said who it is: may look until Shopify tells.
  if (user === null) return "viewer";
  if (user.accountOwner) return "owner";
  return user.collaborator ? "viewer" : "manager";
}

export function staffName(shopUser: string): string {
  return `Shopify staff ${shopUser}`;
}

export type OnlineExchange = { apiKey: string; apiSecret: string; fetchMap: (url: string) => string; warn: (message: string) => void };

const EXCHANGE_TIMEOUT_MS = 5_000;

/** Null when Shopify does not say just now; the person is asked for again at the next page. */
export async function askWhoOpened(options: OnlineExchange, shop: string, sessionToken: string): Promise<AssociatedUser | null> {
  try {
    const answer = await fetch(options.fetchMap(`https://${shop}/admin/oauth/access_token`), {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({
        client_id: options.apiKey,
        client_secret: options.apiSecret,
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token: sessionToken,
        subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
        requested_token_type: "urn:shopify:params:oauth:token-type:online-access-token",
      }),
      signal: AbortSignal.timeout(EXCHANGE_TIMEOUT_MS),
    });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return readUser(await answer.json());
  } catch (error) {
    options.warn(`who opened the app could not be asked: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

function readUser(body: unknown): AssociatedUser | null {
  if (typeof body !== "object" || body === null || !("associated_user" in body)) return null;
  const user = body.associated_user;
  if (typeof user !== "object" || user === null) return null;
  return {
    accountOwner: "account_owner" in user && user.account_owner === true,
    collaborator: "collaborator" in user && user.collaborator === true,
    email: "email_verified" in user && user.email_verified === true && "email" in user && typeof user.email === "string" ? user.email : "",
  };
}
