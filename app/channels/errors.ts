/**
 * Everything that can go wrong at a channel, as a closed list. Each kind answers two questions: may it be tried again, and
 * who must act. A connector translates once, at its edge; nobody behind it looks at an HTTP status.
 */
export const CHANNEL_ERROR_KINDS = [
  "rate-limited",
  "unavailable",
  "auth-expired",
  "auth-revoked",
  "forbidden",
  "not-found",
  "rejected",
  "conflict",
  "unsupported",
  "outcome-unknown",
] as const;
export type ChannelErrorKind = (typeof CHANNEL_ERROR_KINDS)[number];

export type Retry = "when-told" | "with-backoff" | "after-refresh" | "after-reading" | "no";
export type WhoActs = "nobody" | "seller" | "us";

const ANSWERS: Record<ChannelErrorKind, { retry: Retry; who: WhoActs }> = {
  "rate-limited": { retry: "when-told", who: "nobody" },
  unavailable: { retry: "with-backoff", who: "nobody" },
  "auth-expired": { retry: "after-refresh", who: "seller" },
  "auth-revoked": { retry: "no", who: "seller" },
  forbidden: { retry: "no", who: "seller" },
  "not-found": { retry: "no", who: "seller" },
  rejected: { retry: "no", who: "us" },
  conflict: { retry: "after-reading", who: "nobody" },
  unsupported: { retry: "no", who: "us" },
  "outcome-unknown": { retry: "after-reading", who: "nobody" },
};

export class ChannelError extends Error {
  override readonly name = "ChannelError";
  readonly kind: ChannelErrorKind;
  /** Milliseconds after which the platform allows the next call; only with "rate-limited", and "unavailable" where it said so. */
  readonly retryAfterMs: number | null;
  /** The platform's own code and text, for "Details"; never contains a credential, an address or a body. */
  readonly platform: { status: number | null; code: string | null; text: string | null };

  constructor(
    kind: ChannelErrorKind,
    message: string,
    more: { retryAfterMs?: number; status?: number; code?: string; text?: string } = {},
  ) {
    super(message);
    this.kind = kind;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.platform = { status: more.status ?? null, code: more.code ?? null, text: more.text?.slice(0, 300) ?? null };
  }

  get retry(): Retry {
    return ANSWERS[this.kind].retry;
  }
  get whoActs(): WhoActs {
    return ANSWERS[this.kind].who;
  }
}
