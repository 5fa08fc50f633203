/** The seller, in the session that began, says that this is his account: only now are its keys or tokens used. */
import { claimAttempt } from "#app/data/connect-attempts.server.ts";
import { hashOfSecret } from "#app/platform/hash-of-secret.ts";
import type { House } from "./house.server.ts";

export type Claim = {
  sellerId: string;
  sessionKey: string;
  attemptId: string;
  consentVersion: string;
  /** What the platform's callback gave to this browser; "" where keys were handed over from server to server. */
  claim?: string;
};

/** False where nothing waits for this session: another one began it, its time is over, or it was claimed before. */
export async function claimHandOver(house: House, claim: Claim): Promise<boolean> {
  const { sellerId, attemptId, consentVersion } = claim;
  const sessionHash = hashOfSecret(claim.sessionKey);
  const claimHash = claim.claim ? hashOfSecret(claim.claim) : null;
  const claimed = await house.db.write(sellerId, (sql) =>
    claimAttempt(sql, { id: attemptId, sellerId, sessionHash, consentVersion, claimHash }),
  );
  if (claimed) house.doorbell.ringSoon({ job: "chores", chore: "connect", id: attemptId });
  return claimed;
}
