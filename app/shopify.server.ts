/**
 * Who is asking, inside Shopify admin: session tokens checked and exchanged by Shopify's own library; the shop maps to a
 * connection of ours and so to a seller. Tokens are only obtained here; one refresh for everybody lives with the connector.
 */
import { ApiVersion, LogSeverity } from "@shopify/shopify-api";
import type { Database } from "#app/data/database.server.ts";
import type { Keyring } from "#app/platform/sealing.server.ts";
import { type EmbeddedDoor, type Front, refusal } from "./front.server.ts";
import { createSealedSessions } from "./sealed-sessions.server.ts";

export type EmbeddedOptions = {
  apiKey: string;
  apiSecret: string;
  /** Public address of this installation. */
  appUrl: string;
  scopes: string[];
  keyring: Keyring;
  db: Database;
  /** Where a request really goes; the demo sends platform hosts to its sandbox. Undefined = to Shopify. */
  fetchMap?: (url: string) => string;
  appBridgeUrl?: string;
  /** One more origin that may frame us: the demo's simulated admin. Never set in production. */
  frameAncestor?: string;
  /** Warnings of Shopify's library. */
  warn?: (message: string) => void;
};

export async function createEmbeddedFront(options: EmbeddedOptions): Promise<EmbeddedDoor> {
  // The bounce page takes the script's address from the environment at the moment its adapter is loaded, and from nowhere else.
  if (options.appBridgeUrl) process.env.APP_BRIDGE_URL = options.appBridgeUrl;
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
    apiVersion: ApiVersion.October26,
    scopes: options.scopes,
    appUrl: options.appUrl,
    authPathPrefix: "/auth",
    distribution: AppDistribution.AppStore,
    sessionStorage: createSealedSessions({ db: options.db, sealer: options.keyring }),
    future: { unstable_newEmbeddedAuthStrategy: true, expiringOfflineAccessTokens: true },
    // Below warnings the library prints session tokens.
    logger: { level: LogSeverity.Warning, log: (_severity, message) => options.warn?.(message) },
  });

  async function enter(request: Request): Promise<Front> {
    const asked = await shopify.authenticate.admin(request);
    const { shop } = asked.session;
    const [connection] = await options.db.plain.query<{ seller_id: string; lifecycle: string }>(
      "select * from intake_connection('shopify', null, $1)",
      [shop],
    );
    if (!connection || connection.lifecycle === "disconnected") throw refusal(403, "unknown-shop");
    const seller = await options.db.read(connection.seller_id, (prisma) =>
      prisma.seller.findUniqueOrThrow({ where: { id: connection.seller_id } }),
    );
    const user = asked.sessionToken.sub;
    const linkTo = (path: string) => `/app${path === "/" ? "" : path}`;
    return {
      base: "/app",
      seller: { id: seller.id, name: seller.name },
      actorKey: `shopify-user:${user}@${shop}`,
      actorLabel: `Shopify staff ${user}`,
      // Who may open the app is decided by the shop's own staff permissions; an offline token does not tell more.
      role: "manager",
      // No cookie reaches us at a platform's callback: what was begun here is claimed by a token of the same shop and person.
      sessionKey: `shopify:${shop}:${user}`,
      landingFor: () => "/connect/returned",
      redirect: (path) => asked.redirect(linkTo(path)),
      linkTo,
    };
  }

  return {
    enter,
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

function allowFrame(headers: Headers, origin: string | undefined): void {
  const policy = headers.get("Content-Security-Policy");
  if (origin && policy) headers.set("Content-Security-Policy", policy.replace("frame-ancestors ", `frame-ancestors ${origin} `));
}
