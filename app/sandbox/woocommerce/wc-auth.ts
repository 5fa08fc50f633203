/**
 * The hand-over of a key: pages for the merchant, a POST of the fresh key to the app's server, then back to the app. Everybody
 * who comes here may log in; this is a sandbox.
 */
import { createHash, randomBytes } from "node:crypto";
import type { SimRequest, SimResponse } from "../simulator.ts";
import { escapeHtml, html } from "./answers.ts";
import type { ApiKey } from "./model.ts";
import type { Shop } from "./shop.ts";

const NEEDED = ["app_name", "user_id", "return_url", "callback_url", "scope"];
const SCOPES = ["read", "write", "read_write"];
const LOOPBACK = ["127.0.0.1", "localhost"];
const COOKIE = "wordpress_logged_in=merchant";

function errorPage(text: string): SimResponse {
  return html(401, "Error", `<p>Error: ${escapeHtml(text)}</p>`);
}

/** There is no TLS in the sandbox, so loopback may be called back over http; any other callback must be https, as in a real shop. */
function isAllowedCallback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || (protocol === "http:" && LOOPBACK.includes(hostname));
}

/** `route` is what follows /wc-auth/v1/. */
export async function answerWcAuth(shop: Shop, request: SimRequest, route: string): Promise<SimResponse> {
  const { query } = request;
  const missing = NEEDED.find((name) => !query.get(name));
  if (missing) return errorPage(`Missing parameter ${missing}.`);
  if (!SCOPES.includes(query.get("scope") ?? "")) return errorPage(`Invalid scope ${query.get("scope")}.`);
  if (!URL.canParse(query.get("return_url") ?? "")) return errorPage("The return_url is not a valid URL.");
  if (!isAllowedCallback(query.get("callback_url") ?? "")) return errorPage("The callback_url needs to be over SSL.");
  const here = (step: string) => `${shop.address()}/wc-auth/v1/${step}/?${query}`;
  switch (route.replace(/\/$/, "")) {
    case "login":
      if (request.method === "POST")
        return { status: 302, headers: { location: here("authorize"), "set-cookie": `${COOKIE}; Path=/; HttpOnly` } };
      return html(
        200,
        "Log in",
        `<form method="post" action="${escapeHtml(here("login"))}"><button>Log in as the merchant</button></form>`,
      );
    case "authorize":
      if (!(request.headers.cookie ?? "").includes(COOKIE)) return { status: 302, headers: { location: here("login") } };
      return approvalPage(shop, query);
    case "access_granted":
      if (!(request.headers.cookie ?? "").includes(COOKIE)) return errorPage("Access denied.");
      if (query.get("wc_auth_nonce") !== approvalNonce(query)) return errorPage("Invalid nonce verification.");
      return handOver(shop, query);
    default:
      return html(404, "Not found", "");
  }
}

/** Ties the approval to what was shown. */
function approvalNonce(query: URLSearchParams): string {
  return createHash("md5")
    .update(NEEDED.map((name) => query.get(name)).join("|"))
    .digest("hex")
    .slice(0, 10);
}

function backTo(query: URLSearchParams, success: "0" | "1"): string {
  const back = new URL(query.get("return_url") ?? "");
  back.searchParams.set("success", success);
  back.searchParams.set("user_id", query.get("user_id") ?? "");
  return back.toString();
}

function approvalPage(shop: Shop, query: URLSearchParams): SimResponse {
  const approve = new URLSearchParams(query);
  approve.set("wc_auth_nonce", approvalNonce(query));
  const app = escapeHtml(query.get("app_name") ?? "");
  const granted = escapeHtml(`${shop.address()}/wc-auth/v1/access_granted/?${approve}`);
  const text = `<p>${app} would like to connect to your store (${escapeHtml(query.get("scope") ?? "")}).</p>
<p><a class="approve" href="${granted}">Approve</a> <a class="deny" href="${escapeHtml(backTo(query, "0"))}">Deny</a></p>`;
  return html(200, `${app} would like to connect`, text);
}

/** The key exists before the app is told; where telling fails it is deleted again and nobody is sent back. */
async function handOver(shop: Shop, query: URLSearchParams): Promise<SimResponse> {
  const made: ApiKey = {
    id: shop.host.nextId(),
    key: `ck_${randomBytes(20).toString("hex")}`,
    secret: `cs_${randomBytes(20).toString("hex")}`,
    permissions: query.get("scope") as ApiKey["permissions"],
    description: `${query.get("app_name")} - API (${shop.host.now().toISOString().slice(0, 16)})`,
  };
  shop.keys.set(made.key, made);
  const told = await tell(query.get("callback_url") ?? "", shop, {
    key_id: made.id,
    user_id: query.get("user_id"),
    consumer_key: made.key,
    consumer_secret: made.secret,
    key_permissions: made.permissions,
  });
  if (!told) {
    shop.keys.delete(made.key);
    return errorPage("An error occurred in the request and at the time were unable to send the consumer data.");
  }
  shop.host.touched();
  return { status: 302, headers: { location: backTo(query, "1") } };
}

async function tell(url: string, shop: Shop, body: Record<string, unknown>): Promise<boolean> {
  // The simulated world never reaches out of this machine: whoever lives elsewhere was not at home.
  if (!LOOPBACK.includes(new URL(url).hostname)) return false;
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json;charset=UTF-8", "user-agent": `WordPress/6.8.3; ${shop.address()}` },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(10_000),
    });
    return answer.status === 200;
  } catch {
    // The shop only knows "did not work"; why is nobody's business on its page.
    return false;
  }
}
