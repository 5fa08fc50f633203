/** Renews the expiring offline token. Each renewal rotates the refresh token: the caller stores both in one transaction. */
import type { JsonObject } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";
import { isText, readAppKeys, type ShopifyCredentials, shopOrigin } from "./shop-settings.ts";

const TIMEOUT_MS = 10_000;
/** Offline tokens live an hour. An answer without expires_in must not read as "lives for ever": it would never be renewed again. */
const LIFE_WHEN_UNSAID_S = 3_600;

type Renewed = {
  access_token?: unknown;
  scope?: unknown;
  expires_in?: unknown;
  refresh_token?: unknown;
  refresh_token_expires_in?: unknown;
};

/** Throws "auth-revoked" when Shopify refuses for good; a lost answer may be repeated with the same refresh token. */
export async function refresh(
  context: ChannelContext,
): Promise<{ credentials: JsonObject; expiresAt: Date | null; refreshExpiresAt: Date | null }> {
  const keys = readAppKeys(context.app);
  if (!keys) throw new ChannelError("rejected", "Shopify: no app keys are configured");
  const { refreshToken } = context.credentials;
  if (!isText(refreshToken))
    throw new ChannelError("auth-revoked", "Shopify: the connection holds no refresh token; the app must be opened again");
  const answer = await context.http({
    operation: "oauth/access_token",
    method: "POST",
    url: `${shopOrigin(context)}/admin/oauth/access_token`,
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({
      client_id: keys.clientId,
      client_secret: keys.clientSecret,
      grant_type: "refresh_token",
      refresh_token: refreshToken,
    }),
    timeoutMs: TIMEOUT_MS,
  });
  const { status } = answer;
  if (status === 429) throw new ChannelError("rate-limited", "Shopify wants fewer calls", { status, retryAfterMs: 2_000 });
  if (status >= 500) throw new ChannelError("unavailable", `Shopify answered the token request with ${status}`, { status });
  // An uninstalled app gets 400, 401 or 403, each seen in the wild.
  if (status >= 400) throw new ChannelError("auth-revoked", "Shopify no longer renews this connection's token", { status });
  const renewed = parse(answer.text);
  if (!isText(renewed?.access_token as string)) throw new ChannelError("unavailable", "Shopify's token answer holds no token", { status });
  return toCredentials(renewed!, refreshToken, context.now());
}

function toCredentials(renewed: Renewed, usedToken: string, now: Date) {
  const after = (seconds: unknown, fallback: number | null) => {
    const life = typeof seconds === "number" && seconds > 0 ? seconds : fallback;
    return life === null ? null : new Date(now.getTime() + life * 1000);
  };
  const expiresAt = after(renewed.expires_in, LIFE_WHEN_UNSAID_S);
  const refreshExpiresAt = after(renewed.refresh_token_expires_in, null);
  const credentials: ShopifyCredentials = {
    accessToken: String(renewed.access_token),
    expiresAt: expiresAt?.toISOString() ?? null,
    refreshToken: typeof renewed.refresh_token === "string" ? renewed.refresh_token : usedToken,
    refreshExpiresAt: refreshExpiresAt?.toISOString() ?? null,
    scope: typeof renewed.scope === "string" ? renewed.scope : null,
  };
  return { credentials, expiresAt, refreshExpiresAt };
}

function parse(text: string): Renewed | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? parsed : null;
  } catch {
    // A page instead of JSON: judged by the caller.
    return null;
  }
}
