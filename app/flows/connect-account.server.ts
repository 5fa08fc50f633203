/**
 * An account on a channel becomes a connection: its identity is proved by a call, its credentials are sealed, it starts in
 * `observe`. The same account connected twice reconnects; one of another seller is refused without naming him.
 */
import type { Credentials } from "#app/channels/port.ts";
import { noSeatFor } from "#app/data/accounts-held.server.ts";
import { appendAudit, closeAlerts } from "#app/data/audit.server.ts";
import { type ConnectionRow, replaceSecret } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { doubtConnection } from "#app/data/doubts.server.ts";
import { dueBy, ensureFeed } from "#app/data/feeds.server.ts";
import { noteSighted } from "#app/data/sight.server.ts";
import { forgetUnannounced } from "#app/data/unannounced.server.ts";
import type { ChannelName, JsonObject } from "#app/domain/channel-words.ts";
import { openWith } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { offerMove } from "./offer-move.server.ts";
import { secretPlace } from "./refresh-credentials.server.ts";
import { ringForWork } from "./ring.server.ts";
import { watchAlertKeys } from "./tell-watch.server.ts";

export type Grant = {
  sellerId: string;
  actorKey: string;
  channel: ChannelName;
  credentials: Credentials;
  expiresAt: Date | null;
  refreshExpiresAt: Date | null;
  /** Shopify: the shop's domain. WooCommerce: the base address. */
  address: string | null;
  /** Shop id, where the grant already names it. */
  externalId?: string;
  /** Version of the consent text that was shown. */
  consentVersion: string;
  /** Extra settings (timings). */
  settings?: JsonObject;
  /** The try to connect that it came from: the offer of a move is shown there. */
  attemptId?: string;
  /** False where a refusal shall not offer one; a first install has no seller yet who could take it. */
  offersMove?: boolean;
  /** What must exist exactly when the connection does (a first install's seller); runs last in its transaction. */
  inSameTransaction?: (sql: Sql, connectionId: string) => Promise<void>;
};

/** Refused: another seller holds the account ("not-yours"), or our key at the platform serves no further one ("no-seat"). */
export type ConnectRefusal = "not-yours" | "no-seat";
export type Connected =
  | { outcome: "connected" | "reconnected"; connectionId: string }
  /** `moveId`: the offer to have the account moved here, where one was made. */
  | { outcome: "refused"; reason: ConnectRefusal; text: string; moveId: string | null };

const REFUSALS: Record<ConnectRefusal, string> = {
  "not-yours": "This account is already connected to another InventorySync account. Disconnect it there first.",
  "no-seat": "Our key at this platform serves no further account.",
};
const FIRST_WATCH_MS = 300_000;

export async function connectAccount(house: House, grant: Grant): Promise<Connected> {
  const provisional = provisionalRow(house.newId(), grant);
  const open = openWith(house, provisional, grant.credentials, "orders");
  const identity = await open.channel.identify(open.context);
  const locations =
    (await open.channel.listLocations?.({
      ...open.context,
      account: { externalId: identity.externalId, address: identity.address ?? grant.address },
    })) ?? [];
  const correlationId = house.newId();
  const secretId = house.newId();
  const sealed = house.keyring.seal(JSON.stringify(grant.credentials), secretPlace(secretId));
  const found = identity.address ?? grant.address;
  // Domains know no case, but the folder that a WooCommerce shop stands in does.
  const address = grant.channel === "woocommerce" ? found : (found?.toLowerCase() ?? null);

  const most = open.channel.authorization?.mostAccounts(open.context.app) ?? null;
  const connectionId = await house.db.write(grant.sellerId, async (sql): Promise<string | { refused: ConnectRefusal }> => {
    if (most !== null && (await noSeatFor(sql, grant.channel, identity.externalId, most))) return { refused: "no-seat" };
    await releaseFromFormerHolder(sql, grant, identity.externalId);
    const rows = await sql.query<{ id: string }>(
      `insert into connection as c (id, seller_id, channel, external_id, name, address, currency, edit_policy, may_spend, settings)
       values ($1, $2, $3::channel_name, $4, $5, $6, $7, $8::edit_policy, $9, $10::jsonb)
       on conflict (channel, external_id) do update set name = excluded.name, address = excluded.address, currency = excluded.currency, blind_since = null, blind_reason = null,
         settings = c.settings || case when c.settings ? 'locations' then excluded.settings - 'locations' else excluded.settings end, lifecycle = case when c.lifecycle = 'disconnected' then 'observe'::lifecycle else c.lifecycle end
         where c.seller_id = excluded.seller_id
       returning id`,
      [
        provisional.id,
        grant.sellerId,
        grant.channel,
        identity.externalId,
        identity.name,
        address,
        identity.currency,
        grant.channel === "shopify" ? "accept" : "review",
        false,
        JSON.stringify({
          ...identity.facts,
          ...house.connectionSettings,
          ...grant.settings,
          ...(locations.length > 0 ? { locations: chooseLocations(locations) } : {}),
        }),
      ],
    );
    const id = rows[0]?.id;
    if (id === undefined) return { refused: "not-yours" };
    await replaceSecret(sql, {
      id: secretId,
      sellerId: grant.sellerId,
      connectionId: id,
      kind: "credentials",
      sealed,
      expiresAt: grant.expiresAt,
      refreshExpiresAt: grant.refreshExpiresAt,
    });
    await storeLocations(house, sql, grant.sellerId, id, locations);
    await sql.query(
      `insert into consent (id, seller_id, connection_id, kind, text_version, actor_key) values ($1, $2, $3, 'connect', $4, $5)`,
      [house.newId(), grant.sellerId, id, grant.consentVersion, grant.actorKey],
    );
    if (id !== provisional.id) await catchUp(sql, grant.sellerId, id);
    for (const kind of ["orders", "listings", "webhooks", "scan"] as const) await ensureFeed(sql, grant.sellerId, id, kind, house.newId());
    // The first look comes soon: what could not be set up while connecting is mended then.
    await dueBy(sql, id, "webhooks", new Date(house.now().getTime() + Math.min(house.pace.watchMs, FIRST_WATCH_MS)));
    await appendAudit(sql, grant.sellerId, [
      {
        id: house.newId(),
        connectionId: id,
        action: "connect.account",
        subject: id,
        actorKey: grant.actorKey,
        facts: { channel: grant.channel, name: identity.name },
        correlationId,
      },
    ]);
    await grant.inSameTransaction?.(sql, id);
    return id;
  });
  if (typeof connectionId !== "string") {
    const reason = connectionId.refused;
    const offers = reason === "not-yours" && grant.offersMove !== false && grant.inSameTransaction === undefined;
    return { outcome: "refused", reason, text: REFUSALS[reason], moveId: offers ? await offerMove(house, grant, identity) : null };
  }
  if (connectionId === provisional.id) return { outcome: "connected", connectionId };
  house.doorbell.ringSoon({ job: "poll-connection", channel: grant.channel, connectionId });
  await ringForWork(house, grant.sellerId, new Set([connectionId]));
  return { outcome: "reconnected", connectionId };
}

/** A seller who disconnected the account keeps his history of it, but no longer holds it. */
async function releaseFromFormerHolder(sql: Sql, grant: Grant, externalId: string): Promise<void> {
  await sql.query(
    `update connection set external_id = external_id || '#left-' || id, address = null
     where channel = $1::channel_name and external_id = $2 and seller_id <> $3 and lifecycle = 'disconnected'`,
    [grant.channel, externalId, grant.sellerId],
  );
}

/** Nobody looked while it could not be seen: its orders are due at once, and nothing is raised before it was read again. */
export async function catchUp(sql: Sql, sellerId: string, connectionId: string): Promise<void> {
  await doubtConnection(sql, connectionId, "it was connected again");
  await noteSighted(sql, connectionId);
  await sql.query(
    `update feed set next_at = clock_timestamp(), failures = 0 where connection_id = $1 and kind = 'orders' and next_at is not null`,
    [connectionId],
  );
  await closeAlerts(sql, sellerId, [`blind:${connectionId}`, ...watchAlertKeys(connectionId)]);
  await forgetUnannounced(sql, connectionId);
}

/** The connection as it would be, for calls before it exists. */
export function provisionalRow(
  id: string,
  grant: Pick<Grant, "sellerId" | "channel" | "address" | "externalId" | "settings">,
): ConnectionRow {
  return {
    id,
    sellerId: grant.sellerId,
    channel: grant.channel,
    externalId: grant.externalId ?? "",
    name: grant.address ?? grant.channel,
    address: grant.address,
    currency: null,
    lifecycle: "observe",
    pausedAt: null,
    blindSince: null,
    unseenSince: null,
    editPolicy: "review",
    returnPolicy: "auto",
    maySpend: false,
    baselineAt: null,
    settings: grant.settings ?? {},
    quietUntil: null,
    shareWeight: 1,
    stoppedAt: null,
    restrictedAt: null,
    leaveOpen: false,
  };
}

type FoundLocation = { externalId: string; name: string; active: boolean; fulfilmentService: boolean };

/** All of the seller's own places count; the first of them receives. The seller may choose otherwise. */
function chooseLocations(locations: FoundLocation[]) {
  const own = locations.filter((l) => l.active && !l.fulfilmentService);
  return locations
    .filter((l) => l.active)
    .map((l, rank) => ({
      externalId: l.externalId,
      counted: !l.fulfilmentService,
      receiving: l === own[0],
      rank,
      fulfilmentService: l.fulfilmentService,
    }));
}

async function storeLocations(house: House, sql: Sql, sellerId: string, connectionId: string, locations: FoundLocation[]): Promise<void> {
  for (const [rank, choice] of chooseLocations(locations).entries()) {
    const found = locations.find((l) => l.externalId === choice.externalId);
    await sql.query(
      `insert into location (id, seller_id, connection_id, external_id, name, counted, receiving, rank, fulfilment_service, active) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, true)
       on conflict (connection_id, external_id) do update set name = excluded.name, active = true`,
      [
        house.newId(),
        sellerId,
        connectionId,
        choice.externalId,
        found?.name ?? choice.externalId,
        choice.counted,
        choice.receiving,
        rank,
        choice.fulfilmentService,
      ],
    );
  }
}
