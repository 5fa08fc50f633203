/**
 * The worker's part of a Shopify shop coming in: its own call proves who the tokens open, and the shop's gid decides whose shop it
 * is. A shop nobody knows becomes a seller with its first owner, all in the transaction that makes the connection; one that was here
 * before goes on with it; one that is connected only gets fresh tokens.
 */
import { ChannelError } from "#app/channels/errors.ts";
import type { AccountIdentity, Credentials } from "#app/channels/port.ts";
import { appendAudit, closeAlerts } from "#app/data/audit.server.ts";
import { beginSetup } from "#app/data/connection-setups.server.ts";
import { replaceSecret } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { bringForward } from "#app/data/feeds.server.ts";
import { dropGrant, grantWithWork, type OpenableGrant, renewGrant, settleGrant } from "#app/data/shopify-grants.server.ts";
import type { InstallProblem } from "#app/domain/install-problem.ts";
import type { SealedPlace } from "#app/platform/sealing.server.ts";
import { openWith } from "./channel-door.server.ts";
import { catchUp, connectAccount, provisionalRow } from "./connect-account.server.ts";
import type { House } from "./house.server.ts";
import { secretPlace } from "./refresh-credentials.server.ts";
import { ringForWork } from "./ring.server.ts";
import { underLease } from "./under-lease.server.ts";

export function grantPlace(grantId: string): SealedPlace {
  return { table: "shopify_grant", rowId: grantId, field: "sealed" };
}

export async function installShop(house: House, shop: string): Promise<void> {
  await underLease(house, `install:${shop}`, async () => {
    const grant = await grantWithWork(house.db.plain, shop);
    if (grant === null) return;
    try {
      await install(house, grant);
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      // Shopify does not answer just now: the row stays as it is, and the sweep rings again.
      house.log.warn("a shop could not be let in", { shop, kind: error.kind, error });
      if (error.retry === "no" || error.kind === "auth-expired") await failed(house, grant, "refused");
    }
  });
}

type Held = { grant: OpenableGrant; credentials: Credentials };
type Owner = { connectionId: string; sellerId: string; lifecycle: string };

async function install(house: House, first: OpenableGrant): Promise<void> {
  const held = await fresh(house, first);
  if (held === null) return;
  const identity = await identify(house, held);
  if (identity.address?.toLowerCase() !== held.grant.shop) return failed(house, held.grant, "other-shop");
  const { missingScopes } = identity.facts;
  if (Array.isArray(missingScopes) && missingScopes.length > 0) return failed(house, held.grant, "missing-scopes");
  const owner = await ownerOf(house, identity.externalId);
  if (owner !== null && owner.lifecycle !== "disconnected") return renew(house, held, owner, identity);
  // Known once, left since: nothing is read for good before somebody agrees anew.
  const { shopUser, consentVersion } = held.grant;
  if (shopUser === null || consentVersion === null) return settle(house, held.grant, { state: "waiting", problem: null });
  await connect(house, held, { owner, identity, shopUser, consentVersion });
}

/** A pair that waited for more than an hour is renewed first. Only the worker does so, under this shop's lease. */
async function fresh(house: House, grant: OpenableGrant): Promise<Held | null> {
  const credentials = JSON.parse(house.keyring.open(grant.sealed, grantPlace(grant.id))) as Credentials;
  const { refresh } = house.channels.shopify;
  const soon = house.now().getTime() + 60_000;
  if (refresh === undefined || grant.expiresAt === null || grant.expiresAt.getTime() > soon) return { grant, credentials };
  const renewed = await refresh(openWith(house, provisionalOf(house, grant), credentials, "orders").context);
  const id = house.newId();
  const sealed = house.keyring.seal(JSON.stringify(renewed.credentials), grantPlace(id));
  const { expiresAt, refreshExpiresAt } = renewed;
  const kept = await renewGrant(house.db.plain, { id: grant.id, newId: id, sealed, expiresAt, refreshExpiresAt });
  // A newer pair came meanwhile; its own bell rings.
  return kept ? { grant: { ...grant, id, sealed, expiresAt, refreshExpiresAt }, credentials: renewed.credentials } : null;
}

function provisionalOf(house: House, grant: OpenableGrant) {
  return provisionalRow(house.newId(), { sellerId: house.newId(), channel: "shopify", address: grant.shop });
}

async function identify(house: House, { grant, credentials }: Held): Promise<AccountIdentity> {
  const { channel, context } = openWith(house, provisionalOf(house, grant), credentials, "orders");
  return channel.identify(context);
}

/** The domain is an attribute: a shop that changed it is still the same shop. */
async function ownerOf(house: House, shopGid: string): Promise<Owner | null> {
  const rows = await house.db.plain.query<Owner>(
    `select id as "connectionId", seller_id as "sellerId", lifecycle::text as lifecycle from connection where channel = 'shopify' and external_id = $1`,
    [shopGid],
  );
  return rows[0] ?? null;
}

type Newcomer = { owner: Owner | null; identity: AccountIdentity; shopUser: string; consentVersion: string };

async function connect(house: House, held: Held, { owner, identity, shopUser, consentVersion }: Newcomer): Promise<void> {
  const { grant, credentials } = held;
  const externalUser = `shopify:${identity.externalId}:${shopUser}`;
  const [known] = await house.db.plain.query<{ id: string }>(`select id from app_user where external_id = $1`, [externalUser]);
  const person = { id: known?.id ?? house.newId(), externalUser, label: `Shopify staff ${shopUser}` };
  const sellerId = owner?.sellerId ?? house.newId();
  const actorKey = `person:${person.id}`;
  const { expiresAt, refreshExpiresAt, shop } = grant;
  const connected = await connectAccount(house, {
    ...{ sellerId, actorKey, channel: "shopify", credentials, expiresAt, refreshExpiresAt, address: shop, consentVersion },
    inSameTransaction: async (sql, connectionId) => {
      if (owner === null) await makeSeller(sql, { sellerId, identity });
      await letIn(house, sql, { sellerId, person, actorKey, first: owner === null });
      await beginSetup(sql, { connectionId, sellerId, actorKey });
      await bringForward(sql, connectionId, "listings");
      await closeAlerts(sql, sellerId, [`removed:${connectionId}`]);
      await dropGrant(sql, grant.id);
    },
  });
  if (connected.outcome === "refused") return failed(house, grant, "refused");
  house.crashPoint("installed-before-import");
  house.doorbell.ringSoon({ job: "chores", chore: "import", id: connected.connectionId });
  house.announce(sellerId, "channels");
}

async function makeSeller(sql: Sql, made: { sellerId: string; identity: AccountIdentity }): Promise<void> {
  const { timeZone } = made.identity.facts;
  await sql.query(`insert into seller (id, name, time_zone, reporting_currency) values ($1, $2, $3, $4)`, [
    made.sellerId,
    made.identity.name,
    typeof timeZone === "string" ? timeZone : "UTC",
    made.identity.currency ?? "EUR",
  ]);
}

type LetIn = { sellerId: string; person: { id: string; externalUser: string; label: string }; actorKey: string; first: boolean };

/** Whoever brought the shop in is its first owner. Somebody who brings it back gets the rights that Shopify tells of, when he opens the app. */
async function letIn(house: House, sql: Sql, { sellerId, person, actorKey, first }: LetIn): Promise<void> {
  await sql.query(`insert into app_user (id, external_id, email, name) values ($1, $2, '', $3) on conflict (external_id) do nothing`, [
    person.id,
    person.externalUser,
    person.label,
  ]);
  if (first) {
    await sql.query(
      `insert into membership (id, seller_id, user_id, role) values ($1, $2, $3, 'owner') on conflict (seller_id, user_id) do nothing`,
      [house.newId(), sellerId, person.id],
    );
  }
  await sql.query(
    `insert into actor (key, seller_id, kind, user_id, label) values ($1, $2, 'person', $3, $4) on conflict (seller_id, key) do nothing`,
    [actorKey, sellerId, person.id, person.label],
  );
}

/** The connection stays as it is, with tokens that work; orders are read before anything is raised. */
async function renew(house: House, { grant, credentials }: Held, owner: Owner, identity: AccountIdentity): Promise<void> {
  const { connectionId, sellerId } = owner;
  const secretId = house.newId();
  const sealed = house.keyring.seal(JSON.stringify(credentials), secretPlace(secretId));
  const { expiresAt, refreshExpiresAt } = grant;
  await house.db.write(sellerId, async (sql) => {
    await replaceSecret(sql, { id: secretId, sellerId, connectionId, kind: "credentials", sealed, expiresAt, refreshExpiresAt });
    await sql.query(`update connection set address = $2, name = $3, blind_since = null, blind_reason = null where id = $1`, [
      connectionId,
      grant.shop,
      identity.name,
    ]);
    await catchUp(sql, sellerId, connectionId);
    await appendAudit(sql, sellerId, [
      {
        ...{ id: house.newId(), connectionId, action: "renew.access", subject: connectionId, actorKey: "engine" },
        ...{ facts: { shop: grant.shop }, correlationId: house.newId() },
      },
    ]);
    await dropGrant(sql, grant.id);
  });
  house.doorbell.ringSoon({ job: "poll-connection", channel: "shopify", connectionId });
  house.doorbell.ringSoon({ job: "apply-events", channel: "shopify", connectionId });
  await ringForWork(house, sellerId, new Set([connectionId]));
}

function failed(house: House, grant: OpenableGrant, problem: InstallProblem): Promise<void> {
  return settle(house, grant, { state: "failed", problem });
}

function settle(house: House, grant: OpenableGrant, outcome: Parameters<typeof settleGrant>[2]): Promise<void> {
  return settleGrant(house.db.plain, grant.id, outcome);
}
