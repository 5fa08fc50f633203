/**
 * The seller pastes an address and keys. The web role only seals them and rings: the worker proves them and connects, since the
 * web role may not spend a call budget nor read a secret back.
 */
import { insertAttempt, mayTry, retryAttempt } from "#app/data/connect-attempts.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import type { ConnectProblem } from "#app/domain/connect-problem.ts";
import { hashOfSecret } from "#app/platform/hash-of-secret.ts";
import { attemptPlace } from "./attempt-seal.ts";
import type { House } from "./house.server.ts";

export type PasteWish = {
  sellerId: string;
  actorKey: string;
  /** What makes this session this one; see Front. */
  sessionKey: string;
  channel: ChannelName;
  address: string;
  /** Both empty when a failed try shall go on with the keys it has. */
  key: string;
  secret: string;
  consentVersion: string;
  /** A failed try that shall be tried again. */
  attemptId: string | null;
};

export type Pasted = { outcome: "proving"; attemptId: string } | { outcome: "refused"; problem: ConnectProblem } | { outcome: "gone" };

/** "gone": that try is over, and its keys are destroyed; it has to begin anew. */
export async function pasteKeys(house: House, wish: PasteWish): Promise<Pasted> {
  const { ownAddress } = house.channels[wish.channel];
  if (ownAddress === undefined) return { outcome: "gone" };
  const address = ownAddress.readAddress(wish.address);
  if (address === null) return { outcome: "refused", problem: "no-address" };
  const keeps = wish.attemptId !== null && wish.key.trim() === "" && wish.secret.trim() === "";
  const credentials = keeps ? null : ownAddress.readKeys(wish.key, wish.secret);
  if (!keeps && credentials === null) return { outcome: "refused", problem: "no-keys" };

  const id = wish.attemptId ?? house.newId();
  const sealed = credentials && house.keyring.seal(JSON.stringify(credentials), attemptPlace(id));
  const { sellerId, actorKey, channel, consentVersion } = wish;
  const sessionHash = hashOfSecret(wish.sessionKey);
  const taken = await house.db.write(sellerId, async (sql): Promise<boolean | "too-many-tries"> => {
    if (!(await mayTry(sql, { sellerId, sessionHash }))) return "too-many-tries";
    if (wish.attemptId !== null) return retryAttempt(sql, { id, sellerId, sessionHash, address, sealed, consentVersion });
    await insertAttempt(sql, {
      id,
      sellerId,
      channel,
      way: "pasted",
      state: "proving",
      address,
      actorKey,
      sessionHash,
      consentVersion,
      sealed,
    });
    return true;
  });
  if (taken === "too-many-tries") return { outcome: "refused", problem: taken };
  if (!taken) return { outcome: "gone" };
  house.doorbell.ringSoon({ job: "chores", chore: "connect", id });
  return { outcome: "proving", attemptId: id };
}
