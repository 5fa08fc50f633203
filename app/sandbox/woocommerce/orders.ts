/**
 * The life of an order and what it does to stock: lowered once per line on processing, on-hold and completed; given back on
 * cancelled and pending; never by refunded, failed, trash or deletion alone.
 */
import { ControlRefusal } from "../simulator.ts";
import type { Item, Line, Order, OrderStatus, Refund } from "./model.ts";
import { addOrder, changeOrder, type Shop } from "./shop.ts";
import { numberHolder } from "./shown-stock.ts";
import { type ChangedBy, moveNumber } from "./stock.ts";
import { fire } from "./webhooks.ts";

const byOrder: ChangedBy = { by: "order", call: null };

const REDUCES: readonly OrderStatus[] = ["processing", "on-hold", "completed"];
const RESTORES: readonly OrderStatus[] = ["cancelled", "pending"];

export function newLine(shop: Shop, item: Item | null, quantity: number, note: string): Line {
  const parent = item?.type === "variation" ? shop.items.get(item.parentId) : undefined;
  return {
    id: shop.host.nextId(),
    name: item ? (parent ? `${parent.name} - ${item.option}` : item.name) : "",
    productId: item ? item.parentId || item.id : 0,
    variationId: item?.type === "variation" ? item.id : 0,
    sku: item?.sku ?? "",
    quantity,
    price: item?.price ?? "0",
    parentName: parent?.name ?? null,
    reduced: null,
    restocked: null,
    note,
  };
}

export type OrderDraft = {
  lines: { item: Item | null; quantity: number }[];
  status: OrderStatus;
  paid: boolean;
  createdVia: Order["createdVia"];
  placedMs?: number;
};

/** A checkout (or a REST call) makes an order; both order.created and order.updated follow. */
export function createOrder(shop: Shop, draft: OrderDraft): Order {
  const nowMs = shop.host.now().getTime();
  const buyer = shop.host.buyer();
  const order: Order = {
    id: shop.host.nextId(),
    status: draft.status,
    statusBeforeTrash: null,
    createdMs: draft.placedMs ?? nowMs,
    modifiedMs: nowMs,
    paidMs: draft.paid ? nowMs : null,
    completedMs: draft.status === "completed" ? nowMs : null,
    stockReduced: false,
    createdVia: draft.createdVia,
    lines: draft.lines.map(({ item, quantity }) => newLine(shop, item, quantity, buyer.note)),
    refunds: [],
    buyer,
  };
  addOrder(shop, order);
  applyStatus(shop, order);
  fire(shop, "order", "created", order.id);
  fire(shop, "order", "updated", order.id);
  return order;
}

/** What the present status demands of stock; safe to ask again. */
function applyStatus(shop: Shop, order: Order): void {
  if (REDUCES.includes(order.status) && !order.stockReduced) {
    for (const line of order.lines) reduceLine(shop, line);
    order.stockReduced = true;
  }
  if (RESTORES.includes(order.status) && order.stockReduced) {
    for (const line of order.lines) restoreLine(shop, line);
    order.stockReduced = false;
  }
}

function lineItem(shop: Shop, line: Line): Item | null {
  const item = shop.items.get(line.variationId || line.productId);
  return item ? numberHolder(shop, item) : null;
}

function reduceLine(shop: Shop, line: Line): void {
  const holder = lineItem(shop, line);
  if (line.reduced || !holder) return;
  moveNumber(shop, holder, -line.quantity, byOrder);
  line.reduced = line.quantity;
}

function restoreLine(shop: Shop, line: Line): void {
  const holder = lineItem(shop, line);
  if (!line.reduced || !holder) return;
  moveNumber(shop, holder, line.reduced, byOrder);
  line.reduced = null;
}

export function setStatus(shop: Shop, order: Order, status: OrderStatus): void {
  const nowMs = shop.host.now().getTime();
  changeOrder(shop, order, () => {
    order.status = status;
    if (status === "completed") order.completedMs = nowMs;
    if ((status === "completed" || status === "processing") && order.paidMs === null) order.paidMs = nowMs;
    applyStatus(shop, order);
  });
  fire(shop, "order", "updated", order.id);
}

/** Edited lines: on an order that has lowered stock the difference moves at once; quantity 0 takes the line away. */
export function editLines(shop: Shop, order: Order, edits: { line: Line | null; item: Item | null; quantity: number }[]): void {
  changeOrder(shop, order, () => {
    for (const edit of edits) {
      const line = edit.line ?? newLine(shop, edit.item, 0, order.buyer.note);
      if (!edit.line) order.lines.push(line);
      line.quantity = edit.quantity;
      if (edit.quantity === 0) order.lines = order.lines.filter((kept) => kept !== line);
      if (!order.stockReduced) continue;
      const holder = lineItem(shop, line);
      const delta = edit.quantity - (line.restocked ?? 0) - (line.reduced ?? 0);
      if (!holder || delta === 0) continue;
      moveNumber(shop, holder, -delta, byOrder);
      line.reduced = (line.reduced ?? 0) + delta;
    }
  });
  fire(shop, "order", "updated", order.id);
}

export function refundedUnits(order: Order, lineId: number): number {
  return order.refunds.reduce((sum, refund) => sum + (refund.lines.find((line) => line.lineId === lineId)?.quantity ?? 0), 0);
}

/** A refund of lines; stock returns only where asked for, and only what the line still holds. A full one sets `refunded`. */
export function refund(
  shop: Shop,
  order: Order,
  how: { lines: { line: Line; quantity: number; total: number }[]; amount: number; restock: boolean; reason: string },
): Refund {
  const made: Refund = {
    id: shop.host.nextId(),
    createdMs: shop.host.now().getTime(),
    reason: how.reason,
    amount: how.amount.toFixed(2),
    restocked: how.restock,
    lines: how.lines.map(({ line, quantity, total }) => ({
      id: shop.host.nextId(),
      lineId: line.id,
      name: line.name,
      productId: line.productId,
      variationId: line.variationId,
      sku: line.sku,
      quantity,
      total: total.toFixed(2),
    })),
  };
  changeOrder(shop, order, () => {
    order.refunds.push(made);
    if (how.restock) for (const { line, quantity } of how.lines) restockRefunded(shop, line, quantity);
    const refunded = order.refunds.reduce((sum, one) => sum + Number(one.amount), 0);
    const owed = order.lines.reduce((sum, line) => sum + Number(line.price || 0) * line.quantity, 0);
    if (owed > 0 && refunded >= owed - 0.005) order.status = "refunded";
  });
  fire(shop, "order", "updated", order.id);
  return made;
}

function restockRefunded(shop: Shop, line: Line, quantity: number): void {
  const holder = lineItem(shop, line);
  if (!holder || !line.reduced || quantity === 0) return;
  const back = Math.min(quantity, line.reduced);
  moveNumber(shop, holder, back, byOrder);
  line.reduced -= back;
  line.restocked = (line.restocked ?? 0) + back;
}

/** To the trash, or away for good; stock does not come back either way, and only the trash tells the webhooks. */
export function removeOrder(shop: Shop, order: Order, force: boolean): void {
  if (force) {
    shop.pastOrders.remember(order.id, structuredClone(order), shop.host.now().getTime());
    shop.orders.delete(order.id);
    shop.host.touched();
    return;
  }
  changeOrder(shop, order, () => {
    order.statusBeforeTrash = order.status;
    order.status = "trash";
  });
  fire(shop, "order", "deleted", order.id);
}

export function mustFindOrder(shop: Shop, id: string): Order {
  const order = shop.orders.get(Number(id));
  if (!order) throw new ControlRefusal(404, `No order ${id} at woocommerce.`);
  return order;
}
