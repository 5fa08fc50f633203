/**
 * Tokens that die on command. "expire" kills every access token that exists at that moment: only one that the platform's own
 * token endpoint has handed out since then passes. "revoke" kills the refresh token too.
 */
import type { AccountNo, Faults, SimRequest, SimResponse } from "./simulator.ts";

const TOKEN_ENDPOINT = /\/oauth2?\/(access_)?token$/;
const TOKEN_HEADERS = ["authorization", "x-shopify-access-token", "x-ebay-api-iaf-token"];

export class TokenFaults {
  private issuedSince = new Map<AccountNo, Set<string>>();

  /** To be told of each new order of faults. */
  set(account: AccountNo, tokens: Faults["tokens"]): void {
    if (tokens === "expire") this.issuedSince.set(account, new Set());
    else this.issuedSince.delete(account);
  }

  verdict(account: AccountNo, tokens: Faults["tokens"], request: SimRequest): "ok" | "expired" | "revoked" {
    if (tokens === "ok") return "ok";
    if (tokens === "revoke") return "revoked";
    if (TOKEN_ENDPOINT.test(request.path)) return "ok";
    const shown = TOKEN_HEADERS.map((name) => request.headers[name] ?? "").join(" ");
    for (const token of this.issuedSince.get(account) ?? []) if (shown.includes(token)) return "ok";
    return "expired";
  }

  /** Remembers what a token endpoint handed out. */
  noteAnswer(account: AccountNo, request: SimRequest, answer: SimResponse): void {
    const issued = this.issuedSince.get(account);
    if (!issued || !TOKEN_ENDPOINT.test(request.path) || answer.status >= 400) return;
    const token = /"access_token"\s*:\s*"([^"]+)"/.exec(String(answer.body ?? ""))?.[1];
    if (token) issued.add(token);
  }
}
