/** Connecting eBay and Etsy by the platforms' own consent pages: over HTTP, through our public callback, with a real worker. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEMO_TIMINGS } from "#app/demo/demo-timings.ts";
import { hashOfSecret } from "#app/platform/hash-of-secret.ts";
import * as connectScreen from "#app/screens/connect.tsx";
import * as attemptScreen from "#app/screens/connect-attempt.tsx";
import { OWNER, openEmbeddedVisits, STAFF } from "#app/testing/embedded-visits.server.ts";
import { type Rig, startRig } from "#app/testing/rig.server.ts";
import { en } from "#app/ui/texts/en.ts";
import { adjustStock } from "./adjust-stock.server.ts";
import { approvePreview } from "./approve-preview.server.ts";
import { authorizeAgain, beginAuthorization } from "./begin-authorization.server.ts";
import { dropConnecting } from "./begin-hand-over.server.ts";
import { claimHandOver } from "./claim-hand-over.server.ts";
import type { House } from "./house.server.ts";
import { requestPreview } from "./request-preview.server.ts";
import { matchListings, setOpening } from "./set-up-connection.server.ts";
import { sweepConnecting } from "./sweep-connecting.server.ts";

type Platform = "ebay" | "etsy";

let rig: Rig;
beforeAll(async () => {
  rig = await startRig({ items: 4, connectionSettings: { timings: DEMO_TIMINGS } });
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
  const next = new URL(link.replaceAll("&amp;", "&"), page);
  return next.origin === rig.config.appUrl ? next : location(fetch(next, plainly));
};
const ACCOUNTS: Record<Platform, string[]> = {
  ebay: ["sandbox-seller-1", "sandbox-seller-2", "sandbox-seller-3"],
  etsy: ["HarbourWorkshop", "HarbourSeconds", "BrightBarnGoods"],
};
const nameOf = (channel: Platform, account: number) => ACCOUNTS[channel][account - 1] ?? "";
const agree = (channel: Platform, page: string, account = 2) => choose(page, new RegExp(` ${nameOf(channel, account)}$`));
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
    expect(got.shopName).toBe(nameOf(channel, 2));
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

  it("ends the state when the seller declines, and says so where he began", async () => {
    const sellerId = await freshSeller();
    const { id, page } = await begin(sellerId, channel);
    const callback = await choose(page, /Decline|No thanks/);
    const onward = await comeBack(callback);
    expect([onward.href, claimOf(onward)]).toEqual([returnTo(id), ""]);
    expect(await attempt(id)).toMatchObject({ state: "failed", problem: "denied", sealed: null, verifierSealed: null });
    expect((await comeBack(callback)).search).toBe("?over");
  });

  it("takes a state once: of many callbacks at once one goes on, and an older link is worth nothing", async () => {
    const sellerId = await freshSeller();
    const { id, page: old } = await begin(sellerId, channel);
    const again = { sellerId, attemptId: id, returnTo };
    expect(await authorizeAgain(rig.web, { ...again, sessionKey: "session-2" })).toBeNull();
    expect(await authorizeAgain(rig.web, { ...again, sellerId: await freshSeller(), sessionKey: "session-1" })).toBeNull();
    const page = await authorizeAgain(rig.web, { ...again, sessionKey: "session-1" });
    expect((await comeBack(await agree(channel, old))).search).toBe("?over");
    expect((await attempt(id)).state).toBe("waiting");

    const callback = await agree(channel, page ?? "");
    const onward = await Promise.all(Array.from({ length: 5 }, () => comeBack(callback)));
    expect(onward.map((url) => url.search).filter((search) => search === "?over")).toHaveLength(4);
    expect((await ended(id)).state).toBe("received");
    expect((await comeBack(callback)).search).toBe("?over");
    expect((await attempt(id)).state).toBe("received");
  });

  it("takes no state after its ten minutes, and destroys what nobody claimed", async () => {
    const sellerId = await freshSeller();
    const late = await begin(sellerId, channel);
    const callback = await agree(channel, late.page);
    await outlive(late.id);
    expect((await comeBack(callback)).search).toBe("?over");

    const got = await received(sellerId, channel);
    await outlive(got.id);
    expect(await claim(sellerId, got.id, got.token)).toBe(false);
    await rig.until(async () => {
      await sweepConnecting(rig.house);
      return (await attempt(got.id)).sealed === null && (await attempt(late.id)).verifierSealed === null;
    });
    expect([(await attempt(got.id)).state, (await attempt(late.id)).state]).toEqual(["expired", "expired"]);
    expect(await connectionsOf(sellerId)).toEqual([]);
  });

  it("links nothing without both: the session that began, and the browser that came back", async () => {
    const sellerId = await freshSeller();
    const got = await received(sellerId, channel);
    // Who lured somebody to the platform has the session only; the one who was lured has the claim only.
    expect(await claim(sellerId, got.id, "")).toBe(false);
    expect(await claim(sellerId, got.id, "A".repeat(43))).toBe(false);
    expect(await claim(sellerId, got.id, got.token, "session-2")).toBe(false);
    expect(await claim(await freshSeller(), got.id, got.token)).toBe(false);
    expect(await attempt(got.id)).toMatchObject({ state: "received", connectionId: null });
    expect(await dropConnecting(rig.web, { sellerId, sessionKey: "session-1", attemptId: got.id })).toBe(true);
    expect(await attempt(got.id)).toMatchObject({ state: "expired", sealed: null });
    expect(await connectionsOf(sellerId)).toEqual([]);
  });

  it("goes on with the tokens it has when a worker died after the exchange: the code is not spent twice", async () => {
    const sellerId = await freshSeller();
    const got = await received(sellerId, channel);
    const before = tokenCalls(channel);
    await rig.house.db.plain.query(`update connect_attempt set state = 'exchanging', shop_name = null where id = $1`, [got.id]);
    expect(await ended(got.id)).toMatchObject({ state: "received", sealed: got.sealed, shopName: nameOf(channel, 2) });
    expect(tokenCalls(channel)).toBe(before);
    expect(await claim(sellerId, got.id, got.token)).toBe(true);
    expect((await ended(got.id)).state).toBe("connected");
    await forget(sellerId);
  });

  it("says so when the code was used before", async () => {
    const sellerId = await freshSeller();
    const { id, page } = await begin(sellerId, channel);
    const callback = await agree(channel, page);
    const other = await begin(sellerId, channel);
    const stolen = new URL(callback);
    stolen.searchParams.set("state", new URL(other.page).searchParams.get("state") ?? "");
    await comeBack(callback);
    expect((await ended(id)).state).toBe("received");
    await comeBack(stolen);
    expect(await ended(other.id)).toMatchObject({ state: "failed", problem: "approval-over", sealed: null, codeSealed: null });
  });

  it("refuses another seller's account without naming him, and makes nothing of it", async () => {
    const sellerId = await freshSeller();
    const got = await received(sellerId, channel, 1);
    expect(await claim(sellerId, got.id, got.token)).toBe(true);
    expect(await ended(got.id)).toMatchObject({ state: "failed", problem: "not-yours", sealed: null, connectionId: null });
    const [owner] = await rig.house.db.plain.query(`select seller_id as id from connection where id = $1`, [rig.connections[channel]]);
    expect(owner).toEqual({ id: rig.sellerId });
  });

  it("connects the same account again: what was sold there meanwhile is not brought back", async () => {
    const [item] = await rig.house.db.plain.query<{ id: string; sku: string }>(
      `select i.id, i.sku from stock_item i where i.seller_id = $1 and on_hand - reserved > 8
         and exists (select from listing l where l.connection_id = $2 and l.sku = i.sku and l.link_state = 'linked') order by sku limit 1`,
      [rig.sellerId, rig.connections[channel]],
    );
    const sku = item?.sku ?? "";
    const start = await rig.available(sku);
    const account = await rig.house.db.plain.query(`select external_id from connection where id = $1`, [rig.connections[channel]]);
    const before = (await journal(channel, sku)).length;
    await rig.control("POST", `/${channel}/faults`, { tokens: "revoke", webhooks: { drop: 1 } });
    await rig.control("POST", "/shopify/orders", { lines: [{ sku, quantity: 1 }] });
    await rig.until(async () => (await blind(channel)) !== null, 20_000);
    await rig.control("POST", `/${channel}/orders`, { lines: [{ sku, quantity: 2 }] });
    // A delivery wants every number raised; this channel's own sales are still unknown.
    const delivery = { sellerId: rig.sellerId, actorKey: `person:${rig.sellerId}`, itemId: item?.id ?? "", by: 3, note: "a delivery" };
    expect((await adjustStock(rig.web, delivery)).outcome).toBe("done");
    await rig.control("POST", `/${channel}/faults`, {});
    const got = await received(rig.sellerId, channel, 1);
    expect(await claim(rig.sellerId, got.id, got.token)).toBe(true);
    expect(await ended(got.id)).toMatchObject({ state: "connected", connectionId: rig.connections[channel] });
    expect(await blind(channel)).toBeNull();
    await rig.until(async () => Object.values(await rig.shown(sku)).every((n) => n === start), 20_000);
    const raised = (await journal(channel, sku)).slice(before).filter((entry) => entry.by === "api" && entry.to > start);
    expect(raised).toEqual([]);
    expect(await rig.house.db.plain.query(`select external_id from connection where id = $1`, [rig.connections[channel]])).toEqual(account);
  }, 60_000);

  it("leads a new seller through import, match, opening and preview to the first sale", async () => {
    const sellerId = await freshSeller();
    const got = await received(sellerId, channel, 3);
    expect(await claim(sellerId, got.id, got.token)).toBe(true);
    const connectionId = (await ended(got.id)).connectionId ?? "";
    const wish = { sellerId, actorKey: `person:${sellerId}`, connectionId };
    await there(`from feed where connection_id = $1 and kind = 'listings' and finished_at is not null`, connectionId);
    expect(await matchListings(rig.web, wish)).toBe(true);
    await there(`from connection_setup where connection_id = $1 and matched_at is not null`, connectionId);
    expect(await setOpening(rig.web, { ...wish, countsFrom: "here" })).toBe(true);
    await there(`from connection_setup where connection_id = $1 and opened_at is not null`, connectionId);
    const previewId = await requestPreview(rig.web, wish);
    await there(`from preview where id = $1 and state = 'open'`, previewId);
    const [preview] = await rig.house.db.plain.query<{ hash: string }>(`select hash from preview where id = $1`, [previewId]);
    expect((await approvePreview(rig.web, { ...wish, previewId, hash: preview?.hash ?? "", excluded: [] })).outcome).toBe("approved");
    const [item] = await rig.house.db.plain.query<{ id: string; sku: string; n: number }>(
      `select id, sku, on_hand - reserved as n from stock_item where seller_id = $1 and on_hand > 2 order by sku`,
      [sellerId],
    );
    await rig.control("POST", `/${channel}/orders?account=3`, { lines: [{ sku: item?.sku ?? "", quantity: 1 }] });
    await there(`from stock_item where id = $1 and on_hand - reserved = ${(item?.n ?? 0) - 1}`, item?.id ?? "");
    await forget(sellerId);
  }, 60_000);
});

describe("PKCE", () => {
  it("a code is worth nothing with another verifier", async () => {
    const sellerId = await freshSeller();
    const first = await begin(sellerId, "etsy");
    const second = await begin(sellerId, "etsy");
    const callback = await agree("etsy", first.page);
    callback.searchParams.set("state", new URL(second.page).searchParams.get("state") ?? "");
    await comeBack(callback);
    expect(await ended(second.id)).toMatchObject({ state: "failed", problem: "approval-over", sealed: null });
    expect((await attempt(first.id)).state).toBe("waiting");
  });
});

describe("five shops on a personal Etsy key", () => {
  const others: string[] = [];
  /** Shops of other sellers, as far as the count sees them; seller A holds one as well. */
  const take = async (n: number) => {
    for (let taken = 0; taken < n; taken++) {
      const sellerId = await freshSeller();
      others.push(sellerId);
      await rig.house.db.plain.query(
        `insert into connection (id, seller_id, channel, external_id, name, edit_policy) values ($1, $2, 'etsy', $3, 'Elsewhere', 'review')`,
        [randomUUID(), sellerId, `elsewhere-${sellerId}`],
      );
    }
  };
  afterAll(async () => {
    for (const sellerId of others) await forget(sellerId);
  });
  const wish = (sellerId: string) => ({
    ...{ sellerId, sessionKey: "session-1", actorKey: `person:${sellerId}`, channel: "etsy" as const, consentVersion: "c", returnTo },
  });

  it("two claims at once for the last place: one shop is connected, the other refused", async () => {
    await take(3);
    const [one, two] = [await freshSeller(), await freshSeller()];
    const got = await Promise.all([received(one, "etsy", 2), received(two, "etsy", 3)]);
    await Promise.all([claim(one, got[0].id, got[0].token), claim(two, got[1].id, got[1].token)]);
    const done = await Promise.all(got.map(({ id }) => ended(id)));
    expect(done.map((d) => d.state).sort()).toEqual(["connected", "failed"]);
    expect(done.find((d) => d.state === "failed")).toMatchObject({ problem: "no-seat", sealed: null, connectionId: null });
    others.push(one, two);
  });

  it("the sixth is refused before anything is sent to Etsy; who holds one of the five may renew it, and a commercial key serves all", async () => {
    const sixth = await freshSeller();
    expect(await beginAuthorization(rig.web, wish(sixth))).toEqual({ outcome: "refused", problem: "no-seat" });
    expect(await rig.house.db.plain.query(`select from connect_attempt where seller_id = $1`, [sixth])).toEqual([]);
    expect((await beginAuthorization(rig.web, wish(rig.sellerId))).outcome).toBe("sent");
    const commercial = { ...rig.web, appKeys: { ...rig.web.appKeys, etsy: { ...rig.web.appKeys.etsy, access: "commercial" } } };
    expect((await beginAuthorization(commercial, wish(sixth))).outcome).toBe("sent");
    const off = { ...rig.web, appKeys: { ...rig.web.appKeys, etsy: null } };
    expect(await beginAuthorization(off, wish(sixth))).toEqual({ outcome: "refused", problem: "channel-off" });
  });
});

describe("the public callback", () => {
  const knock = (path: string, init: RequestInit = {}) => fetch(`${rig.config.appUrl}/connect/callback${path}`, { ...plainly, ...init });

  it("says the same of every state that is none, and of channels that have no consent page", async () => {
    const state = "A".repeat(43);
    for (const path of [`/ebay?code=x&state=${state}`, "/ebay", "/ebay?state=x", `/woocommerce?code=x&state=${state}`, "/nobody?code=x"]) {
      const answer = await knock(path);
      expect([path, answer.status, answer.headers.get("location")]).toEqual([path, 302, "/connect/returned?over"]);
      expect([answer.headers.get("cache-control"), answer.headers.get("referrer-policy")]).toEqual(["no-store", "no-referrer"]);
    }
  });

  it("ends no state for a HEAD or POST, and takes no state of one channel at another's address", async () => {
    const sellerId = await freshSeller();
    const { id, page } = await begin(sellerId, "ebay");
    const callback = await agree("ebay", page);
    for (const method of ["HEAD", "POST"]) expect((await knock(`/ebay${callback.search}`, { method })).status).toBe(405);
    expect((await location(knock(`/etsy${callback.search}`))).search).toBe("?over");
    expect((await attempt(id)).state).toBe("waiting");
    expect(claimOf(await comeBack(callback))).toMatch(/^[\w-]{43}$/);
  });

  it("two doors that found the same state: the first ends it for the other, with a code as with a refusal", async () => {
    const sellerId = await freshSeller();
    const { id, page } = await begin(sellerId, "ebay");
    const stateHash = hashOfSecret(new URL(page).searchParams.get("state") ?? "");
    const { intake } = rig.web;
    expect(await intake?.findHandOver("ebay", stateHash)).toEqual({ id, sellerId });
    const take = (claim: string) => intake?.takeGrant({ id, stateHash, codeSealed: "sealed", claimHash: claim, exchangeMs: 60_000 });
    expect(await take("first")).toBe(returnTo(id));
    expect([await take("second"), await intake?.refuseGrant({ id, stateHash, problem: "denied" })]).toEqual([null, null]);
    const [row] = await rig.house.db.plain.query(`select claim_hash as claim from connect_attempt where id = $1`, [id]);
    expect(row).toEqual({ claim: "first" });
  });

  it("keeps neither state, code, verifier nor claim in a readable form", async () => {
    const sellerId = await freshSeller();
    const { id, page } = await begin(sellerId, "etsy");
    const callback = await agree("etsy", page);
    const token = claimOf(await comeBack(callback));
    const [row] = await rig.house.db.plain.query<{ all: string }>(`select to_jsonb(a)::text as all from connect_attempt a where id = $1`, [
      id,
    ]);
    const { state, code } = Object.fromEntries(callback.searchParams);
    for (const secret of [state, code, token]) {
      expect(secret?.length).toBeGreaterThan(20);
      expect(row?.all).not.toContain(secret);
    }
  });
});

describe("inside Shopify admin, where no cookie reaches the callback", () => {
  const params = (attemptId: string) => ({ attemptId });
  const shopOf = async () => {
    const [row] = await rig.house.db.plain.query<{ address: string }>(`select address from connection where id = $1`, [
      rig.connections.shopify,
    ]);
    return row?.address ?? "";
  };

  it("sends the browser to the app inside the admin, and lets the same person of the same shop say yes, nobody else", async () => {
    const visits = await openEmbeddedVisits(rig);
    const shop = await shopOf();
    const context = visits.context();
    const form = { do: "authorize", channel: "ebay" };
    const answer = await connectScreen.action({
      ...{ request: await visits.call(shop, "/app/channels/connect", { form }), context, params: {} },
    });
    if (answer instanceof Response || !("page" in answer)) throw new Error("nobody was sent to eBay");
    const onward = await comeBack(await agree("ebay", answer.page));
    const name = shop.split(".")[0];
    const key = rig.config.appKeys.shopify?.apiKey;
    const [, path = "", id = ""] =
      /^(\/app\/channels\/connect\/([0-9a-f-]{36}))$/.exec(onward.pathname.replace(`/store/${name}/apps/${key}`, "")) ?? [];
    expect([onward.host, onward.pathname]).toEqual(["admin.shopify.com", `/store/${name}/apps/${key}${path}`]);
    expect((await ended(id)).state).toBe("received");

    const token = claimOf(onward);
    const look = async (user: string, query: string) =>
      attemptScreen.loader({
        ...{ request: await visits.call(shop, `${path}${query}`, { user }), context: visits.context(), params: params(id) },
      });
    expect((await look(OWNER, `?claim=${token}`)).attempt).toMatchObject({
      state: "received",
      mayClaim: true,
      shopName: "sandbox-seller-2",
    });
    // Who began but did not come back from eBay is not even told whose account it is.
    expect((await look(OWNER, "")).attempt).toMatchObject({ state: "received", mayClaim: false, shopName: null });
    expect(await look(STAFF, `?claim=${token}`)).toEqual({ attempt: null });
    const yes = { do: "claim", claim: token, consent: en.connect.grantConsent.ebay.version };
    const say = async (user: string, said: Record<string, string>) =>
      attemptScreen.action({
        ...{ request: await visits.call(shop, path, { user, form: said }), context: visits.context(), params: params(id) },
      });
    await expect(say(STAFF, yes)).rejects.toMatchObject({ status: 404 });
    expect(await say(OWNER, { ...yes, consent: "connect-1" })).toEqual({ consentChanged: true });
    await say(OWNER, { ...yes, claim: "" });
    expect(await attempt(id)).toMatchObject({ state: "received", connectionId: null });
    await say(OWNER, yes);
    const { connectionId } = await ended(id);
    const [agreed] = await rig.house.db.plain.query(`select text_version as version from consent where connection_id = $1`, [connectionId]);
    expect(agreed).toEqual({ version: en.connect.grantConsent.ebay.version });
    await rig.house.db.plain.query(`update connection set lifecycle = 'disconnected' where id = $1`, [connectionId]);
  });
});

const tokenCalls = (channel: Platform): number =>
  rig.sandbox.desks[channel]?.calls.since(0, 2).filter((call) => /token/i.test(call.operation)).length ?? Number.NaN;

async function blind(channel: Platform): Promise<Date | null> {
  const [row] = await rig.house.db.plain.query<{ since: Date | null }>(`select blind_since as since from connection where id = $1`, [
    rig.connections[channel],
  ]);
  return row?.since ?? null;
}

async function journal(channel: Platform, sku: string): Promise<{ by: string; from: number; to: number }[]> {
  const entries = await rig.control<{ sku: string; by: string; from: number; to: number }[]>("GET", `/${channel}/journal?since=0`);
  return entries.filter((entry) => entry.sku === sku);
}

/** Resolves when a row is there. */
async function there(rows: string, id: string): Promise<void> {
  await rig.until(async () => (await rig.house.db.plain.query(`select ${rows}`, [id])).length === 1, 20_000);
}
