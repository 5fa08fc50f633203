/** Turns what a channel threw while an account was being connected into one of the problems that the seller is told. */
import { ChannelError } from "#app/channels/errors.ts";
import { type ConnectProblem, isConnectProblem } from "#app/domain/connect-problem.ts";

export function problemOf(error: unknown, address: string): ConnectProblem {
  if (!(error instanceof ChannelError)) return "ours";
  const { code, status, text } = error.platform;
  if (isConnectProblem(code)) return code;
  switch (error.kind) {
    case "auth-revoked":
    case "auth-expired":
      return "keys-wrong";
    case "forbidden":
      if (code === "not-json") return "site-password";
      return /(read|write) permissions/.test(text ?? "") ? "keys-read-only" : "keys-weak";
    case "rejected":
      // A shop's own refusal has a status; without one our guard refused to call the address at all.
      if (status !== null) return "odd-answer";
      return address.startsWith("http:") ? "plain-http" : "closed-address";
    case "rate-limited":
      return "slow-down";
    case "unavailable":
    case "outcome-unknown":
      if (/timestamp|nonce/i.test(text ?? "")) return "clock";
      if (status === 403 || status === 406 || status === 501) return "firewall";
      return status !== null && status < 400 ? "odd-answer" : "unreachable";
    case "not-found":
    case "conflict":
    case "unsupported":
      return "odd-answer";
    default: {
      const never: never = error.kind;
      return never;
    }
  }
}

/** The same for an account that was agreed to at the platform itself: there is no address and no key that the seller could mend. */
export function problemOfGrant(error: unknown): ConnectProblem {
  if (!(error instanceof ChannelError)) return "ours";
  if (isConnectProblem(error.platform.code)) return error.platform.code;
  switch (error.kind) {
    case "auth-revoked":
    case "auth-expired":
      return "approval-over";
    case "forbidden":
    case "rejected":
      return "app-refused";
    case "rate-limited":
    case "unavailable":
    case "outcome-unknown":
      return "platform-away";
    case "not-found":
    case "conflict":
      return "odd-answer";
    case "unsupported":
      return "channel-off";
    default: {
      const never: never = error.kind;
      return never;
    }
  }
}
