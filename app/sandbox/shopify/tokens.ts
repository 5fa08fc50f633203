/**
 * Expiring offline tokens: token exchange and refresh with rotation at /admin/oauth/access_token, and the session tokens (JWT)
 * that the admin hands to an embedded app. Access tokens live 60 minutes, refresh tokens 90 days (contracts: shopify 7).
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { SimResponse } from "../simulator.ts";
import { domainOf, type ShopState, type TokenState } from "./shop-state.ts";

export const CLIENT_ID = "sandbox0shopify0client0id";
export const CLIENT_SECRET = "sandbox-shopify-client-secret";
/** Minimal by the schema's own scope table; a write scope includes its read. */
export const GRANTED_SCOPES = ["write_inventory", "read_products", "read_locations", "read_orders"];

const ACCESS_LIFE_S = 3600;
const REFRESH_LIFE_S = 90 * 86_400;
/** A spent refresh token may be tried again until its replacement is used, at most this long after its first use. */
const SECOND_CHANCE_MS = 30 * 86_400_000;

export type Dice = { now(): Date; random(): number };
export type Pair = { access_token: string; scope: string; expires_in: number; refresh_token: string; refresh_token_expires_in: number };

export const emptyTokens = (): TokenState => ({ access: new Map(), refresh: new Map(), usedPairs: new Set(), lastPair: 0 });

export function issuePair(shop: ShopState, dice: Dice): Pair {
  const now = dice.now().getTime();
  const pair = ++shop.tokens.lastPair;
  const access = `shpat_${secretText(dice)}`;
  const refresh = `shprt_${secretText(dice)}`;
  shop.tokens.access.set(access, { expiresAt: now + ACCESS_LIFE_S * 1000, scopes: GRANTED_SCOPES, pair });
  shop.tokens.refresh.set(refresh, { expiresAt: now + REFRESH_LIFE_S * 1000, pair, replacedBy: null, firstUsedAt: null });
  for (const [token, { expiresAt }] of shop.tokens.access) if (expiresAt < now) shop.tokens.access.delete(token);
  return asAnswer(shop, access, refresh, now);
}

function asAnswer(shop: ShopState, access: string, refresh: string, now: number): Pair {
  const left = (until: number | undefined) => Math.max(0, Math.round(((until ?? now) - now) / 1000));
  return {
    access_token: access,
    scope: GRANTED_SCOPES.join(","),
    expires_in: left(shop.tokens.access.get(access)?.expiresAt),
    refresh_token: refresh,
    refresh_token_expires_in: left(shop.tokens.refresh.get(refresh)?.expiresAt),
  };
}

/** Scopes of a living access token; null refuses. */
export function openAccess(shop: ShopState, token: string | undefined, now: Date): string[] | null {
  const found = token ? shop.tokens.access.get(token) : undefined;
  if (!shop.installed || !found || found.expiresAt <= now.getTime()) return null;
  shop.tokens.usedPairs.add(found.pair);
  return found.scopes;
}

export function tokenEndpoint(shop: ShopState | null, rawBody: string, contentType: string, dice: Dice): SimResponse {
  const body = readForm(rawBody, contentType);
  if (!body) return refuse(400, "invalid_request", "The request body could not be read");
  if (body.client_id !== CLIENT_ID || body.client_secret !== CLIENT_SECRET)
    return refuse(401, "invalid_client", "Client authentication failed");
  if (!shop?.installed) return refuse(400, "application_cannot_be_found", "The app is not installed on this shop");
  switch (body.grant_type) {
    case "refresh_token":
      return spendRefreshToken(shop, body.refresh_token, dice);
    case "urn:ietf:params:oauth:grant-type:token-exchange":
      return exchange(shop, body, dice);
    default:
      return refuse(400, "unsupported_grant_type", "This grant type is not supported");
  }
}

function spendRefreshToken(shop: ShopState, token: string | undefined, dice: Dice): SimResponse {
  const now = dice.now().getTime();
  const found = token ? shop.tokens.refresh.get(token) : undefined;
  if (!found || found.expiresAt <= now) return refuse(400, "invalid_grant", "The refresh token is invalid or expired");
  if (found.replacedBy) {
    const replacement = shop.tokens.refresh.get(found.replacedBy);
    const replacementUsed = !replacement || shop.tokens.usedPairs.has(replacement.pair);
    if (replacementUsed || now - (found.firstUsedAt ?? 0) > SECOND_CHANCE_MS)
      return refuse(400, "invalid_grant", "The refresh token was replaced");
    shop.tokens.refresh.delete(found.replacedBy);
  }
  const pair = issuePair(shop, dice);
  shop.tokens.usedPairs.add(found.pair);
  found.replacedBy = pair.refresh_token;
  found.firstUsedAt ??= now;
  return answer(200, pair);
}

function exchange(shop: ShopState, body: Record<string, string>, dice: Dice): SimResponse {
  const claims = readSessionToken(body.subject_token ?? "", dice.now());
  if (!claims || claims.dest !== `https://${domainOf(shop)}`) return refuse(400, "invalid_subject_token", "The session token is invalid");
  if (body.subject_token_type !== "urn:ietf:params:oauth:token-type:id_token")
    return refuse(400, "invalid_request", "Wrong subject_token_type");
  const online = body.requested_token_type === "urn:shopify:params:oauth:token-type:online-access-token";
  const pair = issuePair(shop, dice);
  if (online) {
    const { refresh_token: _, refresh_token_expires_in: __, ...short } = pair;
    const user = personOf(shop, claims.sub);
    return answer(200, { ...short, associated_user_scope: short.scope, associated_user: { ...user, email_verified: true } });
  }
  // New public apps get expiring tokens only (since 2026-04-01); asking for the old kind is refused here.
  if (body.expiring !== "1") return refuse(400, "invalid_request", "Non-expiring offline tokens are no longer issued to this app");
  return answer(200, pair);
}

export const OWNER = "42";
const COLLABORATOR = "44";

/** Who is signed in to the admin: its owner, somebody of the staff, or an agency that works for the shop. */
function personOf(shop: ShopState, user: string) {
  const owner = user === OWNER;
  return {
    id: Number(user),
    first_name: "Sandbox",
    last_name: owner ? "Owner" : "Staff",
    email: owner ? shop.email : `staff${user}@sandbox.invalid`,
    account_owner: owner,
    locale: "en",
    collaborator: user === COLLABORATOR,
  };
}

export type SessionClaims = {
  iss: string;
  dest: string;
  aud: string;
  sub: string;
  sid: string;
  jti: string;
  iat: number;
  nbf: number;
  exp: number;
};

/** The token that App Bridge hands to the page: HS256 with the app's secret, good for one minute. */
export function mintSessionToken(shop: ShopState, dice: Dice, user = OWNER): string {
  const now = Math.floor(dice.now().getTime() / 1000);
  const dest = `https://${domainOf(shop)}`;
  const claims: SessionClaims = {
    iss: `${dest}/admin`,
    dest,
    aud: CLIENT_ID,
    sub: user,
    sid: `sandbox-session-${shop.id}`,
    jti: secretText(dice),
    iat: now,
    nbf: now,
    exp: now + 60,
  };
  const head = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${head}.${createHmac("sha256", CLIENT_SECRET).update(head).digest("base64url")}`;
}

function readSessionToken(token: string, now: Date): SessionClaims | null {
  const [head, claims, signature] = token.split(".");
  if (!head || !claims || !signature) return null;
  const wanted = createHmac("sha256", CLIENT_SECRET).update(`${head}.${claims}`).digest();
  const given = Buffer.from(signature, "base64url");
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return null;
  const read = parseObject(Buffer.from(claims, "base64url").toString("utf8")) as SessionClaims | null;
  const seconds = now.getTime() / 1000;
  return read && read.aud === CLIENT_ID && read.exp > seconds - 10 && read.nbf < seconds + 10 ? read : null;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

function secretText(dice: Dice): string {
  return Array.from({ length: 32 }, () => Math.floor(dice.random() * 16).toString(16)).join("");
}

function readForm(raw: string, contentType: string): Record<string, string> | null {
  if (contentType.startsWith("application/x-www-form-urlencoded")) return Object.fromEntries(new URLSearchParams(raw));
  if (!contentType.startsWith("application/json")) return null;
  const parsed = parseObject(raw);
  return parsed ? Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)])) : null;
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    // Not JSON is an answer here: the caller refuses it as the platform would.
    return null;
  }
}

const answer = (status: number, body: object): SimResponse => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
  body: JSON.stringify(body),
});
const refuse = (status: number, error: string, error_description: string): SimResponse => answer(status, { error, error_description });
