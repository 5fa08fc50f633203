import type { SealedPlace } from "#app/platform/sealing.server.ts";

/** What a try to connect keeps sealed: keys or tokens, the PKCE verifier, and for a moment the platform's code. */
export type AttemptSecret = "sealed" | "verifier_sealed" | "code_sealed";

/** The secrets of a try are sealed to its own row and field, and open nowhere else. */
export function attemptPlace(attemptId: string, field: AttemptSecret = "sealed"): SealedPlace {
  return { table: "connect_attempt", rowId: attemptId, field };
}
