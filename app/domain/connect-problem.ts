/** What can be wrong while an account is being connected, as a closed list; each is said to the seller in a sentence of its own. */
export const CONNECT_PROBLEMS = [
  "no-address",
  "no-keys",
  "unreachable",
  "closed-address",
  "plain-http",
  "other-host",
  "no-wordpress",
  "no-woocommerce",
  "too-old",
  "site-password",
  "firewall",
  "slow-down",
  "clock",
  "keys-wrong",
  "keys-read-only",
  "keys-weak",
  "odd-answer",
  "not-yours",
  "denied",
  "approval-over",
  "app-refused",
  "platform-away",
  "no-shop",
  "no-seat",
  "channel-off",
  "too-many-tries",
  "ours",
] as const;
export type ConnectProblem = (typeof CONNECT_PROBLEMS)[number];

export function isConnectProblem(text: string | null): text is ConnectProblem {
  return (CONNECT_PROBLEMS as readonly (string | null)[]).includes(text);
}

/** Which field of the form it is about; null where neither address nor keys would mend it. */
export function fieldOf(problem: ConnectProblem): "address" | "keys" | null {
  switch (problem) {
    case "no-address":
    case "unreachable":
    case "closed-address":
    case "plain-http":
    case "other-host":
    case "no-wordpress":
    case "no-woocommerce":
      return "address";
    case "no-keys":
    case "keys-wrong":
    case "keys-read-only":
    case "keys-weak":
      return "keys";
    case "too-old":
    case "site-password":
    case "firewall":
    case "slow-down":
    case "clock":
    case "odd-answer":
    case "not-yours":
    case "denied":
    case "approval-over":
    case "app-refused":
    case "platform-away":
    case "no-shop":
    case "no-seat":
    case "channel-off":
    case "too-many-tries":
    case "ours":
      return null;
    default: {
      const never: never = problem;
      return never;
    }
  }
}
