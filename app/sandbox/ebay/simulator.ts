/**
 * eBay as one seller's tool meets it: OAuth, Inventory API, Fulfillment API, Notification API, Identity, and the XML Trading API,
 * over accounts whose listings belong partly to one and partly to the other of eBay's two listing models.
 */
import {
  ACCOUNTS,
  type AccountNo,
  ControlRefusal,
  type SimRequest,
  type SimResponse,
  type Simulator,
  type SimulatorHost,
} from "../simulator.ts";
import { buildShop, newListing, newUnit } from "./build-world.ts";
import { consentPage } from "./consent-page.ts";
import { InventoryApi } from "./inventory-api.ts";
import { CallLimits, type Limits, RAISED_LIMITS } from "./limits.ts";
import { NotificationApi } from "./notification-api.ts";
import { type NotificationState, Notifications } from "./notifications.ts";
import { OrderBook } from "./orders.ts";
import { INVALID_TOKEN, refused, systemError, TOO_MANY } from "./rest-answers.ts";
import { answerRest } from "./rest-api.ts";
import { identifyCall } from "./routes.ts";
import { Shop } from "./shop.ts";
import { emptyShop, type ShopState, type SimOrder } from "./shop-state.ts";
import { APP_KEYS, invalidGrant, type TokenState, Tokens } from "./tokens.ts";
import { answerTrading, refuseTrading } from "./trading-api.ts";

export type EbayAccount = { shop: Shop; book: OrderBook; inventory: InventoryApi };
type Saved = { shops: ShopState[]; tokens: TokenState; notifications: NotificationState };

export type EbaySimulator = Simulator & {
  /** eBay changes its signing key now and then; returns the new key's id. */
  rotateSigningKey(): string;
  /** Switches Trading's out-of-stock control, as the seller can in the account settings. */
  setOutOfStockControl(account: AccountNo, on: boolean): void;
  /** An authorization code as the consent page would hand it over. */
  newConsentCode(account: AccountNo): string;
};

export function createEbaySimulator(host: SimulatorHost, limits: Limits = RAISED_LIMITS): EbaySimulator {
  const tokens = new Tokens(host);
  const notifications = new Notifications(host);
  const notificationApi = new NotificationApi(host, notifications);
  const calls = new CallLimits(host, limits);
  const accounts = new Map<AccountNo, EbayAccount>();
  let comeBack: string | null = null;
  const open = (state: ShopState) => {
    const shop = new Shop(host, state);
    accounts.set(state.account, { shop, book: new OrderBook(host, shop), inventory: new InventoryApi(host, shop) });
  };
  for (const account of ACCOUNTS) open(emptyShop(account));
  const of = (account: AccountNo) => accounts.get(account)!;
  const orderOf = (account: AccountNo, id: string): SimOrder => {
    const order = of(account).book.get(id);
    if (!order) throw new ControlRefusal(404, `eBay account ${account} has no order ${id}`);
    return order;
  };
  const ground = { host, tokens, calls, limits, notificationApi, accountOf: of };

  return {
    channel: "ebay",
    inspect(request) {
      const call = identifyCall(request);
      if (!call) return null;
      const account =
        call.operation === "oauth2/token" ? tokens.accountOfTokenCall(request) : (tokens.ownerOf(call.token)?.account ?? null);
      return { operation: call.operation, account, changes: call.changes };
    },
    async handle(request) {
      const call = identifyCall(request);
      if (!call)
        return (
          consentPage(request, { newCode: (account, scopes) => tokens.newCode(account, scopes), comeBack }) ?? { status: 404, body: "" }
        );
      if (call.family === "oauth") return tokens.answer(request);
      const account = tokens.ownerOf(call.token)?.account ?? null;
      if (account !== null && host.strikes(account, "html200")) return HTML_PAGE;
      return call.family === "trading" ? answerTrading(ground, request, call) : answerRest(ground, request, call);
    },
    refusal: (request, why) => refusalOf(host, request, why),
    reset(world) {
      for (const account of ACCOUNTS) open(buildShop(host, world, account));
      notifications.reset();
    },
    state(account) {
      const { shop, book } = of(account);
      return {
        listings: shop.state.listings.flatMap((listing) =>
          listing.units.map((unit) => ({
            id: listing.multi ? `${listing.itemId}:${unit.sku}` : listing.itemId,
            sku: unit.sku,
            quantity: listing.status === "Active" ? shop.shown(unit) : 0,
            active: listing.status === "Active",
          })),
        ),
        orders: book.all().map((order) => ({
          id: order.orderId,
          status: statusOf(order),
          lines: order.lines.map(({ sku, quantity }) => ({ sku, quantity })),
        })),
      };
    },
    placeOrder(account, order) {
      const placed = of(account).book.place(order);
      notifications.orderConfirmed(of(account).shop.state, placed);
      return { id: placed.orderId };
    },
    cancelOrder: (account, id, how) => of(account).book.cancel(orderOf(account, id), how.restock),
    refundOrder: (account, id, how) => of(account).book.refund(orderOf(account, id), how),
    fulfilOrder: (account, id) => of(account).book.fulfil(orderOf(account, id)),
    editOrder() {
      throw new ControlRefusal(422, "eBay orders cannot be edited");
    },
    setStock(account, { sku, quantity }) {
      const { shop } = of(account);
      shop.setShown(shop.placeOf(sku), quantity, { by: "hand", call: null });
    },
    addListing(account, { sku, title, quantity, price }) {
      const { shop } = of(account);
      if (shop.placesOf(sku).length) throw new ControlRefusal(409, `eBay account ${account} lists ${sku} already`);
      // The same SKU again after its listing ended is eBay's relisting: a new item id that the old one names.
      const ended = shop.state.listings.findLast(
        (each) => each.status === "Completed" && each.model === "trading" && each.units[0]?.sku === sku,
      );
      const listing = newListing(host, { title, model: "trading", units: [newUnit(sku, quantity, Math.round(price * 100))] });
      shop.change([sku], [], { by: "hand", call: null }, () => shop.addListing(listing));
      if (ended && !ended.multi) ended.relistedAs = listing.itemId;
      return { id: listing.itemId };
    },
    removeListing(account, sku) {
      const { shop } = of(account);
      const { listing, unit } = shop.placeOf(sku);
      if (listing.units.length > 1) shop.removeUnit(listing, unit, { by: "hand", call: null });
      else shop.end(listing, { by: "hand", call: null });
    },
    credentials(account) {
      const { userId, username } = of(account).shop.state;
      return { app: { ...APP_KEYS }, account: { externalId: userId, address: null, name: username }, credentials: tokens.consent(account) };
    },
    forge(account, { topic, headers, body, sign }) {
      const { userId, username } = of(account).shop.state;
      const url = notifications.doorUrl(account, topic);
      if (url === "") throw new ControlRefusal(409, "eBay knows no door yet");
      const text = body === "" ? notifications.message(topic, { user: { userId, username } }) : body;
      return {
        url,
        headers: { "content-type": "application/json", ...notifications.sign(text, sign), ...headers },
        body: text,
      };
    },
    setDoor(url) {
      notifications.setDoor(url);
      // At eBay both addresses are entered in the portal; here the one names the application, and so the other.
      comeBack = new URL("/connect/callback/ebay", url).href;
    },
    save: (): Saved => ({
      shops: ACCOUNTS.map((account) => of(account).shop.state),
      tokens: tokens.save(),
      notifications: notifications.state,
    }),
    load(saved) {
      const state = saved as Saved;
      for (const shop of state.shops) open(shop);
      tokens.load(state.tokens);
      notifications.state = state.notifications;
    },
    rotateSigningKey: () => notifications.rotateKey(),
    setOutOfStockControl(account, on) {
      of(account).shop.state.outOfStockControl = on;
      host.touched();
    },
    newConsentCode: (account) => tokens.newCode(account),
  };
}

const HTML_PAGE: SimResponse = {
  status: 200,
  headers: { "content-type": "text/html" },
  body: "<html><body>We are working on it.</body></html>",
};

function statusOf(order: SimOrder): string {
  const { cancelledAt, payment, fulfilled } = order.versions.at(-1)!;
  return cancelledAt ? "cancelled" : payment === "FULLY_REFUNDED" ? "refunded" : fulfilled ? "fulfilled" : "open";
}

/** eBay's own way to say no, by the family of the call. */
function refusalOf(host: SimulatorHost, request: SimRequest, why: "error5xx" | "throttle" | "expired" | "revoked"): SimResponse {
  const call = identifyCall(request);
  if (call?.family === "trading") return refuseTrading(host, call.operation, why);
  if (call?.family === "oauth") {
    if (why === "throttle") return refused(429, TOO_MANY);
    return why === "error5xx" ? refused(500, systemError("OAuth")) : invalidGrant();
  }
  switch (why) {
    case "error5xx":
      return refused(500, systemError(call?.domain ?? "API_INVENTORY"));
    case "throttle":
      return refused(429, TOO_MANY);
    case "expired":
    case "revoked":
      return refused(401, INVALID_TOKEN);
    default:
      return why satisfies never;
  }
}
