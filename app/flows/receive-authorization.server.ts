/**
 * A browser comes back from a platform. Nobody is signed in here: inside Shopify admin no cookie exists at this address. The state
 * ends at once, the code is sealed for the worker, and the browser goes on with a claim of its own. Tokens become a connection only
 * where this claim and the session that began meet: who lures somebody else to the platform has the one without the other.
 */
import { randomBytes } from "node:crypto";
import { CHANNELS, type ChannelName } from "#app/domain/channel-words.ts";
import { ATTEMPT_LIVES_MS } from "#app/domain/connect-attempt.ts";
import { hashOfSecret } from "#app/platform/hash-of-secret.ts";
import { attemptPlace } from "./attempt-seal.ts";
import { readAuthorizationAnswer } from "./authorization-answer.ts";
import type { House } from "./house.server.ts";

const CLAIM_BYTES = 32;

/** Where the browser goes on; null where the state is unknown, used or over, so that nothing can be said but that. */
export async function receiveAuthorization(house: House, channel: string, query: Record<string, unknown>): Promise<string | null> {
  const { intake } = house;
  if (intake === null) throw new Error("this process takes no callbacks: it has no intake role");
  const name = CHANNELS.find((known): known is ChannelName => known === channel);
  if (!name || !house.channels[name].authorization) return null;
  const { state, said } = readAuthorizationAnswer(query);
  if (state === null) return null;
  const stateHash = hashOfSecret(state);
  const attempt = await intake.findHandOver(name, stateHash);
  if (attempt === null) return null;
  const { id, sellerId } = attempt;
  if ("problem" in said) {
    const returnTo = await intake.refuseGrant({ id, stateHash, problem: said.problem });
    house.log.info("a platform sent the seller back without a code", { channel: name, sellerId, problem: said.problem });
    house.announce(sellerId, "connecting");
    return returnTo;
  }
  const claim = randomBytes(CLAIM_BYTES).toString("base64url");
  const codeSealed = house.keyring.seal(said.code, attemptPlace(id, "code_sealed"));
  const returnTo = await intake.takeGrant({ id, stateHash, codeSealed, claimHash: hashOfSecret(claim), exchangeMs: ATTEMPT_LIVES_MS });
  if (returnTo === null) return null;
  house.doorbell.ringSoon({ job: "chores", chore: "connect", id });
  house.announce(sellerId, "connecting");
  const onward = new URL(returnTo);
  onward.searchParams.set("claim", claim);
  return onward.href;
}
