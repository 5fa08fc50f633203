/** What a platform's callback says: a code, or why there is none. Anybody can type such an address, so nothing is believed of it. */
import type { ConnectProblem } from "#app/domain/connect-problem.ts";

export type AuthorizationAnswer = { state: string | null; said: { code: string } | { problem: ConnectProblem } };

/** A state of ours: 32 random bytes. */
const STATE = /^[A-Za-z0-9_-]{43}$/;
/** eBay's are up to 1,024 signs long (contracts/ebay.md 2); nobody's are twice that. */
const LONGEST_CODE = 2_048;

/** `query`: as parsed; a name that stands there twice is no text and counts as missing. */
export function readAuthorizationAnswer(query: Record<string, unknown>): AuthorizationAnswer {
  const text = (name: string) => (typeof query[name] === "string" ? (query[name] as string) : "");
  const state = STATE.test(text("state")) ? text("state") : null;
  const code = text("code");
  if (text("error") !== "") return { state, said: { problem: problemOfError(text("error")) } };
  // eBay's address for "declined" names no error.
  if (code === "") return { state, said: { problem: "denied" } };
  return { state, said: code.length > LONGEST_CODE ? { problem: "odd-answer" } : { code } };
}

/** The error words of OAuth 2.0; whatever is not the seller's choice nor a passing trouble is about our application. */
function problemOfError(error: string): ConnectProblem {
  switch (error) {
    case "access_denied":
    case "consent_required":
    case "interaction_required":
      return "denied";
    case "server_error":
    case "temporarily_unavailable":
      return "platform-away";
    default:
      return "app-refused";
  }
}
