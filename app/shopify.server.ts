/**
 * Who is asking, inside Shopify admin: session tokens checked and exchanged by Shopify's own library; the shop maps to a
 * connection of ours and so to a seller, or is led to the first page. Tokens are only obtained here; the worker alone renews them.
 */
import { type ApiVersion, LogSeverity } from "@shopify/shopify-api";
import { grantOfShop } from "#app/data/shopify-grants.server.ts";
import type { House } from "#app/flows/house.server.ts";
import { type EmbeddedDoor, type Front, PERSON, type Role, type ShopVisit } from "./front.server.ts";
import { askWhoOpened, findShop, giveMembership, noteAddress, roleOf, type ShopRow, staffName } from "./shopify-people.server.ts";
import { createShopifySessions } from "./shopify-sessions.server.ts";

export type EmbeddedOptions = {
  apiKey: string;
  apiSecret: string;
  /** Public address of this installation. */
  appUrl: string;
  scopes: string[];
  /** As the connector pins it. */
  apiVersion: string;
  house: Pick<House, "db" | "keyring" | "newId" | "doorbell">;
  /** Where a request really goes; the demo sends platform hosts to its sandbox. Undefined = to Shopify. */
  fetchMap?: (url: string) => string;
  appBridgeUrl?: string;
  /** One more origin that may frame us: the demo's simulated admin. Never set in production. */
  frameAncestor?: string;
  /** Where the app stands inside a shop's admin; the demo's stands in its simulated one. Undefined = Shopify's. */
  adminApp?: (shopName: string) => string;
  /** Warnings of Shopify's library. */
  warn?: (message: string) => void;
};

export async function createEmbeddedFront(options: EmbeddedOptions): Promise<EmbeddedDoor> {
  // The bounce page takes the script's address from the environment at the moment its adapter is loaded, and from nowhere else.
  if (options.appBridgeUrl) process.env.APP_BRIDGE_URL = options.appBridgeUrl;
  const { house } = options;
  await import("@shopify/shopify-app-remix/adapters/node");
  const { AppDistribution, shopifyApp } = await import("@shopify/shopify-app-remix/server");
  if (options.fetchMap) {
    const { setAbstractFetchFunc } = await import("@shopify/shopify-api/runtime");
    const { fetchMap } = options;
    setAbstractFetchFunc((url, init) => fetch(fetchMap(String(url)), init));
  }
  const shopify = shopifyApp({
    apiKey: options.apiKey,
    apiSecretKey: options.apiSecret,
    apiVersion: options.apiVersion as ApiVersion,
    scopes: options.scopes,
    appUrl: options.appUrl,
    authPathPrefix: "/auth",
    distribution: AppDistribution.AppStore,
    sessionStorage: createShopifySessions(house),
    future: { unstable_newEmbeddedAuthStrategy: true, expiringOfflineAccessTokens: true },
    // Below warnings the library prints session tokens.
    logger: { level: LogSeverity.Warning, log: (_severity, message) => options.warn?.(message) },
  });

  const fetchMap = options.fetchMap ?? ((url: string) => url);
  const exchange = { apiKey: options.apiKey, apiSecret: options.apiSecret, fetchMap, warn: options.warn ?? (() => {}) };
  const linkTo = (path: string) => `/app${path === "/" ? "" : path}`;
  // Shopify admin frames the app at the path that follows its key (not stated in Shopify's pages that we could read).
  const adminApp = options.adminApp ?? ((shopName: string) => `https://admin.shopify.com/store/${shopName}/apps/${options.apiKey}`);

  const askedForAddress = new Set<string>();

  async function enter(request: Request): Promise<Front> {
    const asked = await shopify.authenticate.admin(request);
    const { shop } = asked.session;
    const shopUser = asked.sessionToken.sub;
    const known = await findShop(house.db, shop, shopUser);
    if (!known || known.lifecycle === "disconnected") throw asked.redirect(WELCOME);
    const { userId, role } = await personOf(request, shop, shopUser, known);
    return {
      base: "/app",
      seller: { id: known.sellerId, name: known.sellerName },
      actorKey: `${PERSON}${userId}`,
      actorLabel: staffName(shopUser),
      role,
      // No cookie reaches us at a platform's callback: what was begun here is claimed by a token of the same shop and person.
      sessionKey: `shopify:${shop}:${shopUser}`,
      join: { side: "enters", shop },
      landingFor: () => "/connect/returned",
      comeBackTo: (path) => adminApp(shop.replace(/\.myshopify\.com$/, "")) + linkTo(path),
      redirect: (path) => asked.redirect(linkTo(path)),
      linkTo,
    };
  }

  /** At a person's first visit Shopify is asked once what he is in the shop. */
  async function personOf(request: Request, shop: string, shopUser: string, known: ShopRow): Promise<{ userId: string; role: Role }> {
    if (known.userId !== null && known.role !== null) {
      await askForAddress(request, shop, shopUser, { ...known, userId: known.userId });
      return { userId: known.userId, role: known.role };
    }
    const user = await askWhoOpened(exchange, shop, sessionTokenOf(request));
    // Without an answer nothing is written down, so that the next page asks again.
    if (user === null) return { userId: known.userId ?? shopUser, role: roleOf(null) };
    return giveMembership(house.db, house.newId, { shop: known, shopUser, role: roleOf(user), email: user.email });
  }

  /** Who installed the app is known without an address; once per person and process Shopify is asked for one. */
  async function askForAddress(request: Request, shop: string, shopUser: string, known: ShopRow & { userId: string }): Promise<void> {
    if (known.mailKnown || askedForAddress.has(known.userId)) return;
    askedForAddress.add(known.userId);
    const user = await askWhoOpened(exchange, shop, sessionTokenOf(request));
    if (user !== null && user.email !== "") await noteAddress(house.db, house.newId, { shop: known, shopUser, email: user.email });
  }

  async function visit(request: Request): Promise<ShopVisit> {
    const asked = await shopify.authenticate.admin(request);
    const { shop } = asked.session;
    const known = await findShop(house.db, shop, asked.sessionToken.sub);
    const grant = await grantOfShop(house.db.plain, shop);
    const gone = known === null || known.lifecycle === "disconnected";
    const state = !gone ? "here" : grant?.state === "asked" ? "coming" : known ? "back" : "new";
    const redirect = (path: string) => asked.redirect(linkTo(path));
    return {
      ...{ shop, shopUser: asked.sessionToken.sub, state, redirect },
      problem: grant?.problem ?? null,
      connectionId: known?.connectionId ?? null,
    };
  }

  return {
    enter,
    visit,
    actsByCookie: false,
    apiKey: options.apiKey,
    appBridgeUrl: options.appBridgeUrl,
    async authPath(request) {
      await shopify.authenticate.admin(request);
      throw new Error("Shopify's library let a path of its own through");
    },
    async login(request) {
      return { problem: Boolean((await shopify.login(request)).shop) };
    },
    documentHeaders(request, headers) {
      shopify.addDocumentResponseHeaders(request, headers);
      allowFrame(headers, options.frameAncestor);
    },
  };
}

/** Where a shop that is nobody's yet begins. */
const WELCOME = "/app/welcome";

/** In the header of a page's own calls, in the address of a document; checked by then. */
function sessionTokenOf(request: Request): string {
  const bearer = request.headers.get("authorization")?.replace(/^Bearer /, "");
  return bearer ?? new URL(request.url).searchParams.get("id_token") ?? "";
}

function allowFrame(headers: Headers, origin: string | undefined): void {
  const policy = headers.get("Content-Security-Policy");
  if (origin && policy) headers.set("Content-Security-Policy", policy.replace("frame-ancestors ", `frame-ancestors ${origin} `));
}
