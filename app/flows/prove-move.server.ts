/**
 * The grant of a move, proved at the moment of the move: access tokens live for an hour or two, so it is refreshed first where it can
 * be, and what comes back is sealed before it is used. Then the platform must say that it is the same account.
 */
import { ChannelError } from "#app/channels/errors.ts";
import { type MoveRow, reseal } from "#app/data/moves.server.ts";
import type { JsonObject } from "#app/domain/channel-words.ts";
import { openWith } from "./channel-door.server.ts";
import { type Grant, provisionalRow } from "./connect-account.server.ts";
import type { House } from "./house.server.ts";
import { openSealedGrant, sealGrant } from "./offer-move.server.ts";

/** Null where the grant is destroyed already. */
export function grantOfMove(house: House, move: MoveRow): Grant | null {
  if (move.sealed === null) return null;
  const { address, consentVersion, settings } = move.grant;
  return {
    ...openSealedGrant(house, move.id, move.sealed),
    ...{ sellerId: move.sellerId, actorKey: move.actorKey, channel: move.channel, externalId: move.externalId },
    address: typeof address === "string" ? address : null,
    consentVersion: String(consentVersion),
    settings: (settings ?? {}) as JsonObject,
  };
}

/** "later": the platform does not answer now. */
export async function proveMove(house: House, move: MoveRow): Promise<"alive" | "dead" | "later"> {
  const grant = grantOfMove(house, move);
  if (grant === null) return "dead";
  try {
    const proved = await withFreshTokens(house, move, grant);
    const { channel, context } = openWith(house, provisionalRow(move.id, proved), proved.credentials, "orders");
    const identity = await channel.identify(context);
    return identity.externalId === move.externalId ? "alive" : "dead";
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    house.log.info("the grant of a move was not proved", { moveId: move.id, kind: error.kind, reason: error.message });
    return error.retry === "no" || error.kind === "auth-expired" ? "dead" : "later";
  }
}

async function withFreshTokens(house: House, move: MoveRow, grant: Grant): Promise<Grant> {
  const { refresh } = house.channels[move.channel];
  const lives = grant.expiresAt === null || grant.expiresAt.getTime() > house.now().getTime() + 60_000;
  if (refresh === undefined || lives) return grant;
  const { context } = openWith(house, provisionalRow(move.id, grant), grant.credentials, "orders");
  const fresh = await refresh(context);
  await house.db.write(move.sellerId, (sql) => reseal(sql, move.id, sealGrant(house, move.id, fresh)));
  return { ...grant, ...fresh };
}
