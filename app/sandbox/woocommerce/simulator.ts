/**
 * A WooCommerce 10 shop per account, each an ordinary site in a sub-folder (/woocommerce/shop-1). Knows REST v3, the key
 * hand-over pages and webhooks; what a real server was seen doing stands above what its documentation says.
 */
import type { AccountNo, ChannelState, OrderRequest, SimRequest, SimResponse, Simulator, SimulatorHost, WorldSeed } from "../simulator.ts";
import { ACCOUNTS } from "../simulator.ts";
import { html, json, RestError } from "./answers.ts";
import { authenticate } from "./authentication.ts";
import * as control from "./control-acts.ts";
import type { ShopData } from "./model.ts";
import type { Json } from "./render.ts";
import { findRoute, mayNot } from "./routes.ts";
import { seedShop } from "./seed-shop.ts";
import { loadShop, type Shop, saveShop } from "./shop.ts";
import { answerWcAuth } from "./wc-auth.ts";
import { deliveryHeaders, signature } from "./webhooks.ts";

const ADDRESS = /^\/shop-([123])(\/.*)?$/;

/** Splits an address into shop and REST route (null: a page of the site). Plain permalinks carry the route in the query. */
function locate(request: SimRequest): { account: AccountNo; below: string; restPath: string | null } | null {
  const match = ADDRESS.exec(request.path);
  if (!match) return null;
  const below = match[2] ?? "/";
  const pretty = below === "/wp-json" || below.startsWith("/wp-json/") ? below.slice("/wp-json".length) : null;
  const found = pretty ?? (below === "/" || below === "/index.php" ? request.query.get("rest_route") : null);
  const restPath = found === null ? null : found.replace(/\/+$/, "") || "/";
  return { account: Number(match[1]) as AccountNo, below, restPath };
}

export function createWoocommerceSimulator(host: SimulatorHost): Simulator {
  const shops = new Map<AccountNo, Shop>();
  const shopOf = (account: AccountNo): Shop => {
    const shop = shops.get(account);
    if (!shop) throw new Error(`woocommerce account ${account} was asked for before the world was made`);
    return shop;
  };

  return {
    channel: "woocommerce",

    inspect(request) {
      const place = locate(request);
      if (!place || place.restPath === null) return null;
      const found = findRoute(request.method, place.restPath);
      if (!found) return { operation: "unknown", account: place.account, changes: false };
      return { operation: found.route.operation, account: place.account, changes: found.route.method !== "GET" };
    },

    async handle(request) {
      const place = locate(request);
      if (!place) return html(404, "Not found", "");
      const shop = shopOf(place.account);
      if (place.restPath !== null) return answerRest(shop, request, place.restPath);
      const step = /^\/wc-auth\/v1\/(.+)$/.exec(place.below)?.[1];
      return step ? answerWcAuth(shop, request, step) : html(404, "Page not found", "");
    },

    refusal(request, why) {
      switch (why) {
        case "error5xx":
          return html(503, "Maintenance", "<p>Briefly unavailable for scheduled maintenance. Check back in a minute.</p>");
        case "throttle":
          return html(429, "Too many requests", "<p>Your access to this site has been limited.</p>", { "retry-after": "2" });
        case "expired":
        case "revoked": {
          // Keys never expire; they die when somebody deletes them, and then are as unknown as any other.
          const signed = request.query.has("oauth_consumer_key");
          const error = signed ? new RestError(401, "woocommerce_rest_authentication_error", "Consumer key is invalid.") : mayNot("list");
          return json(401, error.body());
        }
        default:
          return why satisfies never;
      }
    },

    reset(world: WorldSeed) {
      for (const account of ACCOUNTS) shops.set(account, seedShop(host, world, account));
    },
    state: (account): ChannelState => control.state(shopOf(account)),
    placeOrder: (account, order: OrderRequest) => control.placeOrder(shopOf(account), order),
    cancelOrder: (account, id, how) => control.cancelOrder(shopOf(account), id, how),
    refundOrder: (account, id, how) => control.refundOrder(shopOf(account), id, how),
    fulfilOrder: (account, id) => control.fulfilOrder(shopOf(account), id),
    editOrder: (account, id, how) => control.editOrder(shopOf(account), id, how),
    setStock: (account, change) => control.setStock(shopOf(account), change),
    addListing: (account, listing) => control.addListing(shopOf(account), listing),
    removeListing: (account, sku) => control.removeListing(shopOf(account), sku),

    credentials(account) {
      const shop = shopOf(account);
      const key = [...shop.keys.values()][0];
      return {
        app: {},
        account: { externalId: shop.address(), address: shop.address() },
        credentials: key ? { consumerKey: key.key, consumerSecret: key.secret } : {},
      };
    },

    forge(account, what) {
      const shop = shopOf(account);
      const hook = control.hookFor(shop, what.topic);
      const headers = { ...deliveryHeaders(shop, hook, what.topic), ...signature(hook.secret, what.body, what.sign), ...what.headers };
      return { url: hook.deliveryUrl, headers, body: what.body };
    },

    save: (): ShopData[] => [...shops.values()].map(saveShop),
    load(state) {
      for (const data of state as ShopData[]) shops.set(data.account, loadShop(host, data));
    },
  };
}

function answerRest(shop: Shop, request: SimRequest, path: string): SimResponse {
  try {
    // A firewall or a maintenance plugin that answers 200 with a page, before the shop has seen anything.
    if (shop.host.strikes(shop.account, "html200")) return html(200, "Just a moment", "<p>Checking your browser.</p>");
    const found = findRoute(request.method, path);
    if (!found) throw new RestError(404, "rest_no_route", "No route was found matching the URL and request method.");
    if (found.route.needsKey && !authenticate(shop, request)) throw mayNot(found.route.verb);
    return found.route.answer({
      shop,
      request,
      ids: found.ids,
      operation: found.route.operation,
      body: () => readBody(request),
      force: ["true", "1"].includes(request.query.get("force") ?? ""),
    });
  } catch (error) {
    if (error instanceof RestError) return json(error.status, error.body());
    throw error;
  }
}

function readBody(request: SimRequest): Json {
  if (request.body.length === 0) return {};
  try {
    const value: unknown = JSON.parse(request.body.toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Json) : {};
  } catch {
    throw new RestError(400, "rest_invalid_json", "Invalid JSON body passed.", {
      status: 400,
      json_error_code: 4,
      json_error_message: "Syntax error",
    });
  }
}
