/** One call to Etsy: headers, limits, and the translation of its answers. Errors there are a status and one text, no code. */
import type { z } from "zod";
import type { HttpAnswer } from "#app/platform/http.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelCall, ChannelContext } from "../port.ts";
import { readApp, readCredentials } from "./credentials.ts";
import { readLimits, readRetryAfterMs } from "./limits.ts";

const BASE = "https://openapi.etsy.com/v3/application";
const READ_TIMEOUT_MS = 8_000;
const WRITE_TIMEOUT_MS = 10_000;

export type EtsyCall = {
  /** operationId of Etsy's document. */
  operation: string;
  method: "GET" | "PUT" | "PATCH";
  /** Below /v3/application. */
  path: string;
  query?: URLSearchParams;
  json?: unknown;
  form?: Record<string, string>;
};
/** `sentAt`: our clock, just before the request left. */
export type Answered = { answer: HttpAnswer; sentAt: Date };

/** Answers with any status. Throws what `context.http` throws. */
export async function call(context: ChannelContext, wanted: EtsyCall): Promise<Answered> {
  const app = readApp(context);
  const { accessToken } = readCredentials(context);
  const query = wanted.query && wanted.query.size > 0 ? `?${wanted.query}` : "";
  const request: ChannelCall = {
    operation: wanted.operation,
    method: wanted.method,
    url: `${BASE}${wanted.path}${query}`,
    headers: { accept: "application/json", "x-api-key": `${app.keystring}:${app.sharedSecret}`, authorization: `Bearer ${accessToken}` },
    timeoutMs: wanted.method === "GET" ? READ_TIMEOUT_MS : WRITE_TIMEOUT_MS,
  };
  if (wanted.json !== undefined) {
    request.headers = { ...request.headers, "content-type": "application/json" };
    request.body = JSON.stringify(wanted.json);
  }
  if (wanted.form) {
    // updateListing takes forms only; JSON is refused there.
    request.headers = { ...request.headers, "content-type": "application/x-www-form-urlencoded" };
    request.body = new URLSearchParams(wanted.form).toString();
  }
  const sentAt = context.now();
  const answer = await context.http(request);
  const limits = readLimits(answer);
  if (limits) context.observeLimits(limits);
  return { answer, sentAt };
}

/** A reading call whose answer must have this shape. Throws ChannelError. */
export async function read<T>(context: ChannelContext, wanted: EtsyCall, schema: z.ZodType<T>): Promise<{ value: T; sentAt: Date }> {
  const { answer, sentAt } = await call(context, wanted);
  if (answer.status < 200 || answer.status >= 300) throw failureOf(context, wanted.operation, answer);
  const parsed = schema.safeParse(parseJson(answer.text));
  // A maintenance page or half an answer with status 200 says nothing about the shop.
  if (!parsed.success)
    throw new ChannelError("unavailable", `Etsy's answer to ${wanted.operation} could not be read`, { status: answer.status });
  return { value: parsed.data, sentAt };
}

/** undefined where the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function failureOf(context: ChannelContext, operation: string, answer: HttpAnswer): ChannelError {
  const { status } = answer;
  const text = platformText(context, answer);
  const more = { status, text };
  const said = (what: string) => `Etsy ${what} (${operation}, status ${status})`;
  if (status === 429) return new ChannelError("rate-limited", said("takes no more calls now"), { ...more, ...readRetryAfterMs(answer) });
  if (status >= 500) return new ChannelError("unavailable", said("had an error of its own"), { ...more, ...readRetryAfterMs(answer) });
  switch (status) {
    case 401:
      return /revoked/i.test(text)
        ? new ChannelError("auth-revoked", said("says that the permission was withdrawn"), more)
        : new ChannelError("auth-expired", said("does not accept the access token"), more);
    case 403:
      return new ChannelError("forbidden", said("does not allow this"), more);
    case 404:
      return new ChannelError("not-found", said("does not know this"), more);
    case 409:
      return new ChannelError("conflict", said("is changing this at the moment"), more);
    default:
      return new ChannelError("rejected", said("refused the request"), more);
  }
}

/** Etsy's one text, cut short, with anything of ours that it might repeat taken out. */
function platformText(context: ChannelContext, answer: HttpAnswer): string {
  const body = parseJson(answer.text);
  const error = typeof body === "object" && body !== null && "error" in body ? body.error : null;
  let text = typeof error === "string" ? error.slice(0, 300) : "";
  for (const secret of [...Object.values(context.credentials), ...Object.values(context.app)]) {
    if (typeof secret === "string" && secret.length >= 8) text = text.replaceAll(secret, "[hidden]");
  }
  return text;
}
