/**
 * Etsy Open API v3, simulated: three shops behind one app key. Written from Etsy's OpenAPI document and what its developers
 * reported; README.md beside this file says what is reproduced and what is not.
 */
import type { AccountNo, ChannelState, SignHow, SimRequest, SimResponse, Simulator, SimulatorHost, WorldSeed } from "../simulator.ts";
import { ControlRefusal } from "../simulator.ts";
import { bearerOf, checkKey } from "./access.ts";
import { EtsyRefusal, errorAnswer, htmlAnswer } from "./answers.ts";
import { cancelOrder, fulfilOrder, payOrder, placeOrder, refundOrder } from "./control-orders.ts";
import { addByHand, removeByHand, setByHand } from "./control-stock.ts";
import { Grants } from "./grants.ts";
import { allow, consentPage, oauthError, readTokenFields, tokenEndpoint } from "./oauth.ts";
import { findOperation } from "./operations.ts";
import { Quota } from "./quota.ts";
import { loadWorld, saveWorld } from "./saved-world.ts";
import { seedShops } from "./seed-shops.ts";
import type { Shop } from "./shop-state.ts";
import { shownNumbers } from "./shown.ts";
import { signatureHeaders, signedDelivery } from "./webhooks.ts";
import { type EtsyOptions, type EtsyWorld, nowMs, shopOf } from "./world.ts";

export type EtsySimulator = Simulator & {
  /** May be changed while it runs, except the limits. */
  options: EtsyOptions;
  /** What renewals have cost this account so far, in US cents. */
  fees(account: AccountNo): { renewals: number; usdMinor: number };
  /** An order whose payment is still open: the units are gone, no webhook tells of it. */
  placeUnpaidOrder(account: AccountNo, order: { lines: { sku: string; quantity: number }[] }): { id: string };
  payOrder(account: AccountNo, id: string): void;
};

const DEMO_OPTIONS: EtsyOptions = { perSecond: 150, perDay: 1_000_000, refundsMoveTime: true, listCeiling: null, sections: 0 };
const SCOPES = ["shops_r", "listings_r", "listings_w", "transactions_r"];
const TOKEN_PATHS = ["/api.etsy.com/v3/public/oauth/token", "/openapi.etsy.com/v3/public/oauth/token"];

export function createEtsySimulator(host: SimulatorHost, options: Partial<EtsyOptions> = {}): EtsySimulator {
  const chosen = { ...DEMO_OPTIONS, ...options };
  const world: EtsyWorld = {
    host,
    app: {
      keystring: "sandboxetsykeystring0001",
      sharedSecret: "sandboxsecret",
      webhookSecret: `whsec_${Buffer.from("the sandbox app's webhook secret").toString("base64")}`,
    },
    options: chosen,
    shops: new Map(),
    grants: new Grants(() => host.random()),
    quota: new Quota(chosen.perSecond, chosen.perDay),
    door: null,
    busy: new Set(),
  };

  return {
    channel: "etsy",
    options: chosen,
    inspect: (request) => inspect(world, request),
    handle: (request) => handle(world, request),
    refusal,
    reset: (seed: WorldSeed) => {
      world.shops = seedShops(host, seed);
      world.grants = new Grants(() => host.random());
      world.busy.clear();
    },
    state: (account) => stateOf(shopOf(world, account)),
    placeOrder: (account, order) => ({ id: String(placeOrder(world, shopOf(world, account), order).id) }),
    placeUnpaidOrder: (account, order) => ({ id: String(placeOrder(world, shopOf(world, account), order, false).id) }),
    payOrder: (account, id) => payOrder(world, shopOf(world, account), id),
    cancelOrder: (account, id, how) => cancelOrder(world, shopOf(world, account), id, how),
    refundOrder: (account, id, how) => refundOrder(world, shopOf(world, account), id, how),
    fulfilOrder: (account, id) => fulfilOrder(world, shopOf(world, account), id),
    editOrder: () => {
      throw new ControlRefusal(409, "Etsy has no editing of orders: cancel or refund instead");
    },
    setStock: (account, change) => setByHand(world, shopOf(world, account), change.sku, change.quantity),
    addListing: (account, listing) => ({ id: String(addByHand(world, shopOf(world, account), listing).id) }),
    removeListing: (account, sku) => removeByHand(world, shopOf(world, account), sku),
    credentials: (account) => credentials(world, account),
    forge: (_account, what) => forge(world, what),
    setDoor: (url) => {
      world.door = url;
    },
    fees: (account) => ({ ...shopOf(world, account).fees }),
    save: () => saveWorld(world),
    load: (state) => loadWorld(world, state),
  };
}

function inspect(world: EtsyWorld, request: SimRequest): { operation: string; account: AccountNo | null; changes: boolean } | null {
  if (TOKEN_PATHS.includes(request.path)) {
    const refresh = readTokenFields(request)?.refresh_token;
    return { operation: "oauthToken", account: refresh ? world.grants.accountOfRefresh(refresh) : null, changes: true };
  }
  const found = findOperation(request);
  if (!found) return null;
  const account = world.grants.findAccess(bearerOf(request) ?? "")?.account ?? null;
  return { operation: found.operation.name, account, changes: found.operation.changes };
}

async function handle(world: EtsyWorld, request: SimRequest): Promise<SimResponse> {
  if (request.path === "/www.etsy.com/oauth/connect" && request.method === "GET") return consentPage(world, request);
  if (request.path === "/www.etsy.com/oauth/allow" && request.method === "GET") return allow(world, request);
  if (TOKEN_PATHS.includes(request.path) && request.method === "POST") return tokenEndpoint(world, request);
  const found = findOperation(request);
  if (!found) return errorAnswer(404, "Resource not found");
  try {
    checkKey(world, request);
    const quota = world.quota.take(nowMs(world));
    // Neither limit headers nor retry-after stand on a 429.
    if (!quota.allowed) return errorAnswer(429, quotaText(quota.over));
    const account = world.grants.findAccess(bearerOf(request) ?? "")?.account;
    if (account !== undefined && world.host.strikes(account, "html200")) return htmlAnswer();
    const answer = await found.operation.run(world, request, found.ids);
    return { ...answer, headers: { ...answer.headers, ...quota.headers } };
  } catch (error) {
    if (error instanceof EtsyRefusal) return errorAnswer(error.status, error.message);
    throw error;
  }
}

const quotaText = (over: "second" | "day"): string =>
  over === "second" ? "Exceeded the API's queries per second limit" : "Exceeded the API's queries per day limit";

function refusal(request: SimRequest, why: "error5xx" | "throttle" | "expired" | "revoked"): SimResponse {
  const atTokens = TOKEN_PATHS.includes(request.path);
  switch (why) {
    case "error5xx":
      return errorAnswer(500, "The server encountered an internal error.");
    case "throttle":
      return errorAnswer(429, quotaText("second"));
    case "expired":
      return errorAnswer(401, "invalid_token: access token is expired");
    case "revoked":
      if (atTokens) return oauthError("invalid_grant", "refresh_token is invalid, expired or was used before");
      return errorAnswer(401, "invalid_token: access token was revoked");
    default:
      return why satisfies never;
  }
}

function stateOf(shop: Shop): ChannelState {
  const listings: ChannelState["listings"] = [];
  for (const listing of shop.listings.values()) {
    for (const [sku, quantity] of shownNumbers(listing))
      listings.push({ id: String(listing.id), sku, quantity, active: listing.state === "active" });
  }
  const orders = [...shop.receipts.values()].map((receipt) => ({
    id: String(receipt.id),
    status: receipt.status,
    lines: receipt.transactions.map(({ sku, quantity }) => ({ sku, quantity })),
  }));
  return { listings, orders };
}

function credentials(world: EtsyWorld, account: AccountNo) {
  const shop = shopOf(world, account);
  const grant = world.grants.issue(account, shop.userId, SCOPES, nowMs(world));
  world.host.touched();
  return {
    app: { ...world.app },
    account: { externalId: String(shop.shopId), name: shop.name, address: null },
    credentials: {
      accessToken: grant.access,
      accessExpiresAt: new Date(grant.accessEndsMs).toISOString(),
      refreshToken: grant.refresh,
      refreshExpiresAt: new Date(grant.refreshEndsMs).toISOString(),
    },
  };
}

/** The test's own headers go last, so that it can break any of ours. */
function forge(world: EtsyWorld, what: { topic: string; headers: Record<string, string>; body: string; sign: SignHow }) {
  if (world.door === null) throw new ControlRefusal(409, "no door is set for etsy: POST /control/doors first");
  const { url, headers } = signedDelivery(world, world.door, what.topic, what.body);
  const given = Object.fromEntries(Object.entries(what.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const id = given["webhook-id"] ?? headers["webhook-id"]!;
  return { url, headers: { ...headers, ...signatureHeaders(world, id, what.body, what.sign, 1), ...given }, body: what.body };
}
