import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { AppLoadContext } from "@remix-run/node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { asked, openStage, refused, type Stage } from "#app/testing/stage.server.ts";
import { type EmbeddedDoor, requireMayChange, requireSeller } from "./front.server.ts";
import { createEmbeddedFront } from "./shopify.server.ts";
import { createShopifySessions } from "./shopify-sessions.server.ts";

const KEY = "test-api-key";
const SECRET = "test-api-secret";
const APP = "http://127.0.0.1:3000";
const SHOP_A = "shop-a.myshopify.com";
const BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

/** Shopify's token endpoint, and nothing else of it (contracts/shopify.md 7 and 13). */
let exchanges: Record<string, string>[] = [];
let shopify: Server;
/** Whether Shopify says that the address of who opens the app is verified. */
let verified = false;
let stage: Stage;
let door: EmbeddedDoor;

beforeAll(async () => {
  shopify = createServer((req, res) => {
    let body = "";
    req.on("data", (piece) => {
      body += piece;
    });
    req.on("end", () => {
      exchanges.push(JSON.parse(body));
      const online = exchanges.at(-1)?.requested_token_type?.includes("online");
      const token = {
        access_token: `shpat_${exchanges.length}`,
        scope: "write_inventory",
        expires_in: 3600,
        refresh_token: "shprt_1",
        refresh_token_expires_in: 7_776_000,
        ...(online
          ? {
              associated_user: {
                id: 42,
                account_owner: false,
                collaborator: false,
                email: "sandra@shop.example",
                email_verified: verified,
              },
            }
          : {}),
      };
      res.setHeader("content-type", "application/json").end(JSON.stringify(token));
    });
  });
  await new Promise<void>((resolve) => shopify.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(shopify.address() as AddressInfo).port}`;
  stage = await openStage();
  door = await createEmbeddedFront({
    ...{ apiKey: KEY, apiSecret: SECRET, appUrl: APP, scopes: ["write_inventory"], apiVersion: "2026-10", house: stage.house },
    fetchMap: (url) => url.replace(/^https:\/\/[^/]+\.myshopify\.com/, origin),
    frameAncestor: "http://127.0.0.1:4010",
  });
});
afterAll(async () => {
  shopify.close();
  await stage.close();
});
beforeEach(async () => {
  exchanges = [];
  await stage.worker.plain.query("delete from shopify_grant");
});

function token(shop: string, secondsLeft = 60, secret = SECRET): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    iss: `https://${shop}/admin`,
    dest: `https://${shop}`,
    aud: KEY,
    sub: "42",
    sid: "s",
    jti: "j",
    iat: now - 120,
    nbf: now - 120,
    exp: now + secondsLeft,
  };
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

const host = Buffer.from("admin.shopify.com/store/shop-a").toString("base64");
const frameQuery = (shop = SHOP_A) => `shop=${shop}&host=${encodeURIComponent(host)}&embedded=1&id_token=${token(shop)}`;
const documentLoad = (query = frameQuery()) => new Request(`${APP}/app?${query}`, { headers: { "user-agent": BROWSER } });
const dataLoad = (bearer: string, path = "/app/inventory") =>
  new Request(`${APP}${path}`, { headers: { "user-agent": BROWSER, authorization: `Bearer ${bearer}` } });
const context = () => stage.context({ fronts: { app: door, portal: null } });

const offline = () => exchanges.filter((e) => e.requested_token_type?.includes("offline")).length;

describe("inside Shopify admin", () => {
  it("knows the seller by the shop's connection", async () => {
    const front = await requireSeller(documentLoad(), context());
    expect(front).toMatchObject({ base: "/app", seller: { id: stage.scene.a.id, name: "Seller A" }, role: "manager" });
    expect(exchanges[0]).toMatchObject({ requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token", expiring: "1" });
    verified = true;
    const other = await requireSeller(documentLoad(frameQuery("shop-b.myshopify.com")), context());
    verified = false;
    expect(other.seller.id).toBe(stage.scene.b.id);
  });

  it("exchanges one token for all loaders of one page, and none while the first waits for the worker", async () => {
    const page: AppLoadContext = context();
    const request = documentLoad();
    await Promise.all([requireSeller(request, page), requireSeller(request, page), requireSeller(request, page)]);
    expect(offline()).toBe(1);
    await requireSeller(dataLoad(token(SHOP_A)), context());
    expect(offline()).toBe(1);
  });

  it("survives two first visits at once", async () => {
    await Promise.all([requireSeller(documentLoad(), context()), requireSeller(documentLoad(), context())]);
    const rows = await stage.worker.plain.query<{ state: string }>("select state from shopify_grant");
    expect(rows).toEqual([{ state: "asked" }]);
    expect(stage.rung).toContain(`install:${SHOP_A}`);
  });

  it("keeps the shop and the frame in the address when it sends elsewhere", async () => {
    const front = await requireSeller(documentLoad(), context());
    const to = new URL(front.redirect("/channels").headers.get("location") ?? "");
    expect(to.pathname).toBe("/app/channels");
    expect(to.searchParams.get("shop")).toBe(SHOP_A);
    expect(to.searchParams.get("host")).toBe(host);
  });

  it("lets staff act without an Origin header, and writes down who it was", async () => {
    const front = await requireMayChange(dataLoad(token(SHOP_A)), context());
    const [actor] = await stage.worker.plain.query<{ label: string; seller_id: string }>(
      "select label, seller_id from actor where key = $1",
      [front.actorKey],
    );
    expect(actor).toEqual({ label: "Shopify staff 42", seller_id: stage.scene.a.id });
  });
});

describe("whoever is not let in", () => {
  it("a shop that is not connected, or no longer, is led to the page that asks", async () => {
    const away = await refused(() => requireSeller(documentLoad(frameQuery("stranger.myshopify.com")), context()));
    expect(away).toMatchObject({ status: 302, location: expect.stringContaining("/app/welcome?") });
    expect(away.location).toContain("shop=stranger.myshopify.com");
    const id = stage.scene.b.connections.shopify;
    await stage.worker.plain.query("update connection set lifecycle = 'disconnected' where id = $1", [id]);
    const left = await refused(() => requireSeller(documentLoad(frameQuery("shop-b.myshopify.com")), context()));
    expect(left).toMatchObject({ location: expect.stringContaining("/app/welcome?") });
    await stage.worker.plain.query("update connection set lifecycle = 'observe' where id = $1", [id]);
  });

  it.each([
    ["an expired token", () => dataLoad(token(SHOP_A, -60)), 401],
    ["a token signed by somebody else", () => dataLoad(token(SHOP_A, 60, "wrong")), 401],
    ["no token at all", () => new Request(`${APP}/app`, { headers: { "user-agent": BROWSER } }), 302],
    ["a robot", () => new Request(`${APP}/app?${frameQuery()}`, { headers: { "user-agent": "curl/8" } }), 410],
    ["somebody who is signed in at the portal", () => asked("/app"), 302],
  ])("%s", async (_name, request, status) => {
    expect((await refused(() => requireSeller(request(), context()))).status).toBe(status);
    expect(exchanges).toEqual([]);
  });

  it("an expired token is told to try again with a fresh one", async () => {
    const answer = await requireSeller(dataLoad(token(SHOP_A, -60)), context()).catch((thrown: unknown) => thrown);
    expect(answer instanceof Response && answer.headers.get("X-Shopify-Retry-Invalid-Session-Request")).toBe("1");
  });
});

describe("tokens at rest", () => {
  it("are sealed to their row, and nobody's name is kept; an address only where Shopify has verified it", async () => {
    await requireSeller(documentLoad(), context());
    const [row] = await stage.worker.plain.query<{ id: string; sealed: string }>("select * from shopify_grant");
    expect(JSON.stringify(row)).not.toMatch(/shpat_|shprt_/);
    const open = (rowId: string) => stage.house.keyring.open(row?.sealed ?? "", { table: "shopify_grant", rowId, field: "sealed" });
    expect(JSON.parse(open(row?.id ?? ""))).toMatchObject({ accessToken: "shpat_1", refreshToken: "shprt_1" });
    expect(() => open(stage.scene.a.id)).toThrow();
    const people = await stage.worker.plain.query<{ name: string; email: string; seller: string }>(
      `select u.name, u.email, m.seller_id as seller from app_user u join membership m on m.user_id = u.id where u.external_id like 'shopify:%'`,
    );
    expect(new Map(people.map((p) => [p.seller, p.email]))).toEqual(
      new Map([
        [stage.scene.a.id, ""],
        [stage.scene.b.id, "sandra@shop.example"],
      ]),
    );
    expect(JSON.stringify(people.map((p) => p.name))).not.toMatch(/sandra/i);
  });

  it("stand in no session: the library is given a word that opens nothing", async () => {
    const sessions = createShopifySessions(stage.house);
    expect(await sessions.loadSession(`offline_${SHOP_A}`)).toBeUndefined();
    await requireSeller(documentLoad(), context());
    const session = await sessions.loadSession(`offline_${SHOP_A}`);
    expect([session?.accessToken, session?.refreshToken]).toEqual(["held-by-the-connection", undefined]);
    await sessions.storeSession(session!);
    expect(await stage.worker.plain.query("select 1 from shopify_grant")).toHaveLength(1);
    await expect(stage.house.db.plain.query("select sealed from shopify_grant")).rejects.toMatchObject({ code: "42501" });
  });
});

describe("the page's headers", () => {
  it("let the shop's admin frame it, and the simulated one where the demo says so", () => {
    const headers = new Headers();
    door.documentHeaders(documentLoad(), headers);
    expect(headers.get("content-security-policy")).toMatch(
      /^frame-ancestors http:\/\/127\.0\.0\.1:4010 https:\/\/shop-a\.myshopify\.com https:\/\/admin\.shopify\.com/,
    );
  });
});
