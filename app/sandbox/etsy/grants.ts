/**
 * Tokens of the simulated Etsy: an access token lives an hour, a refresh token 90 days and is replaced on each use. A refresh
 * token that was used once is dead for good: two workers that refresh at the same time lose the chain.
 */
import type { AccountNo } from "../simulator.ts";

export const ACCESS_LIVES_S = 3600;
export const REFRESH_LIVES_S = 90 * 24 * 3600;

export type Grant = {
  account: AccountNo;
  userId: number;
  scopes: string[];
  access: string;
  accessEndsMs: number;
  refresh: string;
  refreshEndsMs: number;
};

export type AuthorizationCode = {
  code: string;
  account: AccountNo;
  clientId: string;
  redirectUri: string;
  challenge: string;
  scopes: string[];
  endsMs: number;
};

export class Grants {
  private readonly byAccess = new Map<string, Grant>();
  private readonly byRefresh = new Map<string, Grant>();
  private readonly codes = new Map<string, AuthorizationCode>();
  private readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  issue(account: AccountNo, userId: number, scopes: string[], nowMs: number): Grant {
    const grant: Grant = {
      account,
      userId,
      scopes,
      // The number before the dot is the user's id, and clients rely on it.
      access: `${userId}.${this.text(48)}`,
      accessEndsMs: nowMs + ACCESS_LIVES_S * 1000,
      refresh: `${userId}.${this.text(48)}`,
      refreshEndsMs: nowMs + REFRESH_LIVES_S * 1000,
    };
    this.put(grant);
    return grant;
  }

  /** null = unknown, already used, or past its 90 days. */
  rotate(refresh: string, nowMs: number): Grant | null {
    const old = this.byRefresh.get(refresh);
    if (!old || old.refreshEndsMs <= nowMs) return null;
    this.byRefresh.delete(refresh);
    return this.issue(old.account, old.userId, old.scopes, nowMs);
  }

  findAccess(access: string): Grant | undefined {
    return this.byAccess.get(access);
  }

  accountOfRefresh(refresh: string): AccountNo | null {
    return this.byRefresh.get(refresh)?.account ?? null;
  }

  /** The seller took the permission back: nothing of this account works any more. */
  revoke(account: AccountNo): void {
    for (const grant of [...this.byAccess.values()]) if (grant.account === account) this.byAccess.delete(grant.access);
    for (const grant of [...this.byRefresh.values()]) if (grant.account === account) this.byRefresh.delete(grant.refresh);
  }

  addCode(code: Omit<AuthorizationCode, "code">): string {
    const text = this.text(64);
    this.codes.set(text, { ...code, code: text });
    return text;
  }

  /** A code is good for one exchange. */
  takeCode(code: string): AuthorizationCode | undefined {
    const found = this.codes.get(code);
    this.codes.delete(code);
    return found;
  }

  save(nowMs: number): Grant[] {
    const live = new Set<Grant>();
    for (const grant of [...this.byAccess.values(), ...this.byRefresh.values()]) if (grant.refreshEndsMs > nowMs) live.add(grant);
    return [...live].map((grant) => ({ ...grant, refresh: this.byRefresh.has(grant.refresh) ? grant.refresh : "" }));
  }

  load(grants: Grant[]): void {
    this.byAccess.clear();
    this.byRefresh.clear();
    for (const grant of grants) this.put(grant);
  }

  private put(grant: Grant): void {
    this.byAccess.set(grant.access, grant);
    if (grant.refresh !== "") this.byRefresh.set(grant.refresh, grant);
  }

  private text(length: number): string {
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    return Array.from({ length }, () => letters[Math.floor(this.random() * letters.length)]).join("");
  }
}
