/** /products and /products/{id}/variations: lists, single items, batches. */
import type { SimRequest, SimResponse } from "../simulator.ts";
import { json, RestError } from "./answers.ts";
import { type BatchDo, batch } from "./batch.ts";
import { inWindow, type ListArguments, listAnswer, listArguments, sortFor } from "./lists.ts";
import type { Item } from "./model.ts";
import { checkSchema, readFields } from "./product-fields.ts";
import { createItem, destroyItem, trashItem, updateItem } from "./product-writes.ts";
import { type Json, renderAsProduct, renderProduct, renderVariation } from "./render.ts";
import type { Shop } from "./shop.ts";
import type { ChangedBy } from "./stock.ts";

const noProduct = (status: number) => new RestError(status, "woocommerce_rest_product_invalid_id", "Invalid ID.");
const noVariation = (status: number) => new RestError(status, "woocommerce_rest_product_variation_invalid_id", "Invalid ID.");

/** As it stands, or (stale reads) as it stood a while ago. */
function asRead(shop: Shop, item: Item): Item | null {
  const { staleReadMs } = shop.host.faults(shop.account).api;
  if (staleReadMs <= 0) return item;
  const past = shop.pastItems.at(item.id, shop.host.now().getTime() - staleReadMs);
  return past === undefined ? item : past;
}

/** A stale variation in a pool mirrors its parent as that stood then. */
function renderRead(shop: Shop, item: Item): Json | null {
  const then = asRead(shop, item);
  if (!then) return null;
  if (then.type !== "variation") return renderProduct(shop, then);
  const parent = shop.items.get(then.parentId);
  const parentThen = parent && asRead(shop, parent);
  if (!parent || !parentThen || parentThen === parent) return renderVariation(shop, then);
  const thenShop: Shop = { ...shop, items: new Map([[parent.id, parentThen]]) };
  return renderVariation(thenShop, then);
}

function matches(args: ListArguments, query: URLSearchParams, item: Item): boolean {
  const status = query.get("status") ?? "any";
  if (status === "any" ? item.status === "trash" : item.status !== status) return false;
  if (args.exclude.has(item.id) || !inWindow(args, item)) return false;
  const type = query.get("type");
  if (type !== null && item.type !== type) return false;
  const search = query.get("search");
  return search === null || item.name.toLowerCase().includes(search.toLowerCase());
}

const isPlain = (query: URLSearchParams, args: ListArguments) =>
  args.include === null &&
  args.exclude.size === 0 &&
  args.modifiedAfterMs === null &&
  args.modifiedBeforeMs === null &&
  args.afterMs === null &&
  args.beforeMs === null &&
  ["id", "date"].includes(args.orderby) &&
  (query.get("status") ?? "any") === "any" &&
  !["type", "search", "sku", "stock_status", "slug"].some((name) => query.has(name));

export function listProducts(shop: Shop, request: SimRequest): SimResponse {
  const { query } = request;
  const args = listArguments(shop, query);
  if (isPlain(query, args)) {
    const live = shop.liveProducts();
    const ids =
      args.order === "asc"
        ? live.slice(args.offset, args.offset + args.perPage)
        : live.slice(Math.max(0, live.length - args.offset - args.perPage), Math.max(0, live.length - args.offset)).reverse();
    const page = ids.flatMap((id) => renderRead(shop, shop.items.get(id)!) ?? []);
    return listAnswer(shop, request, args, live.length, page);
  }
  const found = sortFor(
    args,
    candidates(shop, query, args).filter((item) => matches(args, query, item)),
  );
  const page = found.slice(args.offset, args.offset + args.perPage);
  const render = (item: Item) => (item.type === "variation" ? renderAsProduct(shop, item) : renderRead(shop, item));
  return listAnswer(
    shop,
    request,
    args,
    found.length,
    page.flatMap((item) => render(item) ?? []),
  );
}

/** Where a SKU is asked for, variations are found too; otherwise never. */
function candidates(shop: Shop, query: URLSearchParams, args: ListArguments): Item[] {
  const sku = query.get("sku");
  if (sku !== null) {
    const ids = new Set(sku.split(",").flatMap((one) => [...(shop.bySku.get(one.trim().toLowerCase()) ?? [])]));
    return [...ids].flatMap((id) => shop.items.get(id) ?? []).filter((item) => !args.include || args.include.includes(item.id));
  }
  const pool = args.include ? [...new Set(args.include)].flatMap((id) => shop.items.get(id) ?? []) : [...shop.items.values()];
  return pool.filter((item) => item.type !== "variation");
}

export function listVariations(shop: Shop, request: SimRequest, parentId: number): SimResponse {
  const args = listArguments(shop, request.query);
  const parent = shop.items.get(parentId);
  if (!parent || parent.type === "variation") throw noProduct(404);
  const wanted = args.include ? new Set(args.include) : null;
  const children = parent.children.flatMap((id) => shop.items.get(id) ?? []).filter((item) => !wanted || wanted.has(item.id));
  const found = sortFor(
    args,
    children.filter((item) => matches(args, request.query, item)),
  );
  const page = found.slice(args.offset, args.offset + args.perPage).flatMap((item) => renderRead(shop, item) ?? []);
  return listAnswer(shop, request, args, found.length, page);
}

function product(shop: Shop, id: number, missingStatus: number): Item {
  const item = shop.items.get(id);
  if (!item || item.type === "variation") throw noProduct(missingStatus);
  return item;
}

function variation(shop: Shop, parentId: number, id: number, missingStatus: number): Item {
  const item = shop.items.get(id);
  if (item?.parentId !== parentId || item.type !== "variation") throw noVariation(missingStatus);
  return item;
}

export function getItem(shop: Shop, id: number, parentId: number | null): SimResponse {
  const item = parentId === null ? product(shop, id, 404) : variation(shop, parentId, id, 404);
  const body = renderRead(shop, item);
  if (!body) throw parentId === null ? noProduct(404) : noVariation(404);
  return json(200, body);
}

export function createOne(shop: Shop, body: Json, parentId: number | null, call: string): SimResponse {
  checkSchema(body);
  const item = create(shop, body, parentId, { by: "api", call });
  const path = parentId === null ? `products/${item.id}` : `products/${parentId}/variations/${item.id}`;
  return json(201, render(shop, item), { location: `${shop.address()}/wp-json/wc/v3/${path}` });
}

/** An unknown id is 400 here, unlike the 404 of a read. */
export function updateOne(shop: Shop, id: number, parentId: number | null, body: Json, call: string): SimResponse {
  checkSchema(body);
  const item = parentId === null ? product(shop, id, 400) : variation(shop, parentId, id, 404);
  updateItem(shop, item, readFields(body), { by: "api", call });
  return json(200, render(shop, item));
}

export function deleteOne(shop: Shop, id: number, parentId: number | null, force: boolean): SimResponse {
  return json(200, remove(shop, id, parentId, force));
}

export function batchItems(shop: Shop, body: Json, parentId: number | null, call: string): SimResponse {
  if (parentId !== null) product(shop, parentId, 404);
  const how: BatchDo = {
    create: (item) => render(shop, create(shop, item, parentId, { by: "api", call })),
    update: (id, item) => {
      const found = parentId === null ? notAVariation(shop, id) : variation(shop, parentId, id, 404);
      updateItem(shop, found, readFields(item), { by: "api", call });
      return render(shop, found);
    },
    remove: (id) => remove(shop, id, parentId, true),
  };
  return batch(body, how);
}

function notAVariation(shop: Shop, id: number): Item {
  if (shop.items.get(id)?.type === "variation") {
    const text = "To manipulate product variations you should use the /products/&lt;product_id&gt;/variations/&lt;id&gt; endpoint.";
    throw new RestError(404, "woocommerce_rest_invalid_product_id", text);
  }
  return product(shop, id, 400);
}

function create(shop: Shop, body: Json, parentId: number | null, cause: ChangedBy): Item {
  return createItem(shop, readFields(body), parentId === null ? null : product(shop, parentId, 404), cause);
}

function render(shop: Shop, item: Item): Json {
  return item.type === "variation" ? renderVariation(shop, item) : renderProduct(shop, item);
}

/** Answers the item with its status from before. */
function remove(shop: Shop, id: number, parentId: number | null, force: boolean): Json {
  const item = parentId === null ? product(shop, id, 404) : variation(shop, parentId, id, 404);
  const before = render(shop, item);
  if (force) destroyItem(shop, item);
  else if (item.status === "trash") throw new RestError(410, "woocommerce_rest_already_trashed", "The product has already been deleted.");
  else trashItem(shop, item);
  return before;
}
