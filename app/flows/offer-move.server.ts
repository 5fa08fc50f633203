/**
 * Connecting an account that another seller holds is refused without naming him. But who has just proved, by the platform's own
 * authorization, that he can sign in to it, may ask for it: the grant waits sealed, for ten minutes, for that one wish.
 */
import type { AccountIdentity } from "#app/channels/port.ts";
import { closeAlerts } from "#app/data/audit.server.ts";
import { insertOffer } from "#app/data/moves.server.ts";
import type { SealedPlace } from "#app/platform/sealing.server.ts";
import type { Grant } from "./connect-account.server.ts";
import type { House } from "./house.server.ts";

export function movePlace(moveId: string): SealedPlace {
  return { table: "move_request", rowId: moveId, field: "sealed" };
}

export type SealedGrant = Pick<Grant, "credentials" | "expiresAt" | "refreshExpiresAt">;

export function sealGrant(house: House, moveId: string, { credentials, expiresAt, refreshExpiresAt }: SealedGrant): string {
  return house.keyring.seal(JSON.stringify({ credentials, expiresAt, refreshExpiresAt }), movePlace(moveId));
}

export function openSealedGrant(house: House, moveId: string, sealed: string): SealedGrant {
  const given = JSON.parse(house.keyring.open(sealed, movePlace(moveId))) as SealedGrant & Record<"expiresAt" | "refreshExpiresAt", string>;
  const date = (text: string | null) => (text === null ? null : new Date(text));
  return { credentials: given.credentials, expiresAt: date(given.expiresAt), refreshExpiresAt: date(given.refreshExpiresAt) };
}

export function deadMoveKey(channel: string, externalId: string): string {
  return `move-dead:${channel}:${externalId}`;
}

/** Answers the offer's id, which only its own seller can use. */
export async function offerMove(house: House, grant: Grant, identity: AccountIdentity): Promise<string> {
  const id = house.newId();
  const { sellerId, channel, actorKey } = grant;
  const { address, consentVersion, settings = {} } = grant;
  await house.db.write(sellerId, async (sql) => {
    await insertOffer(sql, {
      ...{ id, sellerId, channel, actorKey, attemptId: grant.attemptId ?? null, externalId: identity.externalId, name: identity.name },
      grant: { address, consentVersion, settings },
      sealed: sealGrant(house, id, grant),
    });
    // Whoever was told to authorize again has done so.
    await closeAlerts(sql, sellerId, [deadMoveKey(channel, identity.externalId)]);
  });
  return id;
}
