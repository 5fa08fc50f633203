/** The Shopify Admin API as one shop app meets it: https://NAME.myshopify.com/x stands at {origin}/shopify/NAME.myshopify.com/x. */
import {
  ACCOUNTS,
  type AccountNo,
  type ChannelState,
  ControlRefusal,
  type SimRequest,
  type SimResponse,
  type Simulator,
  type SimulatorHost,
} from "../simulator.ts";
import { answerAdminPage } from "./admin-page.ts";
import type { View } from "./catalog-nodes.ts";
import type { PageFault } from "./connections.ts";
import { answerGraphql, describeOperation, type GraphqlBody, type Quota, readGraphqlBody, reply, throttled } from "./graphql-door.ts";
import { openOrderDesk } from "./orders.ts";
import { packShop, unpackShop } from "./shop-file.ts";
import { domainOf, gid, type OrderState, type ShopState } from "./shop-state.ts";
import { openStockBooks, ownLevels, shownQuantity, variantBySku } from "./stock.ts";
import { CLIENT_ID, CLIENT_SECRET, emptyTokens, GRANTED_SCOPES, issuePair, openAccess, tokenEndpoint } from "./tokens.ts";
import { inventoryLevelBody, productBody, shopBody } from "./webhook-bodies.ts";
import { openWebhookDesk } from "./webhooks.ts";
import { addVariant, buildShop, spread } from "./world.ts";

/** The demo's quota is raised, so that nobody waits for points; a standard shop has 100 points a second. */
const GENEROUS: Quota = { capacity: 2_000_000, restorePerSecond: 1_000_000 };
export const STANDARD_PLAN: Quota = { capacity: 2_000, restorePerSecond: 100 };

const GRAPHQL_PATH = /^\/([a-z0-9-]+)\.myshopify\.com\/admin\/api\/([^/]+)\/graphql\.json$/;
const TOKEN_PATH = /^\/([a-z0-9-]+)\.myshopify\.com\/admin\/oauth\/access_token$/;
const BAD_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)";

export function createShopifySimulator(host: SimulatorHost, quota: Quota = GENEROUS): Simulator {
  const shops = new Map<AccountNo, ShopState>();
  let door: string | null = null;
  const shopOf = (account: AccountNo): ShopState => {
    const shop = shops.get(account);
    if (!shop) throw new ControlRefusal(404, `there is no Shopify account ${account}`);
    return shop;
  };
  const shopNamed = (name: string | undefined) => [...shops.values()].find((shop) => shop.name === name) ?? null;
  const webhooks = openWebhookDesk(host, () => door);
  const books = openStockBooks(host, (shop, item, level) =>
    webhooks.send(shop, "inventory_levels/update", inventoryLevelBody(item, level)),
  );
  const orders = openOrderDesk(host, books, webhooks);
  /** The front door asks twice about the same request: once before and once for carrying it out. */
  const bodies = new WeakMap<SimRequest, GraphqlBody | null>();
  const bodyOf = (request: SimRequest): GraphqlBody | null => {
    if (!bodies.has(request)) bodies.set(request, readGraphqlBody(request));
    return bodies.get(request) ?? null;
  };
  const pageFault = (account: AccountNo): PageFault =>
    host.strikes(account, "emptyPage") ? "emptyPage" : host.strikes(account, "truncatePage") ? "truncatePage" : null;

  const setInstalled = (shop: ShopState, installed: boolean) => {
    if (shop.installed && !installed) {
      webhooks.send(shop, "app/uninstalled", shopBody(shop));
      shop.tokens = emptyTokens();
    }
    shop.installed = installed;
    host.touched();
  };

  const answerApi = (request: SimRequest, name: string | undefined, version: string | undefined): SimResponse => {
    const shop = shopNamed(name);
    if (!shop || version !== "2026-10") return reply({ errors: "Not Found" }, 404);
    if (request.method !== "POST") return reply({ errors: "Method Not Allowed" }, 405);
    const scopes = openAccess(shop, request.headers["x-shopify-access-token"], host.now());
    if (!scopes) return reply({ errors: BAD_TOKEN }, 401);
    const body = bodyOf(request);
    if (!body) return reply({ errors: { query: "Required parameter missing or invalid" } }, 400);
    if (host.strikes(shop.account, "html200")) {
      return { status: 200, headers: { "content-type": "text/html" }, body: "<!doctype html><title>Something went wrong</title>" };
    }
    const { staleReadMs, orderLagMs } = host.faults(shop.account).api;
    const view: View = { shop, now: host.now(), staleReadMs, orderLagMs };
    return answerGraphql({ view, host, books, orders, scopes, pageFault: () => pageFault(shop.account) }, body, quota);
  };

  return {
    channel: "shopify",

    inspect(request) {
      const graphql = GRAPHQL_PATH.exec(request.path);
      if (graphql) {
        const body = bodyOf(request);
        const described = body && describeOperation(body);
        return { operation: "graphql", changes: false, ...described, account: shopNamed(graphql[1])?.account ?? null };
      }
      const token = TOKEN_PATH.exec(request.path);
      if (token) return { operation: "oauth/access_token", account: shopNamed(token[1])?.account ?? null, changes: true };
      return null;
    },

    async handle(request) {
      const graphql = GRAPHQL_PATH.exec(request.path);
      if (graphql) return answerApi(request, graphql[1], graphql[2]);
      const token = TOKEN_PATH.exec(request.path);
      if (token && request.method === "POST") {
        const answer = tokenEndpoint(shopNamed(token[1]), request.body.toString("utf8"), request.headers["content-type"] ?? "", host);
        host.touched();
        return answer;
      }
      return (
        answerAdminPage(request, { host, appOrigin: () => (door ? new URL(door).origin : null), shopNamed, setInstalled }) ??
        reply({ errors: "Not Found" }, 404)
      );
    },

    refusal(request, why) {
      const path = GRAPHQL_PATH.exec(request.path) ?? TOKEN_PATH.exec(request.path);
      const shop = shopNamed(path?.[1]);
      const atTokenEndpoint = TOKEN_PATH.test(request.path);
      switch (why) {
        case "error5xx":
          return {
            status: 503,
            headers: { "content-type": "text/html", "retry-after": "1" },
            body: "<html><body>Service Unavailable</body></html>",
          };
        case "throttle":
          if (atTokenEndpoint || !shop)
            return reply({ errors: "Exceeded 2 calls per second for api client." }, 429, { "retry-after": "2.0" });
          return throttled({ ...shop, bucket: { ...shop.bucket, available: 0 } }, quota, 100);
        case "expired":
        case "revoked":
          if (atTokenEndpoint) return reply({ error: "invalid_grant", error_description: "The refresh token is invalid or expired" }, 400);
          return reply({ errors: BAD_TOKEN }, 401);
        default:
          return why satisfies never;
      }
    },

    reset(world) {
      shops.clear();
      for (const account of ACCOUNTS) shops.set(account, buildShop(host, account, world, quota.capacity));
    },

    state(account): ChannelState {
      const shop = shopOf(account);
      const listings = shop.variantIds.map((id) => {
        const variant = shop.variants.get(id)!;
        const item = shop.items.get(variant.itemId)!;
        const active = shop.products.get(variant.productId)?.status === "ACTIVE";
        return { id: gid("ProductVariant", id), sku: variant.sku ?? "", quantity: shownQuantity(shop, item), active };
      });
      return { listings, orders: [...shop.orders.values()].map(describeOrder) };
    },

    placeOrder: (account, order) => orders.place(shopOf(account), order),
    cancelOrder: (account, id, { restock }) => orders.cancel(shopOf(account), id, restock),
    refundOrder: (account, id, { lines, restock }) => orders.refund(shopOf(account), id, lines, restock),
    fulfilOrder: (account, id) => orders.fulfil(shopOf(account), id),
    editOrder: (account, id, { lines }) => orders.edit(shopOf(account), id, lines),

    setStock(account, { sku, quantity }) {
      const shop = shopOf(account);
      const variant = variantBySku(shop, sku);
      const item = variant && shop.items.get(variant.itemId);
      if (!item) throw new ControlRefusal(404, `Shopify lists no ${sku}`);
      const levels = ownLevels(shop, item);
      if (levels.length === 0) throw new ControlRefusal(409, `${sku} is stocked at none of the shop's own places`);
      let missing = quantity - shownQuantity(shop, item);
      // Someone types the new number at the first place; what it cannot give is taken from the next.
      for (const level of levels) {
        const last = level === levels.at(-1);
        const delta = last || missing > 0 ? missing : Math.max(missing, -Math.max(0, level.available));
        if (delta !== 0) books.shift(shop, item, level, { available: delta }, { by: "hand", call: null });
        missing -= delta;
      }
    },

    addListing(account, { sku, title, quantity, price }) {
      const shop = shopOf(account);
      const variant = addVariant(host, shop, { sku, title, priceMinor: Math.round(price * 100), stock: spread(quantity, shop) });
      host.journal({ account, sku, from: 0, to: quantity, by: "hand", call: null });
      webhooks.send(shop, "products/create", productBody(shop, shop.products.get(variant.productId)!));
      host.touched();
      return { id: gid("ProductVariant", variant.id) };
    },

    removeListing(account, sku) {
      const shop = shopOf(account);
      const variant = variantBySku(shop, sku);
      if (!variant) throw new ControlRefusal(404, `Shopify lists no ${sku}`);
      const item = shop.items.get(variant.itemId);
      host.journal({ account, sku, from: item ? shownQuantity(shop, item) : 0, to: 0, by: "hand", call: null });
      const product = shop.products.get(variant.productId);
      for (const id of product?.variantIds ?? [variant.id]) {
        const gone = shop.variants.get(id);
        if (gone) shop.items.delete(gone.itemId);
        shop.variants.delete(id);
      }
      shop.variantIds = shop.variantIds.filter((id) => shop.variants.has(id));
      shop.bySku.set(
        sku,
        (shop.bySku.get(sku) ?? []).filter((id) => shop.variants.has(id)),
      );
      shop.products.delete(variant.productId);
      webhooks.send(shop, "products/delete", { id: variant.productId });
      host.touched();
    },

    credentials(account) {
      const shop = shopOf(account);
      const pair = issuePair(shop, host);
      const now = host.now().getTime();
      const until = (seconds: number) => new Date(now + seconds * 1000).toISOString();
      host.touched();
      return {
        app: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, scopes: GRANTED_SCOPES.join(",") },
        account: { externalId: gid("Shop", shop.id), address: domainOf(shop) },
        credentials: {
          accessToken: pair.access_token,
          expiresAt: until(pair.expires_in),
          refreshToken: pair.refresh_token,
          refreshExpiresAt: until(pair.refresh_token_expires_in),
          scope: pair.scope,
        },
      };
    },

    forge: (account, what) => webhooks.forge(shopOf(account), what),
    setDoor(url) {
      door = url;
    },
    save: () => ({ door, shops: [...shops.values()].map(packShop) }),
    load(state) {
      const saved = state as { door: string | null; shops: ReturnType<typeof packShop>[] };
      door = saved.door;
      shops.clear();
      for (const packed of saved.shops) shops.set(packed.account, unpackShop(packed));
    },
  };
}

function describeOrder(order: OrderState): ChannelState["orders"][number] {
  const open = order.lines.some((line) => line.current > line.fulfilled);
  const gone = order.lines.every((line) => line.current === 0);
  const status = order.cancelledAt !== null ? "cancelled" : gone ? "refunded" : open ? "open" : "fulfilled";
  return { id: String(order.id), status, lines: order.lines.map((line) => ({ sku: line.sku ?? "", quantity: line.current })) };
}
