/**
 * The worker's part between the callback and the seller's yes: the code becomes tokens, sealed into the try before anything else
 * happens, for a code is good for one exchange; then the platform is asked whose account it is.
 */
import { ChannelError } from "#app/channels/errors.ts";
import type { Authorization, GrantedCredentials } from "#app/channels/port.ts";
import { keepGrant, type Outcome, type SealedAttempt } from "#app/data/connect-attempts.server.ts";
import { attemptPlace } from "./attempt-seal.ts";
import { callbackUrl } from "./begin-authorization.server.ts";
import { openWith } from "./channel-door.server.ts";
import { provisionalRow } from "./connect-account.server.ts";
import type { House } from "./house.server.ts";

/** A worker that died in between finds the tokens sealed and goes on from there. */
export async function exchangeGrant(house: House, attempt: SealedAttempt): Promise<Outcome> {
  const { authorization } = house.channels[attempt.channel];
  if (authorization === undefined) throw new ChannelError("unsupported", `${attempt.channel} has no consent page`);
  const { credentials } = attempt.sealed === null ? await exchange(house, attempt, authorization) : openGrant(house, attempt);
  house.crashPoint("exchanged-before-received");
  const { channel, context } = openWith(house, accountless(attempt), credentials, "orders");
  return { state: "received", shopName: (await channel.identify(context)).name };
}

async function exchange(house: House, attempt: SealedAttempt, authorization: Authorization): Promise<GrantedCredentials> {
  const { id, codeSealed, verifierSealed } = attempt;
  if (codeSealed === null || verifierSealed === null) throw new ChannelError("auth-revoked", "the code is gone: its time was over");
  const code = house.keyring.open(codeSealed, attemptPlace(id, "code_sealed"));
  const verifier = house.keyring.open(verifierSealed, attemptPlace(id, "verifier_sealed"));
  const { context } = openWith(house, accountless(attempt), {}, "orders");
  const granted = await authorization.exchange(context, { code, verifier, callbackUrl: callbackUrl(house, attempt.channel) });
  const kept = await keepGrant(house.db.plain, id, house.keyring.seal(JSON.stringify(granted), attemptPlace(id)));
  if (!kept) throw new ChannelError("auth-revoked", "the try ended while its code was exchanged");
  return granted;
}

/** The tokens of a try on which the seller agreed at the platform. */
export function openGrant(house: House, attempt: { id: string; sealed: string | null }): GrantedCredentials {
  if (attempt.sealed === null) throw new ChannelError("auth-revoked", "the tokens are gone: their time was over");
  const granted = JSON.parse(house.keyring.open(attempt.sealed, attemptPlace(attempt.id))) as Record<string, unknown>;
  const date = (value: unknown) => (typeof value === "string" ? new Date(value) : null);
  return {
    credentials: granted.credentials as GrantedCredentials["credentials"],
    expiresAt: date(granted.expiresAt),
    refreshExpiresAt: date(granted.refreshExpiresAt),
  };
}

/** These platforms are one address for all: whose account it is, only the tokens say. */
function accountless(attempt: SealedAttempt) {
  return provisionalRow(attempt.id, { sellerId: attempt.sellerId, channel: attempt.channel, address: null });
}
