/**
 * eBay's public keys for checking notifications: asked for with an application token, remembered for an hour, and at most a few
 * unknown ids a minute, since anybody can name an id (contracts/ebay.md 7, 13.1).
 */
import type { AppKeys } from "#app/channels/port.ts";
import type { ChannelName, JsonObject } from "#app/domain/channel-words.ts";
import type { HttpAnswer, HttpRequest } from "#app/platform/http.ts";

const KEEP_MS = 3_600_000;
const UNKNOWN_PER_MINUTE = 10;
const TIMEOUT_MS = 2_000;
const KEY_ID = /^[A-Za-z0-9-]{1,100}$/;

type Needs = { http: (request: HttpRequest) => Promise<HttpAnswer>; appKeys: Record<ChannelName, AppKeys | null>; now: () => Date };

export function createPublicKeys(needs: Needs): (channel: ChannelName, keyId: string) => Promise<JsonObject | null> {
  const known = new Map<string, { until: number; key: JsonObject }>();
  const asked = new Map<string, Promise<JsonObject | null>>();
  let token: { text: string; until: number } | null = null;
  let minute = { began: 0, asked: 0 };

  async function applicationToken(app: AppKeys): Promise<string> {
    const now = needs.now().getTime();
    if (token !== null && token.until > now) return token.text;
    const basic = Buffer.from(`${String(app.clientId)}:${String(app.clientSecret)}`).toString("base64");
    const answer = await needs.http({
      method: "POST",
      url: "https://api.ebay.com/identity/v1/oauth2/token",
      headers: { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "https://api.ebay.com/oauth/api_scope" }).toString(),
      timeoutMs: TIMEOUT_MS,
    });
    const body = answer.status === 200 ? (JSON.parse(answer.text) as { access_token?: string; expires_in?: number }) : {};
    if (typeof body.access_token !== "string") throw new Error(`eBay gave no application token (${answer.status})`);
    token = { text: body.access_token, until: now + Math.max(60, (body.expires_in ?? 0) - 300) * 1_000 };
    return token.text;
  }

  return async (channel, keyId) => {
    const app = needs.appKeys[channel];
    if (channel !== "ebay" || app === null || !KEY_ID.test(keyId)) return null;
    const now = needs.now().getTime();
    const held = known.get(keyId);
    if (held !== undefined && held.until > now) return held.key;
    // Deliveries that arrive together share one question.
    const underway = asked.get(keyId) ?? fetchKey(app, keyId, now, held?.key ?? null).finally(() => asked.delete(keyId));
    asked.set(keyId, underway);
    return underway;
  };

  async function fetchKey(app: AppKeys, keyId: string, now: number, stale: JsonObject | null): Promise<JsonObject | null> {
    if (now - minute.began > 60_000) minute = { began: now, asked: 0 };
    if (++minute.asked > UNKNOWN_PER_MINUTE) return stale;
    const answer = await needs.http({
      method: "GET",
      url: `https://api.ebay.com/commerce/notification/v1/public_key/${keyId}`,
      headers: { authorization: `Bearer ${await applicationToken(app)}`, accept: "application/json" },
      timeoutMs: TIMEOUT_MS,
    });
    if (answer.status !== 200) return null;
    const key = JSON.parse(answer.text) as JsonObject;
    known.set(keyId, { until: now + KEEP_MS, key });
    return key;
  }
}
