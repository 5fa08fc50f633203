/** eBay's token endpoint: refreshing a seller's access, and the application's own token. */
import { z } from "zod";
import { ChannelError } from "../errors.ts";
import type { AppKeys, ChannelContext, GrantedCredentials } from "../port.ts";
import { readAppKeys, readCredentials } from "./keys.ts";
import { API, readBody, retryAfter } from "./rest-client.ts";

export const BASE_SCOPE = "https://api.ebay.com/oauth/api_scope";
const OPERATION = "oauth2/token";
const tokenShape = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  /** Only an exchanged code brings these two. */
  refresh_token: z.string().min(1).optional(),
  refresh_token_expires_in: z.number().positive().optional(),
});
type Tokens = z.infer<typeof tokenShape>;
const errorShape = z.object({ error: z.string() });
export type TokenContext = Pick<ChannelContext, "http" | "now"> & { app: AppKeys };

/**
 * eBay never renews the refresh token: its eighteen months are absolute, so it goes back unchanged. Throws "auth-revoked" when the
 * seller took the consent back, changed the password, or the time is over.
 */
export async function refresh(context: ChannelContext): Promise<GrantedCredentials> {
  const stored = readCredentials(context.credentials);
  const { tokens, expiresAt } = await askToken(context, { grant_type: "refresh_token", refresh_token: stored.refreshToken });
  const credentials = { ...stored, accessToken: tokens.access_token, accessExpiresAt: expiresAt.toISOString() };
  return { credentials, expiresAt, refreshExpiresAt: stored.refreshExpiresAt === null ? null : new Date(stored.refreshExpiresAt) };
}

/** The RuName stands where other platforms want the callback's address. Throws "auth-revoked" where eBay no longer takes the code. */
export async function exchangeCode(context: ChannelContext, code: string): Promise<GrantedCredentials> {
  const { ruName } = readAppKeys(context.app);
  const { tokens, expiresAt, sentAt } = await askToken(context, { grant_type: "authorization_code", code, redirect_uri: ruName });
  const { access_token: accessToken, refresh_token: refreshToken, refresh_token_expires_in: lives } = tokens;
  if (refreshToken === undefined)
    throw new ChannelError("outcome-unknown", "eBay's answer to the code names no refresh token", { status: 200 });
  const refreshExpiresAt = lives === undefined ? null : new Date(sentAt + lives * 1000);
  return {
    credentials: {
      ...{ accessToken, refreshToken },
      accessExpiresAt: expiresAt.toISOString(),
      refreshExpiresAt: refreshExpiresAt?.toISOString() ?? null,
    },
    expiresAt,
    refreshExpiresAt,
  };
}

/** A token for what belongs to the application: the notification door. */
export async function applicationToken(context: TokenContext): Promise<string> {
  return (await askToken(context, { grant_type: "client_credentials", scope: BASE_SCOPE })).tokens.access_token;
}

async function askToken(context: TokenContext, form: Record<string, string>): Promise<{ tokens: Tokens; expiresAt: Date; sentAt: number }> {
  const { clientId, clientSecret } = readAppKeys(context.app);
  const sentAt = context.now().getTime();
  const answer = await context.http({
    operation: OPERATION,
    method: "POST",
    url: `${API}/identity/v1/oauth2/token`,
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
      "content-type": "application/x-www-form-urlencoded",
      accept: "application/json",
    },
    body: new URLSearchParams(form).toString(),
    timeoutMs: 10_000,
  });
  if (answer.status === 429) {
    const pause = retryAfter(answer.headers);
    throw new ChannelError("rate-limited", "eBay's token limit is reached", {
      status: 429,
      ...(pause === undefined ? {} : { retryAfterMs: pause }),
    });
  }
  if (answer.status >= 500) throw new ChannelError("unavailable", "eBay gives out no tokens now", { status: answer.status });
  if (answer.status >= 300) throw refusal(answer.status, answer.text);
  const tokens = readBody({ operation: OPERATION }, answer, tokenShape);
  return { tokens, expiresAt: new Date(sentAt + tokens.expires_in * 1000), sentAt };
}

function refusal(status: number, text: string): ChannelError {
  const read = errorShape.safeParse(readJson(text));
  const code = read.success ? read.data.error.slice(0, 60) : undefined;
  const more = { status, ...(code === undefined ? {} : { code }) };
  if (code === "invalid_grant") return new ChannelError("auth-revoked", "the seller's consent at eBay has ended", more);
  // Our own keys or scopes are wrong: no seller can mend that.
  return new ChannelError("rejected", "eBay refuses the application's keys", more);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
