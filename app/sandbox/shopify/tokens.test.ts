import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openShopify } from "./shopify-bed.ts";

let bed: Awaited<ReturnType<typeof openShopify>>;
beforeEach(async () => {
  bed = await openShopify();
});
afterEach(() => bed.stop());

const PATH = "/oauth/access_token";
const EXCHANGE = {
  grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
  subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
  requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token",
  expiring: "1",
};
const idToken = async (domain: string) => (await fetch(`${bed.sandbox.origin}/shopify/id-token?shop=${domain}`)).text();
const appOf = (shop: ReturnType<typeof bed.connect>) => ({ client_id: shop.app.clientId, client_secret: shop.app.clientSecret });

describe("the simulated token endpoint", () => {
  it("exchanges a session token for an expiring offline token that opens the shop", async () => {
    const shop = bed.connect();
    const { status, body } = await shop.post(PATH, { ...appOf(shop), ...EXCHANGE, subject_token: await idToken(shop.domain) });
    expect([status, body.expires_in, body.refresh_token_expires_in]).toEqual([200, 3600, 7_776_000]);
    expect((await shop.ask("{ shop { name } }", {}, body.access_token)).status).toBe(200);
  });

  it("an online token names its user instead of a refresh token", async () => {
    const shop = bed.connect();
    const requested = { requested_token_type: "urn:shopify:params:oauth:token-type:online-access-token" };
    const { body } = await shop.post(PATH, { ...appOf(shop), ...EXCHANGE, ...requested, subject_token: await idToken(shop.domain) });
    expect(body).toMatchObject({ associated_user: { id: 42 } });
    expect(body.refresh_token).toBeUndefined();
  });

  it("trap: non-expiring tokens are no longer issued", async () => {
    const shop = bed.connect();
    expect((await shop.post(PATH, { ...appOf(shop), ...EXCHANGE, expiring: "0", subject_token: await idToken(shop.domain) })).status).toBe(
      400,
    );
  });

  it("refuses another shop's session token, an old one, one of another key, and a wrong secret", async () => {
    const shop = bed.connect();
    const exchange = async (subject_token: string, more: object = {}) =>
      (await shop.post(PATH, { ...appOf(shop), ...EXCHANGE, subject_token, ...more })).status;
    expect(await exchange(await idToken(bed.connect(3).domain))).toBe(400);
    const good = await idToken(shop.domain);
    const [head, claims] = good.split(".");
    expect(await exchange(`${head}.${claims}.${createHmac("sha256", "x").update(`${head}.${claims}`).digest("base64url")}`)).toBe(400);
    expect(await exchange(good, { client_secret: "wrong" })).toBe(401);
    bed.advance(120_000);
    expect(await exchange(good)).toBe(400);
  });

  it("trap: a refresh rotates; the old token is good for another try until the new pair is used", async () => {
    const shop = bed.connect();
    const refresh = (refresh_token: string | undefined) => shop.post(PATH, { ...appOf(shop), grant_type: "refresh_token", refresh_token });
    const first = await refresh(shop.refreshToken);
    const again = await refresh(shop.refreshToken);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect((await refresh(first.body.refresh_token)).status).toBe(400);
    await shop.ask("{ shop { name } }", {}, again.body.access_token);
    expect((await refresh(shop.refreshToken)).status).toBe(400);
    expect((await refresh(again.body.refresh_token)).status).toBe(200);
  });
});

describe("the simulated admin", () => {
  const get = (path: string) => fetch(`${bed.sandbox.origin}/shopify${path}`);

  it("frames the app with shop, host, embedded and a fresh id_token", async () => {
    bed.openDoor();
    const html = await (await get("/admin/store/anna-a/apps/inventorysync/app/items?filter=low")).text();
    const src = new URL((/<iframe[^>]+src="([^"]+)"/.exec(html)?.[1] ?? "").replaceAll("&#38;", "&"));
    expect([src.origin, src.pathname, src.searchParams.get("filter")]).toEqual([bed.appOrigin, "/app/items", "low"]);
    expect(src.searchParams.get("shop")).toBe("anna-a.myshopify.com");
    expect(src.searchParams.get("embedded")).toBe("1");
    expect(Buffer.from(src.searchParams.get("host") ?? "", "base64").toString()).toBe("admin.shopify.com/store/anna-a");
    const shop = bed.connect();
    const answer = await shop.post(PATH, { ...appOf(shop), ...EXCHANGE, subject_token: src.searchParams.get("id_token") });
    expect(answer.status).toBe(200);
  });

  it("begins at the app's start page, says when the app is not known yet, and knows no other shops", async () => {
    expect((await get("/admin/store/anna-a")).status).toBe(503);
    bed.openDoor();
    expect(await (await get("/admin/store/anna-a")).text()).toContain(`${bed.appOrigin}/app?`);
    expect((await get("/admin/store/nobody")).status).toBe(404);
  });

  it("trap: an uninstall kills both tokens at once and is told by a delivery; a new install exchanges again", async () => {
    bed.openDoor();
    const shop = bed.connect();
    const press = (what: string, headers: Record<string, string> = {}) =>
      fetch(`${bed.sandbox.origin}/shopify/admin/store/anna-a/${what}`, { method: "POST", redirect: "manual", headers });
    expect((await press("uninstall", { origin: "http://evil.example" })).status).toBe(403);
    expect((await press("uninstall")).status).toBe(303);
    const [told] = await bed.arrived();
    expect([told!.topic, JSON.parse(told!.raw)]).toMatchObject(["app/uninstalled", { myshopify_domain: shop.domain }]);
    expect((await shop.ask("{ shop { name } }")).status).toBe(401);
    const refresh = { ...appOf(shop), grant_type: "refresh_token", refresh_token: shop.refreshToken };
    expect((await shop.post(PATH, refresh)).status).toBe(400);
    expect(await (await get("/admin/store/anna-a")).text()).toContain("Install InventorySync");
    await press("install");
    const again = await shop.post(PATH, { ...appOf(shop), ...EXCHANGE, subject_token: await idToken(shop.domain) });
    expect((await shop.ask("{ shop { name } }", {}, again.body.access_token)).status).toBe(200);
  });

  it("serves the stub and session tokens to any origin", async () => {
    for (const path of ["/app-bridge.js", "/id-token?shop=anna-a.myshopify.com"])
      expect((await get(path)).headers.get("access-control-allow-origin")).toBe("*");
    const script = await (await get("/app-bridge.js")).text();
    expect(() => new Function(script)).not.toThrow();
    expect(script).toContain("shopify-reload");
    expect((await get("/id-token?shop=nobody.myshopify.com")).status).toBe(404);
  });
});
