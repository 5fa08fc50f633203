import { describe, expect, it } from "vitest";
import { openShop } from "./shop-under-test.ts";

const PATH = "/wp-json/wc/v3/products";
const TLS = { "x-forwarded-proto": "https" };

describe("who may ask a shop", () => {
  it("basic auth counts over https only", async () => {
    const shop = openShop();
    const { consumerKey, consumerSecret } = shop.keys;
    const authorization = `Basic ${Buffer.from(`${consumerKey}:${consumerSecret}`).toString("base64")}`;
    expect((await shop.raw("GET", PATH, new URLSearchParams(), { headers: { authorization, ...TLS } })).status).toBe(200);
    const plain = await shop.raw("GET", PATH, new URLSearchParams(), { headers: { authorization } });
    expect(plain).toMatchObject({
      status: 401,
      body: { code: "woocommerce_rest_cannot_view", message: "Sorry, you cannot list resources." },
    });
  });

  it("a key in the query counts over https only", async () => {
    const shop = openShop();
    const query = new URLSearchParams({ consumer_key: shop.keys.consumerKey, consumer_secret: shop.keys.consumerSecret });
    expect((await shop.raw("GET", PATH, query, { headers: TLS })).status).toBe(200);
    expect((await shop.raw("GET", PATH, query)).status).toBe(401);
  });

  it("a wrong secret is named, an unknown key is as good as none", async () => {
    const shop = openShop();
    const wrong = new URLSearchParams({ consumer_key: shop.keys.consumerKey, consumer_secret: "cs_wrong" });
    const unknown = new URLSearchParams({ consumer_key: "ck_unknown", consumer_secret: "cs_wrong" });
    expect((await shop.raw("GET", PATH, wrong, { headers: TLS })).body).toMatchObject({ message: "Consumer secret is invalid." });
    expect((await shop.raw("GET", PATH, unknown, { headers: TLS })).body).toMatchObject({ code: "woocommerce_rest_cannot_view" });
  });

  it.each(["sha1", "sha256"] as const)("a signed query is let in over http (%s)", async (hash) => {
    const shop = openShop();
    expect((await shop.raw("GET", PATH, shop.sign("GET", PATH, { search: "Good 1 (a*b)" }, { hash }))).status).toBe(200);
  });

  it("doubled parameters are read as PHP reads them: the last counts", async () => {
    const shop = openShop();
    const signed = shop.sign("GET", PATH, { per_page: "2" });
    const doubled = new URLSearchParams([...signed, ...signed]);
    const answer = await shop.raw("GET", PATH, doubled);
    expect(answer.status).toBe(200);
    expect(answer.body).toHaveLength(2);
  });

  it("a changed argument, another secret, an old time and a used nonce are refused", async () => {
    const shop = openShop();
    const changed = shop.sign("GET", PATH, { per_page: "2" });
    changed.set("per_page", "3");
    const said = async (query: URLSearchParams) => ((await shop.raw("GET", PATH, query)).body as { message: string }).message;
    expect(await said(changed)).toBe("Invalid signature - provided signature does not match.");
    expect(await said(shop.sign("GET", PATH, {}, { secret: "cs_other" }))).toBe("Invalid signature - provided signature does not match.");
    expect(await said(shop.sign("GET", PATH, {}, { atMs: Date.UTC(2026, 10, 23, 12, 44) }))).toBe("Invalid timestamp.");
    const once = shop.sign("GET", PATH, {});
    expect((await shop.raw("GET", PATH, once)).status).toBe(200);
    expect(await said(once)).toBe("Invalid nonce - nonce has already been used.");
    const partly = shop.sign("GET", PATH, {});
    partly.delete("oauth_nonce");
    expect(await said(partly)).toBe("Missing OAuth parameter oauth_nonce");
  });

  it("routes travel in the query where the shop has plain permalinks", async () => {
    const shop = openShop();
    const params = { rest_route: "/wc/v3/products", per_page: "3", _via: "wp-json/wc/v3" };
    const rawQuery = (query: URLSearchParams) => query.toString().replaceAll("%2F", "/");
    const ask = (path: string, signed: string) => {
      const query = shop.sign("GET", signed, params);
      return shop.raw("GET", path, query, { rawQuery: rawQuery(query) });
    };
    expect((await ask("/index.php", "/index.php")).body).toHaveLength(3);
    expect((await ask("/", "/")).body).toMatchObject({ message: "Invalid signature - provided signature does not match." });
    expect((await ask("/", "")).body).toHaveLength(3);
  });

  it("trap: with plain permalinks no key counts unless the address as written holds the interface's path", async () => {
    const shop = openShop();
    for (const via of [{}, { _via: "wp-json/wc/v3" }] as Record<string, string>[]) {
      const query = shop.sign("GET", "/index.php", { rest_route: "/wc/v3/products", ...via });
      expect((await shop.raw("GET", "/index.php", query, { rawQuery: query.toString() })).status).toBe(401);
    }
  });
});
