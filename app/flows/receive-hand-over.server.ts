/**
 * The shop's server hands its keys over. No session signs this request: it is believed only so far that the keys are sealed into
 * the try whose one-time state it names, once and in time. They prove nothing and are used for nothing before the seller says yes.
 */
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { ATTEMPT_LIVES_MS } from "#app/domain/connect-attempt.ts";
import { hashOfSecret } from "#app/platform/hash-of-secret.ts";
import { attemptPlace } from "./attempt-seal.ts";
import type { House } from "./house.server.ts";

/** A state of ours is 43 signs; the shop gives back in the body what it was given in the link. */
const STATE = /^[A-Za-z0-9_-]{43}$/;

/** The HTTP status for the shop. Anything but 200 makes it delete the key again and tell the merchant (contracts/woocommerce.md 2). */
export async function receiveHandOver(house: House, channel: string, state: string, rawBody: string): Promise<number> {
  const { intake } = house;
  if (intake === null) throw new Error("this process takes no hand-overs: it has no intake role");
  const name = CHANNELS.find((known): known is ChannelName => known === channel);
  const ownAddress = name && house.channels[name].ownAddress;
  if (!name || !ownAddress || !STATE.test(state)) return 404;
  const stateHash = hashOfSecret(state);
  const attempt = await intake.findHandOver(name, stateHash);
  if (attempt === null) return 404;
  const given = ownAddress.readHandOver(rawBody);
  if (given === null || given.state !== state) return 400;
  const sealed = house.keyring.seal(JSON.stringify(given.credentials), attemptPlace(attempt.id));
  const kept = await intake.keepHandOver({ id: attempt.id, stateHash, sealed, confirmMs: ATTEMPT_LIVES_MS });
  if (!kept) return 404;
  house.log.info("a shop handed its keys over", { channel: name, sellerId: attempt.sellerId });
  house.announce(attempt.sellerId, "connecting");
  return 200;
}
