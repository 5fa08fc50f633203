/** The seller, in the session that began, says that this is his shop: only now are the keys used. */
import { claimAttempt } from "#app/data/connect-attempts.server.ts";
import { hashOfSecret } from "#app/platform/hash-of-secret.ts";
import type { House } from "./house.server.ts";

export type Claim = { sellerId: string; sessionKey: string; attemptId: string; consentVersion: string };

/** False where nothing waits for this session: another one began it, its time is over, or it was claimed before. */
export async function claimHandOver(house: House, claim: Claim): Promise<boolean> {
  const { sellerId, attemptId, consentVersion } = claim;
  const sessionHash = hashOfSecret(claim.sessionKey);
  const claimed = await house.db.write(sellerId, (sql) => claimAttempt(sql, { id: attemptId, sellerId, sessionHash, consentVersion }));
  if (claimed) house.doorbell.ringSoon({ job: "chores", chore: "connect", id: attemptId });
  return claimed;
}
