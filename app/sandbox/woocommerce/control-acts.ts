/** What the simulated outside world does in the shop: people buy, the merchant cancels, refunds, ships, edits, adds and removes. */
import { type ChannelState, ControlRefusal, type OrderRequest } from "../simulator.ts";
import { RestError } from "./answers.ts";
import type { Hook, Item, Line, Order } from "./model.ts";
import { createOrder, editLines, mustFindOrder, refund, refundedUnits, setStatus } from "./orders.ts";
import { createItem, trashItem } from "./product-writes.ts";
import { itemBySku, type Shop } from "./shop.ts";
import { numberHolder, shownNumber } from "./shown-stock.ts";
import { moveNumber, setNumber } from "./stock.ts";

export function state(shop: Shop): ChannelState {
  const listings = [...shop.items.values()]
    .filter((item) => item.type !== "variable" && item.status !== "trash")
    .map((item) => ({ id: String(item.id), sku: item.sku, quantity: shownNumber(shop, item) ?? 0, active: item.status === "publish" }));
  const orders = [...shop.orders.values()].map((order) => ({
    id: String(order.id),
    status: order.status,
    lines: order.lines.map(({ sku, quantity }) => ({ sku, quantity })),
  }));
  return { listings, orders };
}

function mustFind(shop: Shop, sku: string): Item {
  const item = itemBySku(shop, sku);
  if (!item || item.type === "variable") throw new ControlRefusal(404, `No product ${sku} at woocommerce.`);
  return item;
}

function mustHaveEnough(shop: Shop, item: Item, quantity: number): void {
  const holder = numberHolder(shop, item);
  if (item.status !== "publish") throw new ControlRefusal(409, `${item.sku} is not on sale at woocommerce.`);
  if (holder ? holder.backorders === "no" && (holder.stock ?? 0) < quantity : item.statusByHand === "outofstock") {
    throw new ControlRefusal(409, `woocommerce shows only ${holder?.stock ?? 0} of ${item.sku}.`);
  }
}

/** A checkout that was paid at once. */
export function placeOrder(shop: Shop, request: OrderRequest): { id: string } {
  const lines = request.lines.map(({ sku, quantity }) => ({ item: mustFind(shop, sku), quantity }));
  const wanted = new Map<Item, number>();
  for (const { item, quantity } of lines) wanted.set(item, (wanted.get(item) ?? 0) + quantity);
  for (const [item, quantity] of wanted) mustHaveEnough(shop, item, quantity);
  const placedMs = request.at === undefined ? undefined : Date.parse(request.at);
  if (placedMs !== undefined && Number.isNaN(placedMs)) throw new ControlRefusal(400, `"at" is not a date: ${request.at}`);
  const order = createOrder(shop, { lines, status: "processing", paid: true, createdVia: "checkout", placedMs });
  return { id: String(order.id) };
}

/**
 * A cancelled order always gives back what its lines still hold. "Without restock" therefore means that the merchant takes
 * the units off the shelf again by hand, as one does with goods that came back broken.
 */
export function cancelOrder(shop: Shop, id: string, how: { restock: boolean }): void {
  const order = mustFindOrder(shop, id);
  if (order.status === "cancelled") throw new ControlRefusal(409, `Order ${id} is cancelled already.`);
  const held = order.lines.map((line) => ({ line, units: line.reduced ?? 0 }));
  setStatus(shop, order, "cancelled");
  if (how.restock) return;
  for (const { line, units } of held) {
    const item = shop.items.get(line.variationId || line.productId);
    const holder = item && numberHolder(shop, item);
    if (holder && units > 0) moveNumber(shop, holder, -units, { by: "hand", call: null });
  }
}

function lineBySku(order: Order, sku: string): Line {
  const line = order.lines.find((one) => one.sku.toLowerCase() === sku.toLowerCase());
  if (!line) throw new ControlRefusal(404, `Order ${order.id} has no line ${sku}.`);
  return line;
}

export function refundOrder(shop: Shop, id: string, how: { lines: { sku: string; quantity: number }[]; restock: boolean }): void {
  const order = mustFindOrder(shop, id);
  const lines = how.lines.map(({ sku, quantity }) => {
    const line = lineBySku(order, sku);
    if (quantity > line.quantity - refundedUnits(order, line.id)) {
      throw new ControlRefusal(409, `Order ${id} has no ${quantity} of ${sku} left to refund.`);
    }
    return { line, quantity, total: Number(line.price || 0) * quantity };
  });
  const amount = lines.reduce((sum, line) => sum + line.total, 0);
  refund(shop, order, { lines, amount, restock: how.restock, reason: `Asked for by ${order.buyer.name}` });
}

export function fulfilOrder(shop: Shop, id: string): void {
  const order = mustFindOrder(shop, id);
  if (order.status !== "processing" && order.status !== "on-hold") throw new ControlRefusal(409, `Order ${id} is ${order.status}.`);
  setStatus(shop, order, "completed");
}

/** The lines as they shall be from now on: named SKUs get that quantity, new ones are added, others stay. */
export function editOrder(shop: Shop, id: string, how: { lines: { sku: string; quantity: number }[] }): void {
  const order = mustFindOrder(shop, id);
  const edits = how.lines.map(({ sku, quantity }) => {
    const line = order.lines.find((one) => one.sku.toLowerCase() === sku.toLowerCase()) ?? null;
    const item = line ? null : mustFind(shop, sku);
    return { line, item, quantity };
  });
  editLines(shop, order, edits);
}

export function setStock(shop: Shop, change: { sku: string; quantity: number }): void {
  const holder = numberHolder(shop, mustFind(shop, change.sku));
  if (!holder) throw new ControlRefusal(409, `${change.sku} has no stock number at woocommerce.`);
  setNumber(shop, holder, change.quantity, { by: "hand", call: null });
}

export function addListing(shop: Shop, listing: { sku: string; title: string; quantity: number; price: number }): { id: string } {
  try {
    const fields = {
      name: listing.title,
      sku: listing.sku,
      price: String(listing.price),
      manageStock: true,
      stockQuantity: listing.quantity,
    };
    return { id: String(createItem(shop, fields, null, { by: "hand", call: null }).id) };
  } catch (error) {
    if (error instanceof RestError) throw new ControlRefusal(409, error.message);
    throw error;
  }
}

export function removeListing(shop: Shop, sku: string): void {
  trashItem(shop, mustFind(shop, sku));
}

/** A hook to forge a delivery for: the one of this topic, else any. */
export function hookFor(shop: Shop, topic: string): Hook {
  const hooks = [...shop.hooks.values()];
  const hook = hooks.find((one) => one.topic === topic) ?? hooks[0];
  if (!hook) throw new ControlRefusal(409, "Nobody has made a webhook at this shop yet.");
  return hook;
}
