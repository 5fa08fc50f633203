/** /orders and /orders/{id}/refunds. */
import type { SimRequest, SimResponse } from "../simulator.ts";
import { invalidParam, json, missingParam, RestError } from "./answers.ts";
import { batch } from "./batch.ts";
import { inWindow, type ListArguments, listAnswer, listArguments, sortFor } from "./lists.ts";
import { type Item, type Line, ORDER_STATUSES, type Order, type OrderStatus } from "./model.ts";
import { createOrder, editLines, type OrderDraft, refund, refundedUnits, removeOrder, setStatus } from "./orders.ts";
import type { Json } from "./render.ts";
import { renderOrder, renderRefund } from "./render-order.ts";
import { changeOrder, itemBySku, ordersChangedAfter, type Shop } from "./shop.ts";

const noOrder = (status: number) => new RestError(status, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.");

/** How the feed shows an order: now, or as it stood before the feed's lag; null = not yet there. */
function asListed(shop: Shop, order: Order): Order | null {
  const { orderLagMs } = shop.host.faults(shop.account).api;
  if (orderLagMs <= 0) return order;
  const past = shop.pastOrders.at(order.id, shop.host.now().getTime() - orderLagMs);
  return past === undefined ? order : past;
}

export function listOrders(shop: Shop, request: SimRequest): SimResponse {
  const args = listArguments(shop, request.query);
  const statuses = readStatuses(request.query);
  const found = sortFor(
    args,
    candidates(shop, args)
      .flatMap((order) => asListed(shop, order) ?? [])
      .filter((order) => inWindow(args, order) && !args.exclude.has(order.id) && statuses(order.status)),
  );
  const page = found.slice(args.offset, args.offset + args.perPage);
  return listAnswer(
    shop,
    request,
    args,
    found.length,
    page.map((order) => renderOrder(shop, order)),
  );
}

function candidates(shop: Shop, args: ListArguments): Order[] {
  if (args.include) return [...new Set(args.include)].flatMap((id) => shop.orders.get(id) ?? []);
  if (args.modifiedAfterMs === null) return [...shop.orders.values()];
  return ordersChangedAfter(shop, args.modifiedAfterMs).flatMap((id) => shop.orders.get(id) ?? []);
}

/** "any" is every status but the trash, and stands above all others in the list. */
function readStatuses(query: URLSearchParams): (status: OrderStatus) => boolean {
  const asked = (query.get("status") ?? "any").split(",");
  for (const one of asked) {
    if (one !== "any" && one !== "trash" && !(ORDER_STATUSES as readonly string[]).includes(one)) {
      throw invalidParam("status", `status[0] is not one of any, trash, ${ORDER_STATUSES.join(", ")}.`, "rest_not_in_enum");
    }
  }
  if (asked.includes("any")) return (status) => status !== "trash";
  return (status) => asked.includes(status);
}

function find(shop: Shop, id: number, status: number): Order {
  const order = shop.orders.get(id);
  if (!order) throw noOrder(status);
  return order;
}

export function getOrder(shop: Shop, id: number): SimResponse {
  const order = asListed(shop, find(shop, id, 404));
  if (!order) throw noOrder(404);
  return json(200, renderOrder(shop, order));
}

export function postOrder(shop: Shop, body: Json): SimResponse {
  const order = make(shop, body);
  return json(201, renderOrder(shop, order), { location: `${shop.address()}/wp-json/wc/v3/orders/${order.id}` });
}

function make(shop: Shop, body: Json): Order {
  const paid = body.set_paid === true;
  const asked = readStatus(body.status) ?? "pending";
  const draft: OrderDraft = {
    lines: lineBodies(body).map((line) => ({ item: lineProduct(shop, line), quantity: quantityOf(line) })),
    status: paid && asked === "pending" ? "processing" : asked,
    paid: paid || asked === "processing" || asked === "completed",
    createdVia: "rest-api",
  };
  return createOrder(shop, draft);
}

function lineBodies(body: Json): Json[] {
  return Array.isArray(body.line_items) ? (body.line_items as Json[]) : [];
}

function quantityOf(line: Json): number {
  return line.quantity === undefined ? 1 : Math.trunc(Number(line.quantity) || 0);
}

/** An unknown product gives an empty line, not an error. */
function lineProduct(shop: Shop, line: Json): Item | null {
  if (line.variation_id || line.product_id) return shop.items.get(Number(line.variation_id || line.product_id)) ?? null;
  return typeof line.sku === "string" ? itemBySku(shop, line.sku) : null;
}

function readStatus(value: unknown): OrderStatus | null {
  if (value === undefined) return null;
  if (!(ORDER_STATUSES as readonly unknown[]).includes(value)) {
    throw invalidParam("status", `status is not one of ${ORDER_STATUSES.join(", ")}.`, "rest_not_in_enum");
  }
  return value as OrderStatus;
}

export function putOrder(shop: Shop, id: number, body: Json): SimResponse {
  return json(200, renderOrder(shop, update(shop, find(shop, id, 400), body)));
}

function update(shop: Shop, order: Order, body: Json): Order {
  const status = readStatus(body.status);
  const edits = lineBodies(body).map((line) => {
    const known = order.lines.find((one) => one.id === line.id) ?? null;
    if (line.id !== undefined && !known) {
      throw new RestError(400, "woocommerce_rest_invalid_item_id", "Order item ID provided is not associated with order.");
    }
    return { line: known, item: known ? null : lineProduct(shop, line), quantity: quantityOf(line) };
  });
  if (edits.length > 0) editLines(shop, order, edits);
  if (status !== null && status !== order.status) setStatus(shop, order, status);
  else if (edits.length === 0) changeOrder(shop, order, () => {});
  if (body.set_paid === true && order.status === "pending") setStatus(shop, order, "processing");
  return order;
}

export function deleteOrder(shop: Shop, id: number, force: boolean): SimResponse {
  const order = find(shop, id, 404);
  const before = renderOrder(shop, order);
  if (!force && order.status === "trash")
    throw new RestError(410, "woocommerce_rest_already_trashed", "The order has already been deleted.");
  removeOrder(shop, order, force);
  return json(200, before);
}

export function batchOrders(shop: Shop, body: Json): SimResponse {
  return batch(body, {
    create: (item) => renderOrder(shop, make(shop, item)),
    update: (id, item) => renderOrder(shop, update(shop, find(shop, id, 400), item)),
    remove(id) {
      const before = renderOrder(shop, find(shop, id, 404));
      removeOrder(shop, find(shop, id, 404), true);
      return before;
    },
  });
}

export function listRefunds(shop: Shop, request: SimRequest, orderId: number): SimResponse {
  const { refunds } = find(shop, orderId, 404);
  const args = listArguments(shop, request.query);
  const page = [...refunds].reverse().slice(args.offset, args.offset + args.perPage);
  return listAnswer(shop, request, args, refunds.length, page.map(renderRefund));
}

export function getRefund(shop: Shop, orderId: number, id: number): SimResponse {
  const found = find(shop, orderId, 404).refunds.find((one) => one.id === id);
  if (!found) throw new RestError(404, "woocommerce_rest_shop_order_refund_invalid_id", "Invalid ID.");
  return json(200, renderRefund(found));
}

/** Refusals of the refund itself are 500 with the bare number as data. */
function refundRefused(message: string): RestError {
  return new RestError(500, "woocommerce_rest_cannot_create_order_refund", message, 500);
}

export function postRefund(shop: Shop, orderId: number, body: Json): SimResponse {
  const order = find(shop, orderId, 404);
  const asked = lineBodies(body).map((line) => {
    const known: Line | undefined = order.lines.find((one) => one.id === Number(line.id));
    if (!known) throw missingParam("line_items[0][id]");
    return { line: known, quantity: Math.abs(Math.trunc(Number(line.quantity ?? 0))), total: Number(line.refund_total ?? 0) };
  });
  if (body.api_refund !== false) throw refundRefused("The payment gateway for this order does not exist.");
  const amount = body.amount === undefined ? asked.reduce((sum, line) => sum + line.total, 0) : Number(body.amount);
  const left =
    order.lines.reduce((sum, line) => sum + Number(line.price || 0) * line.quantity, 0) -
    order.refunds.reduce((sum, one) => sum + Number(one.amount), 0);
  const tooMany = asked.some(({ line, quantity }) => quantity > line.quantity - refundedUnits(order, line.id));
  if (!(amount >= 0) || amount > left + 0.005 || tooMany) throw refundRefused("Invalid refund amount.");
  const reason = typeof body.reason === "string" ? body.reason : "";
  const made = refund(shop, order, { lines: asked, amount, restock: body.api_restock !== false, reason });
  return json(201, renderRefund(made), { location: `${shop.address()}/wp-json/wc/v3/orders/${orderId}/refunds/${made.id}` });
}
