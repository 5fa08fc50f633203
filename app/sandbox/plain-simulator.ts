/** The simplest platform that keeps the simulator's contract; the core's own tests run on it, so that they depend on no real one. */
import { createHmac } from "node:crypto";
import type { SimulatorFactory } from "./channel-desk.ts";
import {
  ACCOUNTS,
  type AccountNo,
  type ChannelName,
  ControlRefusal,
  type SignHow,
  type SimRequest,
  type SimResponse,
  type Simulator,
} from "./simulator.ts";

type PlainListing = { id: string; sku: string; title: string; quantity: number; active: boolean };
type PlainOrder = { id: string; status: string; lines: { sku: string; quantity: number }[] };
type PlainShop = { listings: PlainListing[]; orders: PlainOrder[]; token: string };

/** Calls: GET /stock, PUT /stock/{sku} {quantity}, POST /oauth2/token; each with "Bearer {token}". `retryAfterMs` steers its deliveries. */
export function createPlainSimulator(channel: ChannelName, retryAfterMs: number[] = []): SimulatorFactory {
  return (host) => {
    let shops = new Map<AccountNo, PlainShop>();
    let door: string | null = null;
    const shopOf = (account: AccountNo) => shops.get(account)!;
    const accountOf = (request: SimRequest) =>
      ACCOUNTS.find((account) => request.headers.authorization === `Bearer ${shopOf(account).token}`) ?? null;
    const listingOf = (account: AccountNo, sku: string) => {
      const listing = shopOf(account).listings.find((one) => one.sku === sku);
      if (!listing) throw new ControlRefusal(404, `no listing ${sku}`);
      return listing;
    };
    const orderOf = (account: AccountNo, id: string) => {
      const order = shopOf(account).orders.find((one) => one.id === id);
      if (!order) throw new ControlRefusal(404, `no order ${id}`);
      return order;
    };
    const move = (account: AccountNo, sku: string, to: number, by: "api" | "order" | "hand", call: string | null) => {
      const listing = listingOf(account, sku);
      host.journal({ account, sku, from: listing.quantity, to, by, call });
      listing.quantity = to;
      if (!door) return;
      const body = JSON.stringify({ account, sku, quantity: to });
      host.deliver(account, {
        url: door,
        topic: "stock",
        headers: { "x-topic": "stock" },
        body,
        retryAfterMs,
        sign: (text, how) => sign(text, how),
      });
    };
    const restock = (account: AccountNo, lines: { sku: string; quantity: number }[]) => {
      for (const { sku, quantity } of lines) move(account, sku, listingOf(account, sku).quantity + quantity, "order", null);
    };

    const simulator: Simulator = {
      channel,
      inspect(request) {
        if (request.path === "/oauth2/token") return { operation: "token", account: 1, changes: false };
        if (!request.path.startsWith("/stock")) return null;
        return request.method === "PUT"
          ? { operation: "putStock", account: accountOf(request), changes: true }
          : { operation: "getStock", account: accountOf(request), changes: false };
      },
      async handle(request): Promise<SimResponse> {
        if (request.path === "/oauth2/token") {
          shopOf(1).token = `token-${host.nextId()}`;
          return answer(200, { access_token: shopOf(1).token });
        }
        const account = accountOf(request);
        if (account === null) return answer(401, { error: "who are you?" });
        if (request.method !== "PUT") return answer(200, shopOf(account).listings);
        const { quantity } = JSON.parse(request.body.toString("utf8")) as { quantity: number };
        move(account, decodeURIComponent(request.path.slice("/stock/".length)), quantity, "api", "putStock");
        return answer(200, { quantity });
      },
      refusal(_request, why) {
        const status = { error5xx: 503, throttle: 429, expired: 401, revoked: 403 }[why];
        return answer(status, { error: why });
      },
      reset(world) {
        shops = new Map(
          ACCOUNTS.map((account) => {
            const goods = [...world.simple, ...world.composites.filter((one) => one.channels.includes(channel))].filter(
              (one) => one.account === account,
            );
            const listings = goods.map(({ sku, title, quantity }) => ({ id: String(host.nextId()), sku, title, quantity, active: true }));
            return [account, { listings, orders: [], token: `token-${host.nextId()}` }];
          }),
        );
      },
      state: (account) => ({
        listings: shopOf(account).listings.map(({ title: _title, ...one }) => ({ ...one })),
        orders: shopOf(account).orders,
      }),
      placeOrder(account, { lines }) {
        for (const { sku, quantity } of lines)
          if (listingOf(account, sku).quantity < quantity) throw new ControlRefusal(409, `too few of ${sku}`);
        const id = String(host.nextId());
        shopOf(account).orders.push({ id, status: "open", lines });
        for (const { sku, quantity } of lines) move(account, sku, listingOf(account, sku).quantity - quantity, "order", null);
        return { id };
      },
      cancelOrder(account, id, how) {
        const order = orderOf(account, id);
        order.status = "cancelled";
        if (how.restock) restock(account, order.lines);
      },
      refundOrder(account, id, how) {
        orderOf(account, id).status = "refunded";
        if (how.restock) restock(account, how.lines);
      },
      fulfilOrder(account, id) {
        orderOf(account, id).status = "shipped";
      },
      editOrder() {
        throw new ControlRefusal(409, "orders cannot be edited here");
      },
      setStock: (account, { sku, quantity }) => move(account, sku, quantity, "hand", null),
      addListing(account, { sku, title, quantity }) {
        const id = String(host.nextId());
        shopOf(account).listings.push({ id, sku, title, quantity, active: true });
        return { id };
      },
      removeListing(account, sku) {
        const gone = listingOf(account, sku);
        shopOf(account).listings = shopOf(account).listings.filter((one) => one !== gone);
      },
      credentials: (account) => ({
        app: {},
        account: { externalId: `plain-${account}` },
        credentials: { accessToken: shopOf(account).token },
      }),
      forge: (_account, { topic, headers, body, sign: how }) => {
        if (!door) throw new ControlRefusal(409, "no door is set");
        return { url: door, headers: { "x-topic": topic, ...sign(body, how), ...headers }, body };
      },
      setDoor(url) {
        door = url;
      },
      save: () => [...shops],
      load(state) {
        shops = new Map(state as [AccountNo, PlainShop][]);
      },
    };
    return simulator;
  };
}

function answer(status: number, body: unknown): SimResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

function sign(body: string, how: SignHow): Record<string, string> {
  if (how === "none") return {};
  const signature = createHmac("sha256", how === "otherKey" ? "other" : "good")
    .update(body)
    .digest("hex");
  return { "x-signature": how === "bad" ? signature.replace(/./g, "0") : signature };
}
