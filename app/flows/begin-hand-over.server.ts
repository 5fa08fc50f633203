/**
 * The shop shall hand its keys over itself: first the worker asks the address who it is, then the seller is sent there with a
 * one-time state that lives ten minutes and belongs to this session.
 */
import { randomBytes } from "node:crypto";
import { dropAttempt, findAttempt, insertAttempt, mayTry, sendToShop } from "#app/data/connect-attempts.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import type { ConnectProblem } from "#app/domain/connect-problem.ts";
import { hashOfSecret } from "#app/platform/hash-of-secret.ts";
import type { House } from "./house.server.ts";

export type LookWish = {
  sellerId: string;
  actorKey: string;
  sessionKey: string;
  channel: ChannelName;
  address: string;
  consentVersion: string;
};

export async function lookForShop(
  house: House,
  wish: LookWish,
): Promise<{ outcome: "looking"; attemptId: string } | { outcome: "refused"; problem: ConnectProblem }> {
  const address = house.channels[wish.channel].ownAddress?.readAddress(wish.address) ?? null;
  if (address === null) return { outcome: "refused", problem: "no-address" };
  const id = house.newId();
  const { sellerId, actorKey, channel, consentVersion } = wish;
  const sessionHash = hashOfSecret(wish.sessionKey);
  const taken = await house.db.write(sellerId, async (sql) => {
    if (!(await mayTry(sql, { sellerId, sessionHash }))) return false;
    await insertAttempt(sql, {
      ...{ id, sellerId, channel, way: "handed-over", state: "looking", address, actorKey, sessionHash, consentVersion },
      sealed: null,
    });
    return true;
  });
  if (!taken) return { outcome: "refused", problem: "too-many-tries" };
  house.doorbell.ringSoon({ job: "chores", chore: "connect", id });
  return { outcome: "looking", attemptId: id };
}

export type HandOverWish = {
  sellerId: string;
  sessionKey: string;
  attemptId: string /** Where the shop sends the browser afterwards. */;
  returnUrl: string;
};

const APP_NAME = "InventorySync";
const STATE_BYTES = 32;

/** The address of the shop's own approval page; null where this session has no such try, or its time is over. */
export async function beginHandOver(house: House, wish: HandOverWish): Promise<string | null> {
  const { sellerId, attemptId } = wish;
  const state = randomBytes(STATE_BYTES).toString("base64url");
  return house.db.write(sellerId, async (sql) => {
    const attempt = await findAttempt(sql, sellerId, attemptId);
    const ownAddress = attempt && house.channels[attempt.channel].ownAddress;
    if (!attempt || !ownAddress) return null;
    const sessionHash = hashOfSecret(wish.sessionKey);
    if (!(await mayTry(sql, { sellerId, sessionHash }))) return null;
    if (!(await sendToShop(sql, { id: attemptId, sellerId, sessionHash, stateHash: hashOfSecret(state) }))) return null;
    return ownAddress.approvalAddress({
      shop: attempt.address,
      appName: APP_NAME,
      state,
      returnUrl: wish.returnUrl,
      callbackUrl: `${house.appUrl}/connect/${attempt.channel}/${state}`,
    });
  });
}

/** The seller thinks better of it; keys that have come are destroyed. */
export async function dropConnecting(house: House, wish: { sellerId: string; sessionKey: string; attemptId: string }): Promise<boolean> {
  const { sellerId, attemptId } = wish;
  return house.db.write(sellerId, (sql) => dropAttempt(sql, { id: attemptId, sellerId, sessionHash: hashOfSecret(wish.sessionKey) }));
}
