/** eBay's OAuth: access tokens of two hours, a refresh token of eighteen months that is never renewed, application tokens. */
import { timingSafeEqual } from "node:crypto";
import type { AccountNo, SimRequest, SimResponse, SimulatorHost } from "../simulator.ts";
import { json } from "./rest-answers.ts";
import type { Family } from "./routes.ts";

const ACCESS_SECONDS = 7_200;
const REFRESH_SECONDS = 47_304_000;

export const APP_KEYS = {
  clientId: "InventSync-sandbox-PRD-1",
  clientSecret: "PRD-sandbox-secret-1",
  devId: "sandbox-dev-1",
  ruName: "Invent-InventSync-sandbo-abcdef",
  verificationToken: "sandbox_verification_token_0123456789_abcdef",
} as const;

const SCOPE = "https://api.ebay.com/oauth/api_scope";
export const GRANTED_SCOPES: readonly string[] = [
  SCOPE,
  `${SCOPE}/sell.inventory`,
  `${SCOPE}/sell.fulfillment`,
  `${SCOPE}/sell.fulfillment.readonly`,
  `${SCOPE}/sell.account.readonly`,
  `${SCOPE}/commerce.identity.readonly`,
  `${SCOPE}/commerce.notification.subscription`,
];

/** Whose token it is; null = the application's own. */
export type TokenOwner = { account: AccountNo | null };
/** `scopes` undefined: all that the keyset has. */
type Access = TokenOwner & { token: string; expiresAt: number; scopes?: readonly string[] };
type Refresh = { account: AccountNo; token: string; expiresAt: number; scopes?: readonly string[] };
type Code = { code: string; account: AccountNo; expiresAt: number; scopes?: readonly string[] };
export type TokenState = { access: Access[]; refresh: Refresh[]; codes: Code[] };

/** One of these suffices for the calls of a family; the base scope is all that Trading wants. */
const NEEDED: Record<Family, readonly string[]> = {
  oauth: [],
  trading: [SCOPE],
  inventory: [`${SCOPE}/sell.inventory`],
  fulfillment: [`${SCOPE}/sell.fulfillment`, `${SCOPE}/sell.fulfillment.readonly`],
  identity: [`${SCOPE}/commerce.identity.readonly`],
  notification: [`${SCOPE}/commerce.notification.subscription`],
  analytics: [SCOPE],
};

export class Tokens {
  private readonly host: SimulatorHost;
  private access = new Map<string, Access>();
  private refresh = new Map<string, Refresh>();
  private codes = new Map<string, Code>();

  constructor(host: SimulatorHost) {
    this.host = host;
  }

  save(): TokenState {
    return { access: [...this.access.values()], refresh: [...this.refresh.values()], codes: [...this.codes.values()] };
  }

  load(state: TokenState): void {
    this.access = new Map(state.access.map((entry) => [entry.token, entry]));
    this.refresh = new Map(state.refresh.map((entry) => [entry.token, entry]));
    this.codes = new Map(state.codes.map((entry) => [entry.code, entry]));
  }

  /** What a finished consent gives: both tokens with their ends. */
  consent(account: AccountNo, scopes?: readonly string[]) {
    const now = this.host.now().getTime();
    const same = (entry: Refresh) => entry.scopes?.join() === scopes?.join();
    let refresh = [...this.refresh.values()].find((entry) => entry.account === account && entry.expiresAt > now && same(entry));
    if (!refresh) {
      refresh = {
        account,
        ...(scopes ? { scopes } : {}),
        token: `v^1.1#i^1#r^1#${account}#${this.host.nextId()}${this.noise()}`,
        expiresAt: now + REFRESH_SECONDS * 1000,
      };
      this.refresh.set(refresh.token, refresh);
    }
    const access = this.newAccess(account, scopes);
    return {
      accessToken: access.token,
      accessExpiresAt: new Date(access.expiresAt).toISOString(),
      refreshToken: refresh.token,
      refreshExpiresAt: new Date(refresh.expiresAt).toISOString(),
    };
  }

  /** A code as the consent page hands it to the app; it lives five minutes and once. */
  newCode(account: AccountNo, scopes?: readonly string[]): string {
    const entry: Code = {
      ...(scopes ? { scopes } : {}),
      code: `v^1.1#i^1#c^${account}#${this.host.nextId()}${this.noise()}`,
      account,
      expiresAt: this.host.now().getTime() + 300_000,
    };
    this.codes.set(entry.code, entry);
    this.host.touched();
    return entry.code;
  }

  /** Whose token a call shows, whether or not it still lives. */
  ownerOf(token: string): TokenOwner | undefined {
    return this.access.get(token);
  }

  verdict(token: string): "ok" | "expired" | "unknown" {
    const entry = this.access.get(token);
    if (!entry) return "unknown";
    return entry.expiresAt > this.host.now().getTime() ? "ok" : "expired";
  }

  /** Whether the seller agreed to what this call needs. */
  may(token: string, family: Family): boolean {
    const scopes = this.access.get(token)?.scopes;
    return scopes === undefined || NEEDED[family].some((scope) => scopes.includes(scope));
  }

  /** Which account a call of the token endpoint is about; null where it is the application's or nobody's. */
  accountOfTokenCall(request: SimRequest): AccountNo | null {
    const form = new URLSearchParams(request.body.toString("utf8"));
    return this.refresh.get(form.get("refresh_token") ?? "")?.account ?? this.codes.get(form.get("code") ?? "")?.account ?? null;
  }

  /** POST /identity/v1/oauth2/token */
  answer(request: SimRequest): SimResponse {
    if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers["content-type"] ?? "")) return oauthError(400, "invalid_request");
    if (!knowsApp(request.headers.authorization)) return oauthError(401, "invalid_client", "client authentication failed");
    const form = new URLSearchParams(request.body.toString("utf8"));
    const scopes = form.get("scope")?.split(" ") ?? [];
    if (scopes.some((scope) => !GRANTED_SCOPES.includes(scope))) return oauthError(400, "invalid_scope", "The requested scope is invalid");
    switch (form.get("grant_type")) {
      case "client_credentials":
        return this.tokenAnswer(this.newAccess(null), "Application Access Token");
      case "refresh_token": {
        const refresh = this.refresh.get(form.get("refresh_token") ?? "");
        if (!refresh || refresh.expiresAt <= this.host.now().getTime()) return invalidGrant();
        return this.tokenAnswer(this.newAccess(refresh.account, refresh.scopes), "User Access Token");
      }
      case "authorization_code": {
        const entry = this.codes.get(form.get("code") ?? "");
        if (!entry || entry.expiresAt <= this.host.now().getTime() || form.get("redirect_uri") !== APP_KEYS.ruName) return invalidGrant();
        this.codes.delete(entry.code);
        const given = this.consent(entry.account, entry.scopes);
        return json(200, {
          access_token: given.accessToken,
          expires_in: ACCESS_SECONDS,
          refresh_token: given.refreshToken,
          refresh_token_expires_in: REFRESH_SECONDS,
          token_type: "User Access Token",
        });
      }
      default:
        return oauthError(400, "unsupported_grant_type");
    }
  }

  private newAccess(account: AccountNo | null, scopes?: readonly string[]): Access {
    const now = this.host.now().getTime();
    const access: Access = {
      account,
      ...(scopes ? { scopes } : {}),
      token: `v^1.1#i^1#p^3#I^3#f^0#t^H4s${this.host.nextId()}${this.noise()}`,
      expiresAt: now + ACCESS_SECONDS * 1000,
    };
    this.access.set(access.token, access);
    for (const [token, entry] of this.access) if (entry.expiresAt < now - 86_400_000) this.access.delete(token);
    this.host.touched();
    return access;
  }

  private tokenAnswer(access: Access, type: string): SimResponse {
    return json(200, { access_token: access.token, expires_in: ACCESS_SECONDS, token_type: type });
  }

  private noise(): string {
    return Math.floor(this.host.random() * 2 ** 32).toString(36);
  }
}

export function oauthError(status: number, error: string, description = ""): SimResponse {
  return json(status, { error, error_description: description });
}

export function invalidGrant(): SimResponse {
  return oauthError(400, "invalid_grant", "the provided authorization refresh token is invalid or was issued to another client");
}

function knowsApp(authorization: string | undefined): boolean {
  const shown = Buffer.from(authorization ?? "");
  const right = Buffer.from(`Basic ${Buffer.from(`${APP_KEYS.clientId}:${APP_KEYS.clientSecret}`).toString("base64")}`);
  return shown.length === right.length && timingSafeEqual(shown, right);
}
