import type { HttpAnswer } from "#app/platform/http.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, GrantedCredentials } from "../port.ts";
import { tokenSchema } from "./answers.ts";
import { parseJson } from "./client.ts";
import { readApp, readCredentials } from "./credentials.ts";
import { readRetryAfterMs } from "./limits.ts";

const TOKEN_URL = "https://api.etsy.com/v3/public/oauth/token";
const REFRESH_LIVES_MS = 90 * 24 * 3_600_000;

/**
 * A new pair of tokens; the old refresh token is dead from the moment Etsy answers, so the pair must be stored before anything
 * else happens. "outcome-unknown" here means that the chain may be lost.
 */
export async function refreshTokens(context: ChannelContext): Promise<GrantedCredentials> {
  const { refreshToken } = readCredentials(context);
  if (!refreshToken) throw new ChannelError("auth-revoked", "there is no Etsy refresh token");
  return askTokens(context, { grant_type: "refresh_token", refresh_token: refreshToken });
}

/** Etsy wants no client secret here: the verifier proves that the code was meant for us. */
export async function exchangeCode(
  context: ChannelContext,
  given: { code: string; verifier: string; callbackUrl: string },
): Promise<GrantedCredentials> {
  const { code, verifier, callbackUrl } = given;
  return askTokens(context, { grant_type: "authorization_code", redirect_uri: callbackUrl, code, code_verifier: verifier });
}

async function askTokens(context: ChannelContext, form: Record<string, string>): Promise<GrantedCredentials> {
  const { keystring } = readApp(context);
  const askedAt = context.now().getTime();
  const answer = await context.http({
    operation: "oauthToken",
    method: "POST",
    url: TOKEN_URL,
    headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ ...form, client_id: keystring }).toString(),
    timeoutMs: 10_000,
  });
  if (answer.status < 200 || answer.status >= 300) throw refusal(answer);
  const tokens = tokenSchema.safeParse(parseJson(answer.text));
  if (!tokens.success)
    throw new ChannelError("outcome-unknown", "Etsy's answer to the token call could not be read", { status: answer.status });
  const expiresAt = new Date(askedAt + tokens.data.expires_in * 1000);
  const refreshExpiresAt = new Date(askedAt + REFRESH_LIVES_MS);
  return {
    credentials: {
      accessToken: tokens.data.access_token,
      accessExpiresAt: expiresAt.toISOString(),
      refreshToken: tokens.data.refresh_token,
      refreshExpiresAt: refreshExpiresAt.toISOString(),
    },
    expiresAt,
    refreshExpiresAt,
  };
}

function refusal(answer: HttpAnswer): ChannelError {
  const { status } = answer;
  const body = parseJson(answer.text);
  const code =
    typeof body === "object" && body !== null && "error" in body && typeof body.error === "string" ? body.error.slice(0, 60) : "";
  const more = { status, ...(/^[\w ]+$/.test(code) ? { code } : {}), ...readRetryAfterMs(answer) };
  if (status === 429) return new ChannelError("rate-limited", "Etsy gives out no tokens now", more);
  if (status >= 500) return new ChannelError("unavailable", "Etsy could not give out a token", more);
  if (code === "invalid_grant") return new ChannelError("auth-revoked", "Etsy no longer accepts this permission", more);
  return new ChannelError("rejected", "Etsy refused the token call", more);
}
