/**
 * Mail by Resend. Its client answers errors instead of throwing them and has no timeout of its own; an address that does not exist
 * shows later, as a bounce.
 */
import { Resend } from "resend";
import type { MailAnswer, MailSender } from "./mail-sender.ts";

export type ResendOptions = {
  apiKey: string;
  /** "InventorySync <alerts@example.com>", of a domain that is verified there. */
  from: string;
  /** Another address of its API; for tests. */
  baseUrl?: string;
  timeoutMs?: number;
};

const TIMEOUT_MS = 15_000;

export function createResendSender({ apiKey, from, baseUrl, timeoutMs = TIMEOUT_MS }: ResendOptions): MailSender {
  const resend = new Resend(apiKey, baseUrl === undefined ? {} : { baseUrl });
  return {
    async send({ to, subject, html, text, key }) {
      const signal = AbortSignal.timeout(timeoutMs);
      const { error, headers } = await resend.emails.send({ from, to, subject, html, text }, { idempotencyKey: key, signal });
      return error === null ? { kind: "sent" } : answerTo(error, headers ?? {});
    },
  };
}

/** A wrong key, a domain that is not verified: it concerns us, not the mail (names: the client's own list of error codes). */
const OURS = new Set([
  "missing_api_key",
  "restricted_api_key",
  "invalid_api_key",
  "invalid_access",
  "invalid_from_address",
  "invalid_region",
]);

function answerTo({ name, statusCode }: { name: string; statusCode: number | null }, headers: Record<string, string>): MailAnswer {
  // The error's own message may repeat the address; its name says enough.
  const reason = `the mail service answered ${statusCode ?? "nothing"} (${name})`;
  const asked = Number(headers["retry-after"]);
  const waitMs = Number.isFinite(asked) && asked > 0 ? asked * 1_000 : 0;
  if (statusCode === null || statusCode >= 500) return { kind: "later", reason, waitMs, everyMail: true };
  if (statusCode === 429) return { kind: "later", reason, waitMs, everyMail: true };
  if (statusCode === 401 || statusCode === 403 || OURS.has(name)) return { kind: "later", reason, waitMs, everyMail: true };
  // The same key while the first try is still at work.
  if (statusCode === 409) return { kind: "later", reason, waitMs, everyMail: false };
  return { kind: "refused", reason };
}
