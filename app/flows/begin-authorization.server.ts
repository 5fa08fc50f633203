/**
 * The seller is sent to the platform's own page to agree. What goes with him is a one-time state that lives ten minutes and of
 * which only the hash stays; the PKCE verifier stays, sealed to the try. Both end with the callback.
 */
import { createHash, randomBytes } from "node:crypto";
import type { AppKeys, Authorization } from "#app/channels/port.ts";
import { countAccountsHeld, holdsAccount } from "#app/data/accounts-held.server.ts";
import { findAttempt, insertAttempt, mayTry, type SentToPlatform, sendToPlatform } from "#app/data/connect-attempts.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import type { ConnectProblem } from "#app/domain/connect-problem.ts";
import { hashOfSecret } from "#app/platform/hash-of-secret.ts";
import { attemptPlace } from "./attempt-seal.ts";
import type { House } from "./house.server.ts";

export type AuthorizationWish = {
  sellerId: string;
  actorKey: string;
  sessionKey: string;
  channel: ChannelName;
  consentVersion: string;
  /** Absolute address of the try's own page in the front where the seller is now. */
  returnTo: (attemptId: string) => string;
};

/** `page`: the platform's page, good for one visit. */
export type SentAway = { outcome: "sent"; attemptId: string; page: string } | { outcome: "refused"; problem: ConnectProblem };

const STATE_BYTES = 32;
/** 43 letters, the shortest that PKCE allows. */
const VERIFIER_BYTES = 32;

export async function beginAuthorization(house: House, wish: AuthorizationWish): Promise<SentAway> {
  const { sellerId, actorKey, channel, consentVersion } = wish;
  const open = authorizationOf(house, channel);
  if (open === null) return { outcome: "refused", problem: "channel-off" };
  const id = house.newId();
  const { page, kept } = prepare(house, channel, open, id, wish.returnTo(id));
  const refused = await house.db.write(sellerId, async (sql): Promise<ConnectProblem | null> => {
    if (!(await hasSeat(sql, sellerId, channel, open))) return "no-seat";
    const sessionHash = hashOfSecret(wish.sessionKey);
    if (!(await mayTry(sql, { sellerId, sessionHash }))) return "too-many-tries";
    const state = "waiting" as const;
    await insertAttempt(sql, { id, sellerId, channel, way: "granted", state, address: "", actorKey, sessionHash, consentVersion, ...kept });
    return null;
  });
  return refused === null ? { outcome: "sent", attemptId: id, page } : { outcome: "refused", problem: refused };
}

/** A fresh way to the platform for a try that still waits; null where this session has none, or its time is over. */
export async function authorizeAgain(
  house: House,
  wish: Pick<AuthorizationWish, "sellerId" | "sessionKey" | "returnTo"> & { attemptId: string },
): Promise<string | null> {
  const { sellerId, attemptId } = wish;
  return house.db.write(sellerId, async (sql) => {
    const attempt = await findAttempt(sql, sellerId, attemptId);
    const open = attempt && authorizationOf(house, attempt.channel);
    if (!attempt || !open) return null;
    const { page, kept } = prepare(house, attempt.channel, open, attemptId, wish.returnTo(attemptId));
    const sessionHash = hashOfSecret(wish.sessionKey);
    if (!(await mayTry(sql, { sellerId, sessionHash }))) return null;
    const sent = await sendToPlatform(sql, { id: attemptId, sellerId, sessionHash, ...kept });
    return sent ? page : null;
  });
}

/** The one address to which a platform sends browsers back; registered with our application there. */
export function callbackUrl(house: Pick<House, "appUrl">, channel: ChannelName): string {
  return `${house.appUrl}/connect/callback/${channel}`;
}

type Opened = { authorization: Authorization; app: AppKeys };

function authorizationOf(house: House, channel: ChannelName): Opened | null {
  const { authorization } = house.channels[channel];
  const app = house.appKeys[channel];
  return authorization && app ? { authorization, app } : null;
}

function prepare(house: House, channel: ChannelName, open: Opened, attemptId: string, returnTo: string) {
  const state = randomBytes(STATE_BYTES).toString("base64url");
  const verifier = randomBytes(VERIFIER_BYTES).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const page = open.authorization.page({ app: open.app, state, challenge, callbackUrl: callbackUrl(house, channel) });
  const verifierSealed = house.keyring.seal(verifier, attemptPlace(attemptId, "verifier_sealed"));
  const kept: SentToPlatform = { stateHash: hashOfSecret(state), verifierSealed, returnTo };
  return { page: house.platformPage(page), kept };
}

/** Whose account it will be shows only afterwards; who holds one already may be on his way to renew it. The claim counts again. */
async function hasSeat(sql: Sql, sellerId: string, channel: ChannelName, { authorization, app }: Opened): Promise<boolean> {
  const most = authorization.mostAccounts(app);
  if (most === null || (await holdsAccount(sql, sellerId, channel))) return true;
  return (await countAccountsHeld(sql, channel)) < most;
}
