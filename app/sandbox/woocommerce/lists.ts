/** The arguments every list understands, and its page with WordPress's paging headers. */
import type { SimRequest, SimResponse } from "../simulator.ts";
import { invalidParam, json } from "./answers.ts";
import { readDate } from "./dates.ts";
import type { Shop } from "./shop.ts";

export type ListArguments = {
  page: number;
  perPage: number;
  offset: number;
  order: "asc" | "desc";
  orderby: string;
  include: number[] | null;
  exclude: Set<number>;
  modifiedAfterMs: number | null;
  modifiedBeforeMs: number | null;
  afterMs: number | null;
  beforeMs: number | null;
};

const ORDERBY = ["date", "id", "include", "title", "slug", "modified"];

export function listArguments(shop: Shop, query: URLSearchParams): ListArguments {
  const page = whole(query, "page", 1);
  if (page < 1) throw invalidParam("page", "page must be greater than or equal to 1", "rest_out_of_bounds");
  const perPage = whole(query, "per_page", 10);
  if (perPage < 1 || perPage > 100) {
    throw invalidParam("per_page", "per_page must be between 1 (inclusive) and 100 (inclusive)", "rest_out_of_bounds");
  }
  const order = query.get("order") ?? "desc";
  if (order !== "asc" && order !== "desc") throw invalidParam("order", "order is not one of asc and desc.", "rest_not_in_enum");
  const orderby = query.get("orderby") ?? "date";
  if (!ORDERBY.includes(orderby) || (shop.isOld && orderby === "modified"))
    throw invalidParam("orderby", `orderby is not one of ${ORDERBY.join(", ")}.`, "rest_not_in_enum");
  const areGmt = ["true", "1"].includes(query.get("dates_are_gmt") ?? "");
  const date = (name: string): number | null => {
    const text = query.get(name);
    if (text === null) return null;
    const ms = readDate(text, areGmt);
    if (ms === null) throw invalidParam(name, "Invalid date.", "rest_invalid_date");
    return ms;
  };
  return {
    page,
    perPage,
    offset: query.has("offset") ? Math.max(0, whole(query, "offset", 0)) : (page - 1) * perPage,
    order,
    orderby,
    include: query.has("include") ? ids(query, "include") : null,
    exclude: new Set(query.has("exclude") ? ids(query, "exclude") : []),
    modifiedAfterMs: date("modified_after"),
    modifiedBeforeMs: date("modified_before"),
    afterMs: date("after"),
    beforeMs: date("before"),
  };
}

function whole(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (!/^-?\d+$/.test(text)) throw invalidParam(name, `${name} is not of type integer.`, "rest_invalid_type");
  return Number(text);
}

function ids(query: URLSearchParams, name: string): number[] {
  return (query.get(name) ?? "")
    .split(",")
    .filter(Boolean)
    .map((text) => {
      if (!/^\d+$/.test(text.trim())) throw invalidParam(name, `${name}[0] is not of type integer.`, "rest_invalid_type");
      return Number(text);
    });
}

/** One-second resolution: the databases compare what they store. */
export function inWindow(args: ListArguments, item: { createdMs: number; modifiedMs: number }): boolean {
  const second = (ms: number) => Math.floor(ms / 1000);
  if (args.modifiedAfterMs !== null && second(item.modifiedMs) <= second(args.modifiedAfterMs)) return false;
  if (args.modifiedBeforeMs !== null && second(item.modifiedMs) >= second(args.modifiedBeforeMs)) return false;
  if (args.afterMs !== null && second(item.createdMs) <= second(args.afterMs)) return false;
  return args.beforeMs === null || second(item.createdMs) < second(args.beforeMs);
}

/** Sorts in the asked order; posts get ascending ids as they are made, so date order is id order. */
export function sortFor<T extends { id: number; createdMs: number; modifiedMs: number }>(args: ListArguments, found: T[]): T[] {
  const { include } = args;
  if (args.orderby === "include" && include) return found.sort((a, b) => include.indexOf(a.id) - include.indexOf(b.id));
  const sign = args.order === "asc" ? 1 : -1;
  const second = (ms: number) => Math.floor(ms / 1000);
  if (args.orderby === "modified") return found.sort((a, b) => sign * (second(a.modifiedMs) - second(b.modifiedMs) || a.id - b.id));
  if (args.orderby === "date") return found.sort((a, b) => sign * (second(a.createdMs) - second(b.createdMs) || a.id - b.id));
  return found.sort((a, b) => sign * (a.id - b.id));
}

/** The page that was asked for. By fault a page may come back empty or cut short although the totals say otherwise. */
export function listAnswer(shop: Shop, request: SimRequest, args: ListArguments, total: number, page: unknown[]): SimResponse {
  const pages = Math.ceil(total / args.perPage);
  const headers: Record<string, string> = { "x-wp-total": String(total), "x-wp-totalpages": String(pages) };
  const links: string[] = [];
  if (args.page > 1) links.push(link(shop, request, Math.min(args.page - 1, Math.max(pages, 1)), "prev"));
  if (args.page < pages) links.push(link(shop, request, args.page + 1, "next"));
  if (links.length > 0) headers.link = links.join(", ");
  if (shop.host.strikes(shop.account, "emptyPage")) return json(200, [], headers);
  if (page.length > 1 && shop.host.strikes(shop.account, "truncatePage")) return json(200, page.slice(0, page.length >> 1), headers);
  return json(200, page, headers);
}

function link(shop: Shop, request: SimRequest, page: number, rel: "next" | "prev"): string {
  const query = new URLSearchParams();
  for (const [name, value] of request.query) query.set(name, name === "dates_are_gmt" && value === "true" ? "1" : value);
  query.set("page", String(page));
  const root = shop.address().slice(0, shop.address().lastIndexOf("/"));
  return `<${root}${request.path}?${query}>; rel="${rel}"`;
}
