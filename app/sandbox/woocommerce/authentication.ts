/**
 * Who is asking. Basic and query keys count only over https (a proxy in front says so); over plain http only OAuth 1.0a with a
 * signed query is let in. Doubled parameters are read as PHP reads them: the last one counts.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { SimRequest } from "../simulator.ts";
import { RestError } from "./answers.ts";
import type { ApiKey } from "./model.ts";
import type { Shop } from "./shop.ts";

const WINDOW_SECONDS = 15 * 60;

function wrong(message: string): RestError {
  return new RestError(401, "woocommerce_rest_authentication_error", message);
}

/** The key that signed this request; null = nobody (the route then says what nobody may do). Throws what a wrong key earns. */
export function authenticate(shop: Shop, request: SimRequest): ApiKey | null {
  // Up to 11.0 a key counts only where the address as written holds this, so not behind plain permalinks.
  if (!`${request.path}?${request.rawQuery ?? request.query}`.includes("wp-json/wc/")) return null;
  const overTls = request.headers["x-forwarded-proto"] === "https";
  const key = (overTls && plainKey(shop, request)) || signedKey(shop, request);
  if (!key) return null;
  const reads = request.method === "GET" || request.method === "HEAD";
  if (reads && key.permissions === "write") throw wrong("The API key provided does not have read permissions.");
  if (!reads && key.permissions === "read") throw wrong("The API key provided does not have write permissions.");
  return key;
}

function plainKey(shop: Shop, request: SimRequest): ApiKey | null {
  let name = request.query.get("consumer_key") ?? "";
  let secret = request.query.get("consumer_secret") ?? "";
  if (!name || !secret) {
    const [scheme, blob = ""] = (request.headers.authorization ?? "").split(" ");
    if (scheme?.toLowerCase() !== "basic") return null;
    const pair = Buffer.from(blob, "base64").toString("utf8");
    name = pair.slice(0, pair.indexOf(":"));
    secret = pair.slice(pair.indexOf(":") + 1);
  }
  const key = shop.keys.get(name);
  if (!key) return null;
  if (!same(key.secret, secret)) throw wrong("Consumer secret is invalid.");
  return key;
}

const NEEDED = ["oauth_consumer_key", "oauth_timestamp", "oauth_nonce", "oauth_signature", "oauth_signature_method"];

function signedKey(shop: Shop, request: SimRequest): ApiKey | null {
  const params = new Map<string, string>();
  for (const [name, value] of request.query) params.set(name, value);
  const missing = NEEDED.filter((name) => !params.get(name));
  if (missing.length === NEEDED.length) return null;
  if (missing.length > 0) {
    const plural = missing.length > 1 ? "s" : "";
    throw new RestError(401, "woocommerce_rest_authentication_missing_parameter", `Missing OAuth parameter${plural} ${missing.join(", ")}`);
  }
  const key = shop.keys.get(params.get("oauth_consumer_key") ?? "");
  if (!key) throw wrong("Consumer key is invalid.");
  checkSignature(shop, request, key, params);
  checkFreshness(shop, key, params);
  return key;
}

function checkSignature(shop: Shop, request: SimRequest, key: ApiKey, params: Map<string, string>): void {
  const given = (params.get("oauth_signature") ?? "").replaceAll(" ", "+");
  const method = params.get("oauth_signature_method") ?? "";
  if (method !== "HMAC-SHA1" && method !== "HMAC-SHA256") throw wrong("Invalid signature - signature method is invalid.");
  const pairs = [...params]
    .filter(([name]) => name !== "oauth_signature")
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${value}`);
  const siteRoot = shop.address().slice(0, shop.address().lastIndexOf("/"));
  // The site's own name, then what follows it in the request: of the bare site nothing does, not even the slash.
  const signed = `${siteRoot}${request.path}` === `${shop.address()}/` ? shop.address() : `${siteRoot}${request.path}`;
  const base = [request.method.toUpperCase(), encode(signed), encode(pairs.join("&"))].join("&");
  const expected = createHmac(method === "HMAC-SHA1" ? "sha1" : "sha256", `${key.secret}&`)
    .update(base)
    .digest("base64");
  if (!same(expected, given)) throw wrong("Invalid signature - provided signature does not match.");
}

function checkFreshness(shop: Shop, key: ApiKey, params: Map<string, string>): void {
  const nowSeconds = Math.floor(shop.host.now().getTime() / 1000);
  const sentSeconds = Number(params.get("oauth_timestamp"));
  if (!(Math.abs(sentSeconds - nowSeconds) <= WINDOW_SECONDS)) throw wrong("Invalid timestamp.");
  const nonce = `${key.id}:${params.get("oauth_nonce")}`;
  if (shop.nonces.has(nonce)) throw wrong("Invalid nonce - nonce has already been used.");
  shop.nonces.set(nonce, sentSeconds);
  for (const [old, atSeconds] of shop.nonces) {
    if (atSeconds >= nowSeconds - WINDOW_SECONDS) break;
    shop.nonces.delete(old);
  }
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function same(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
