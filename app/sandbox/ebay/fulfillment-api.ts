/** GET /sell/fulfillment/v1/order and /order/{id}: filters, paging by records, and the refusals of the real service. */
import type { SimRequest, SimResponse, SimulatorHost } from "../simulator.ts";
import { orderView } from "./order-view.ts";
import type { OrderBook } from "./orders.ts";
import { json, RestRefusal } from "./rest-answers.ts";
import type { Shop } from "./shop.ts";
import type { OrderVersion, SimOrder } from "./shop-state.ts";

const DOMAIN = "API_FULFILLMENT";
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const DAY_MS = 86_400_000;
const STATUSES: Record<string, string[]> = {
  "{NOT_STARTED|IN_PROGRESS}": ["NOT_STARTED", "IN_PROGRESS"],
  "{FULFILLED|IN_PROGRESS}": ["FULFILLED", "IN_PROGRESS"],
};

type Seen = { order: SimOrder; version: OrderVersion };

export function getOrder(host: SimulatorHost, shop: Shop, book: OrderBook, orderId: string): SimResponse {
  const order = book.get(orderId);
  const version = order && book.visible(order, host.faults(shop.state.account).api.orderLagMs);
  if (!order || !version)
    throw new RestRefusal(404, { errorId: 32100, domain: DOMAIN, category: "REQUEST", message: `Invalid order ID: ${orderId}` });
  return json(200, orderView(shop.state, order, version, true));
}

export function getOrders(host: SimulatorHost, shop: Shop, book: OrderBook, request: SimRequest): SimResponse {
  const { account } = shop.state;
  const lagMs = host.faults(account).api.orderLagMs;
  const limit = wholeNumber(request.query.get("limit") ?? "50", 1, 200, 31100, "limit");
  const offset = wholeNumber(request.query.get("offset") ?? "0", 0, Number.MAX_SAFE_INTEGER, 31000, "offset");
  const orderIds = request.query.get("orderIds");
  const found = orderIds === null ? filtered(host, book, request.query.get("filter"), lagMs) : byIds(book, orderIds, lagMs);
  let page = orderIds === null ? found.slice(offset, offset + limit) : found;
  // Faulty pages lose orders while the total still tells the truth.
  if (host.strikes(account, "emptyPage")) page = [];
  else if (host.strikes(account, "truncatePage")) page = page.slice(0, Math.ceil(page.length / 2));
  const href = `https://api.ebay.com${request.path.replace("/api.ebay.com", "")}`;
  const next = new URLSearchParams(request.query);
  next.set("offset", String(offset + limit));
  return json(200, {
    href: `${href}?${request.query}`,
    total: found.length,
    limit,
    offset,
    ...(orderIds === null && offset + limit < found.length ? { next: `${href}?${next}` } : {}),
    orders: page.map(({ order, version }) => orderView(shop.state, order, version, false)),
  });
}

function byIds(book: OrderBook, orderIds: string, lagMs: number): Seen[] {
  const ids = orderIds.split(",");
  if (ids.length > 50) refuse(30900, "Exceeded maximum number of order IDs (the current limit is 50)");
  const found: Seen[] = [];
  for (const id of ids) {
    const order = book.get(id);
    const version = order && book.visible(order, lagMs);
    if (order && version) found.push({ order, version });
  }
  return found;
}

function filtered(host: SimulatorHost, book: OrderBook, filter: string | null, lagMs: number): Seen[] {
  const now = host.now().getTime();
  const parts = readFilter(filter ?? "", now);
  const inStatus = ({ version }: Seen) => !parts.status || parts.status.includes(version.fulfilled ? "FULFILLED" : "NOT_STARTED");
  // creationdate wins where both are given; without any date it is the last ninety days of creation.
  const created = parts.creationdate ?? (parts.lastmodifieddate ? null : { from: now - 90 * DAY_MS, to: now });
  if (!created) return book.modifiedBetween(parts.lastmodifieddate!.from, parts.lastmodifieddate!.to, lagMs).filter(inStatus);
  const found: Seen[] = [];
  for (const order of book.all()) {
    const at = Date.parse(order.createdAt);
    const version = at >= created.from && at <= created.to ? book.visible(order, lagMs) : undefined;
    if (version) found.push({ order, version });
  }
  return found.filter(inStatus).reverse();
}

type Window = { from: number; to: number };
type Filter = { creationdate?: Window; lastmodifieddate?: Window; status?: string[] };

function readFilter(filter: string, now: number): Filter {
  const result: Filter = {};
  for (const part of filter === "" ? [] : filter.split(/,(?=[a-z]+:)/)) {
    const colon = part.indexOf(":");
    const name = part.slice(0, colon);
    const value = part.slice(colon + 1);
    if (name === "creationdate" || name === "lastmodifieddate") result[name] = readWindow(name, value, now);
    else if (name === "orderfulfillmentstatus")
      result.status = STATUSES[value] ?? refuse(30800, `Invalid filter value ${value} for filter ${name}`);
    else refuse(30700, `Invalid filter name: ${name}`);
  }
  return result;
}

function readWindow(name: string, value: string, now: number): Window {
  const match = /^\[(.*?)\.\.(.*?)\]$/.exec(value);
  if (!match) return refuse(30800, `Invalid filter value ${value} for filter ${name}`);
  if (!match[1]) return refuse(30820, "Start date is missing");
  if (!DATE.test(match[1]) || (match[2] && !DATE.test(match[2]))) return refuse(30810, "Invalid date format");
  const from = Date.parse(match[1]);
  const to = match[2] ? Date.parse(match[2]) : Number.POSITIVE_INFINITY;
  if (from > to) return refuse(30840, "Start date should be before end date");
  if (from > now || (match[2] && to > now)) return refuse(30850, "Start and end dates can't be in the future");
  if (from < now - 730 * DAY_MS) return refuse(30830, "Time range between start date and end date must be within '2' years.");
  return { from, to };
}

function wholeNumber(text: string, least: number, most: number, errorId: number, name: string): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : refuse(errorId, `Invalid ${name}: ${text}`);
}

function refuse(errorId: number, message: string): never {
  throw new RestRefusal(400, { errorId, domain: DOMAIN, category: "REQUEST", message });
}
