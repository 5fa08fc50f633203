/**
 * A second opinion beside the simulator: a shop of a few dozen lines made from contracts/woocommerce-observed.md and from WooCommerce's own
 * class-wc-rest-authentication.php alone, answering over plain http in the recorded shapes. For tests only.
 */
import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Row = Record<string, unknown> & { id: number };
export type ObservedShop = Awaited<ReturnType<typeof openObservedShop>>;
type Options = {
  plainPermalinks?: boolean;
  /** The site's own name for itself; the typed address where it is left out. */
  home?: (port: number) => string;
  readOnly?: boolean;
  /** Whether inventory_delta is added to what stands there; nobody observed it, so both are played. */
  takesDifferences?: boolean;
  /** What stands in the body before the JSON: a byte order mark, a PHP notice. */
  before?: string;
};

export const KEY = `ck_${"1".repeat(40)}`;
export const SECRET = `cs_${"2".repeat(40)}`;

class Refusal extends Error {
  readonly answer: { status: number; code: string };
  constructor(status: number, code: string, message: string) {
    super(message);
    this.answer = { status, code };
  }
}

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

export async function openObservedShop(options: Options = {}) {
  const products = new Map<number, Row>();
  const orders: Row[] = [];
  const hooks: (Row & { secret: string })[] = [];
  const seen: string[] = [];
  const batches: unknown[] = [];
  const nonces = new Set<string>();
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const address = `http://127.0.0.1:${port}`;
  const home = options.home?.(port) ?? address;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const raw = request.url ?? "/";
    const url = new URL(raw, address);
    seen.push(`${request.method} ${raw}`);
    const route = options.plainPermalinks
      ? url.searchParams.get("rest_route")
      : (/^\/wp-json(\/.*)$/.exec(url.pathname)?.[1] ?? url.searchParams.get("rest_route"));
    // With plain permalinks every unknown path is the front page.
    if (route === null)
      return void response.writeHead(200, { "content-type": "text/html; charset=UTF-8" }).end("<!DOCTYPE html><html></html>");
    const send = (status: number, value: unknown, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, { "content-type": "application/json; charset=UTF-8", ...headers })
        .end((options.before ?? "") + JSON.stringify(value).replaceAll("/", "\\/"));
    try {
      if (route === "/")
        return void send(200, {
          name: "Real Goods",
          description: "",
          url: home,
          home,
          gmt_offset: 0,
          timezone_string: "",
          namespaces: ["oembed/1.0", "wc/v1", "wc/v2", "wc/v3", "wp/v2"],
        });
      authenticate(request.method ?? "GET", raw, url);
      const body = chunks.length > 0 ? (JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>) : {};
      await carryOut(request.method ?? "GET", route.replace("/wc/v3/", ""), url.searchParams, body, send);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      send(error.answer.status, { code: error.answer.code, message: error.message, data: { status: error.answer.status } });
    }
  }

  function authenticate(method: string, raw: string, { pathname, searchParams }: URL): void {
    const nobody = new Refusal(401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources.");
    const wrong = (message: string) => new Refusal(401, "woocommerce_rest_authentication_error", message);
    // Up to 11.0: strpos over the address as it was written.
    if (!raw.includes("wp-json/wc/") || !searchParams.has("oauth_signature")) throw nobody;
    if (searchParams.get("oauth_consumer_key") !== KEY) throw wrong("Consumer key is invalid.");
    const base = new URL(`${home}/`);
    const below = pathname.startsWith(base.pathname) ? pathname.slice(base.pathname.length) : pathname;
    const named = below === "" ? home : `${home}/${below}`;
    const pairs = [...new Map(searchParams)]
      .filter(([name]) => name !== "oauth_signature")
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => encode(`${encode(name)}=${encode(value)}`));
    const text = `${method}&${encode(named)}&${pairs.join("%26")}`;
    const signature = createHmac("sha256", `${SECRET}&`).update(text).digest("base64");
    if (signature !== searchParams.get("oauth_signature")) throw wrong("Invalid signature - provided signature does not match.");
    if (Math.abs(Number(searchParams.get("oauth_timestamp")) - Date.now() / 1000) > 900) throw wrong("Invalid timestamp.");
    const nonce = searchParams.get("oauth_nonce") ?? "";
    if (nonces.has(nonce)) throw wrong("Invalid nonce - nonce has already been used.");
    nonces.add(nonce);
    if (options.readOnly && method !== "GET") throw wrong("The API key provided does not have write permissions.");
  }

  async function carryOut(
    method: string,
    path: string,
    query: URLSearchParams,
    body: Record<string, unknown>,
    send: (status: number, value: unknown, headers?: Record<string, string>) => void,
  ): Promise<void> {
    const page = (rows: Row[]) => {
      const perPage = Number(query.get("per_page") ?? 10);
      if (perPage < 1 || perPage > 100) {
        throw new Refusal(400, "rest_invalid_param", "Invalid parameter(s): per_page");
      }
      const from = query.has("offset") ? Number(query.get("offset")) : (Number(query.get("page") ?? 1) - 1) * perPage;
      const headers = { "x-wp-total": String(rows.length), "x-wp-totalpages": String(Math.ceil(rows.length / perPage)) };
      send(200, rows.slice(from, from + perPage), headers);
    };
    const asked = (rows: Row[]) => {
      const ids = query.get("include")?.split(",").map(Number);
      const trash = query.get("status") === "trash";
      return rows.filter((row) => (row.status === "trash") === trash && (!ids || ids.includes(row.id))).sort((a, b) => a.id - b.id);
    };
    const variations = /^products\/(\d+)\/variations(?:\/(\d+|batch))?$/.exec(path);
    const parent = variations ? Number(variations[1]) : 0;
    const family = [...products.values()].filter((row) => (row.parent_id ?? 0) === parent);
    if (path === "system_status") {
      // Asked for as a whole it would first call out to the internet: here that is a failure.
      if (!query.get("_fields")) throw new Refusal(500, "internal_server_error", "too slow");
      send(200, { environment: { version: "10.0.2" }, settings: { currency: "EUR", HPOS_enabled: true } });
    } else if (path === "products" || (variations && variations[2] === undefined)) page(asked(family));
    else if (path.endsWith("/batch") && batches.push(body))
      send(200, method === "POST" && Array.isArray(body.update) ? { update: body.update.map(batchItem(parent)) } : []);
    else if (path.startsWith("products/")) {
      const row = products.get(Number(variations?.[2] ?? path.slice(9)));
      if (!row) throw new Refusal(404, "woocommerce_rest_product_invalid_id", "Invalid ID.");
      send(200, row);
    } else if (path === "orders") {
      const after = query.get("modified_after") ?? "";
      page(
        asked(orders)
          .filter((row) => String(row.date_modified_gmt) > after)
          .sort((a, b) => (String(a.date_modified_gmt) < String(b.date_modified_gmt) ? -1 : 1)),
      );
    } else if (path === "webhooks" && method === "GET") page(hooks.map(({ secret: _, ...hook }) => hook));
    else if (path === "webhooks") {
      const hook = { ...body, id: hooks.length + 1, status: "active", secret: String(body.secret) };
      hooks.push(hook);
      await ping(hook);
      send(201, { ...hook, secret: undefined });
    } else throw new Refusal(404, "rest_no_route", "No route was found matching the URL and request method.");
  }

  /** A batch checks nothing, answers each item for itself, and leaves what is not managed as it is. */
  const batchItem = (parent: number) => (item: Row) => {
    const row = products.get(item.id);
    if (!row || (row.parent_id ?? 0) !== parent) {
      const code = parent === 0 ? "woocommerce_rest_product_invalid_id" : "woocommerce_rest_product_variation_invalid_id";
      return { id: item.id, error: { code, message: "Invalid ID.", data: { status: 404 } } };
    }
    const managed = row.manage_stock === true;
    if (managed && item.stock_quantity !== undefined) row.stock_quantity = Number(item.stock_quantity);
    else if (managed && options.takesDifferences) row.stock_quantity = Number(row.stock_quantity) + Number(item.inventory_delta ?? 0);
    return row;
  };

  const post = (url: string, headers: Record<string, string>, body: string) =>
    fetch(url, { method: "POST", headers: { "user-agent": "WooCommerce/10.0.2 Hookshot (WordPress/6.8.3)", ...headers }, body });
  const ping = (hook: Row) =>
    post(String(hook.delivery_url), { "content-type": "application/x-www-form-urlencoded" }, `webhook_id=${hook.id}`);

  return {
    address,
    products,
    orders,
    hooks,
    seen,
    /** The bodies of batches, as they came. */
    batches,
    ping,
    /** Delivers as the store's scheduler would, to the hook of this topic. */
    async deliver(topic: string, value: unknown): Promise<number> {
      const hook = hooks.find((one) => one.topic === topic);
      if (!hook) throw new Error(`nobody asked for ${topic}`);
      const body = JSON.stringify(value).replaceAll("/", "\\/");
      const [resource = "", event = ""] = topic.split(".");
      const headers = {
        ...{ "content-type": "application/json", "x-wc-webhook-source": `${home}/`, "x-wc-webhook-topic": topic },
        ...{ "x-wc-webhook-resource": resource, "x-wc-webhook-event": event, "x-wc-webhook-id": String(hook.id) },
        "x-wc-webhook-signature": createHmac("sha256", hook.secret).update(body).digest("base64"),
        "x-wc-webhook-delivery-id": "0123456789abcdef0123456789abcdef",
      };
      return (await post(String(hook.delivery_url), headers, body)).status;
    },
    stop: () => new Promise<void>((done) => server.close(() => done())),
  };
}
