/** Connecting eBay and Etsy by the platforms' own consent pages: over HTTP, through our public callback, with a real worker. */
import { createHash, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keepGrant } from "#app/data/connect-attempts.server.ts";
import { type Rig, startRig } from "#app/testing/rig.server.ts";
import { authorizeAgain, beginAuthorization } from "./begin-authorization.server.ts";
import { claimHandOver } from "./claim-hand-over.server.ts";
import type { House } from "./house.server.ts";
import { proveAttempt } from "./prove-attempt.server.ts";
import { sweepConnecting } from "./sweep-connecting.server.ts";

type Platform = "ebay" | "etsy";

let rig: Rig;
let crashAt: string | null = null;
beforeAll(async () => {
  const crashPoint = (name: string) => {
    if (name !== crashAt) return;
    crashAt = null;
    throw new Error(`the process died at ${name}`);
  };
  rig = await startRig({ items: 4, crashPoint });
}, 120_000);
afterAll(() => rig?.stop());

type Attempt = {
  state: string;
  problem: string | null;
  shopName: string | null;
  connectionId: string | null;
  sealed: string | null;
  codeSealed: string | null;
  verifierSealed: string | null;
};
const attempt = async (id: string): Promise<Attempt> => {
  const [row] = await rig.house.db.plain.query<Attempt>(
    `select state, problem, shop_name as "shopName", connection_id as "connectionId", sealed, code_sealed as "codeSealed",
       verifier_sealed as "verifierSealed" from connect_attempt where id = $1`,
    [id],
  );
  if (!row) throw new Error("there is no such try");
  return row;
};
const ended = async (id: string): Promise<Attempt> => {
  await rig.until(async () => !["exchanging", "proving"].includes((await attempt(id)).state), 20_000);
  return attempt(id);
};
const freshSeller = async (): Promise<string> => {
  const id = randomUUID();
  await rig.house.db.write(id, (sql) => sql.query(`insert into seller (id, name) values ($1, 'Fresh')`, [id]));
  return id;
};
const returnTo = (id: string) => `${rig.config.appUrl}/portal/channels/connect/${id}`;
const begin = async (sellerId: string, channel: Platform, sessionKey = "session-1", web: House = rig.web) => {
  const wish = { sellerId, sessionKey, actorKey: `person:${sellerId}`, channel, consentVersion: "before", returnTo };
  const sent = await beginAuthorization(web, wish);
  if (sent.outcome !== "sent") throw new Error(JSON.stringify(sent));
  return { id: sent.attemptId, page: sent.page };
};
const plainly = { redirect: "manual" } as const;
const location = async (answer: Promise<Response> | Response) => new URL((await answer).headers.get("location") ?? "", rig.config.appUrl);
/** The seller reads the platform's page and follows one of its links; answers the address of our callback to which he is sent. */
const choose = async (page: string, words: RegExp): Promise<URL> => {
  const html = await (await fetch(page)).text();
  const link = [...html.matchAll(/<a href="([^"]+)">([^<]+)/g)].find(([, , said]) => words.test(said ?? ""))?.[1] ?? "";
  return location(fetch(new URL(link.replaceAll("&amp;", "&"), page), plainly));
};
const AGREE: Record<Platform, (account: number) => RegExp> = {
  ebay: (account) => new RegExp(`sandbox-seller-${account}$`),
  etsy: (account) => new RegExp(`\\b${account}$|access to .*${account}`),
};
const agree = (channel: Platform, page: string, account = 2) => choose(page, AGREE[channel](account));
/** Follows the platform's redirect to our public callback; answers where the browser is sent on to. */
const comeBack = (callback: URL) => location(fetch(callback, plainly));
const claimOf = (onward: URL) => onward.searchParams.get("claim") ?? "";
const claim = (sellerId: string, id: string, token: string, sessionKey = "session-1") =>
  claimHandOver(rig.web, { sellerId, sessionKey, attemptId: id, consentVersion: "agreed", claim: token });
/** From our button to the question whose account it is. */
const received = async (sellerId: string, channel: Platform, account = 2) => {
  const { id, page } = await begin(sellerId, channel);
  const onward = await comeBack(await agree(channel, page, account));
  return { id, onward, token: claimOf(onward), ...(await ended(id)) };
};
const connectionsOf = (sellerId: string) => rig.house.db.plain.query(`select from connection where seller_id = $1`, [sellerId]);
const forget = async (sellerId: string) => {
  await rig.house.db.plain.query(`update connection set lifecycle = 'disconnected' where seller_id = $1`, [sellerId]);
};
const outlive = (id: string) =>
  rig.house.db.plain.query(`update connect_attempt set expires_at = clock_timestamp() - interval '1 s' where id = $1`, [id]);

describe.each(["ebay", "etsy"] as const)("agreeing at %s", (channel) => {
  it("goes from our button over the platform's page to a connection, tokens sealed and unused until the seller says yes", async () => {
    const sellerId = await freshSeller();
    const got = await received(sellerId, channel);
    expect(`${got.onward.origin}${got.onward.pathname}`).toBe(returnTo(got.id));
    expect(got).toMatchObject({ state: "received", problem: null, connectionId: null, codeSealed: null, verifierSealed: null });
    expect(got.shopName).toMatch(/2/);
    expect(got.sealed).toMatch(/^1\./);
    expect(await connectionsOf(sellerId)).toEqual([]);

    expect(await claim(sellerId, got.id, got.token)).toBe(true);
    const { connectionId, ...done } = await ended(got.id);
    expect(done).toMatchObject({ state: "connected", sealed: null });
    const [row] = await rig.house.db.plain.query(
      `select c.lifecycle::text, s.expires_at > now() + interval '50 min' as access, s.refresh_expires_at > now() + interval '80 days' as refresh,
         n.text_version, n.actor_key from connection c join connection_secret s on s.connection_id = c.id and s.kind = 'credentials'
         join consent n on n.connection_id = c.id where c.id = $1`,
      [connectionId],
    );
    expect(row).toEqual({ lifecycle: "observe", access: true, refresh: true, text_version: "agreed", actor_key: `person:${sellerId}` });
    expect(await claim(sellerId, got.id, got.token)).toBe(false);
    await forget(sellerId);
  });
});
