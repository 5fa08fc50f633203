/** Etsy's authorization: a consent page, codes bound to a PKCE challenge, and the token endpoint with its rotating refresh tokens. */
import { createHash } from "node:crypto";
import type { SimRequest, SimResponse } from "../simulator.ts";
import { json } from "./answers.ts";
import { ACCESS_LIVES_S, type Grant } from "./grants.ts";
import { type EtsyWorld, nowMs } from "./world.ts";

const CODE_LIVES_MS = 10 * 60_000;
const KNOWN_SCOPES = ["shops_r", "listings_r", "listings_w", "listings_d", "transactions_r", "transactions_w"];

/** The page that asks the seller; each simulated shop is a link that consents and goes back to the app. */
export function consentPage(world: EtsyWorld, request: SimRequest): SimResponse {
  const fault = consentFault(world, request.query);
  if (fault) return html(400, `<p>${fault}</p>`);
  const links = [...world.shops.values()].map((shop) => {
    const query = new URLSearchParams(request.query);
    query.set("account", String(shop.account));
    return `<p><a href="${world.host.origin()}/etsy/www.etsy.com/oauth/allow?${escapeHtml(query.toString())}">Grant access to ${shop.name}</a></p>`;
  });
  const declined = back(request.query, { error: "access_denied", error_description: "The user denied the request" });
  links.push(`<p><a href="${escapeHtml(declined)}">No thanks</a></p>`);
  return html(200, `<h1>An application would like to connect to your Etsy account</h1>${links.join("")}`);
}

/** The address given with the request, with what Etsy has to say. */
function back(query: URLSearchParams, fields: Record<string, string>): string {
  const to = new URL(query.get("redirect_uri")!);
  for (const [name, value] of Object.entries({ ...fields, state: query.get("state") ?? "" })) to.searchParams.set(name, value);
  return to.toString();
}

export function allow(world: EtsyWorld, request: SimRequest): SimResponse {
  const fault = consentFault(world, request.query);
  const shop = [...world.shops.values()].find((candidate) => String(candidate.account) === request.query.get("account"));
  if (fault || !shop) return html(400, `<p>${fault ?? "no such shop"}</p>`);
  const redirectUri = request.query.get("redirect_uri")!;
  const code = world.grants.addCode({
    account: shop.account,
    clientId: world.app.keystring,
    redirectUri,
    challenge: request.query.get("code_challenge")!,
    scopes: (request.query.get("scope") ?? "").split(" "),
    endsMs: nowMs(world) + CODE_LIVES_MS,
  });
  return { status: 302, headers: { location: back(request.query, { code }) } };
}

function consentFault(world: EtsyWorld, query: URLSearchParams): string | null {
  if (query.get("response_type") !== "code") return "response_type must be code";
  if (query.get("client_id") !== world.app.keystring) return "unknown client_id";
  const redirect = query.get("redirect_uri") ?? "";
  const loopback = URL.canParse(redirect) && ["127.0.0.1", "localhost"].includes(new URL(redirect).hostname);
  if (!redirect.startsWith("https://") && !loopback) return "redirect_uri must be https";
  const scopes = (query.get("scope") ?? "").split(" ");
  if (!scopes.every((scope) => KNOWN_SCOPES.includes(scope))) return "unknown scope";
  if (!query.get("state")) return "state is required";
  if (query.get("code_challenge_method") !== "S256") return "code_challenge_method must be S256";
  if (!/^[A-Za-z0-9_-]{43}$/.test(query.get("code_challenge") ?? "")) return "code_challenge is not valid";
  return null;
}

/** Takes forms and JSON alike, and no client secret: the verifier or the refresh token is the proof. */
export function tokenEndpoint(world: EtsyWorld, request: SimRequest): SimResponse {
  const fields = readTokenFields(request);
  if (!fields) return oauthError("invalid_request", "the body must be form-encoded or JSON");
  if (fields.client_id !== world.app.keystring) return oauthError("invalid_client", "unknown client_id");
  switch (fields.grant_type) {
    case "authorization_code":
      return exchangeCode(world, fields);
    case "refresh_token": {
      const grant = world.grants.rotate(fields.refresh_token ?? "", nowMs(world));
      return grant ? tokenAnswer(grant, world) : oauthError("invalid_grant", "refresh_token is invalid, expired or was used before");
    }
    default:
      return oauthError("unsupported_grant_type", "grant_type must be authorization_code or refresh_token");
  }
}

function exchangeCode(world: EtsyWorld, fields: Record<string, string>): SimResponse {
  const code = world.grants.takeCode(fields.code ?? "");
  if (!code || code.endsMs <= nowMs(world)) return oauthError("invalid_grant", "code is invalid or expired");
  if (fields.redirect_uri !== code.redirectUri) return oauthError("invalid_grant", "redirect_uri does not match the authorization");
  const challenge = createHash("sha256")
    .update(fields.code_verifier ?? "")
    .digest("base64url");
  if (challenge !== code.challenge) return oauthError("invalid_grant", "code_verifier does not match the challenge");
  const shop = world.shops.get(code.account);
  if (!shop) return oauthError("invalid_grant", "the shop is gone");
  return tokenAnswer(world.grants.issue(shop.account, shop.userId, code.scopes, nowMs(world)), world);
}

export function readTokenFields(request: SimRequest): Record<string, string> | null {
  const type = request.headers["content-type"]?.toLowerCase() ?? "";
  const text = request.body.toString("utf8");
  if (type.startsWith("application/x-www-form-urlencoded")) return Object.fromEntries(new URLSearchParams(text));
  if (!type.startsWith("application/json")) return null;
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null) return null;
    return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
  } catch {
    return null;
  }
}

export function oauthError(error: string, description: string): SimResponse {
  return json(400, { error, error_description: description });
}

function tokenAnswer(grant: Grant, world: EtsyWorld): SimResponse {
  world.host.touched();
  return json(200, { access_token: grant.access, token_type: "Bearer", expires_in: ACCESS_LIVES_S, refresh_token: grant.refresh });
}

function html(status: number, body: string): SimResponse {
  return { status, headers: { "content-type": "text/html; charset=utf-8" }, body: `<!doctype html><title>Etsy (simulated)</title>${body}` };
}

const escapeHtml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
