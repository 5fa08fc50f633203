/** What buyers and the seller do with orders. Etsy lowers at purchase, and gives nothing back by itself, whatever happens later. */
import { ControlRefusal, type OrderRequest } from "../simulator.ts";
import { changeListing, settleState } from "./change-listing.ts";
import { raiseByHand } from "./control-stock.ts";
import type { Receipt, Shop, Transaction } from "./shop-state.ts";
import { putReceipt } from "./shop-state.ts";
import { listingOfSku, poolOf, quantityGroup, withQuantity } from "./shown.ts";
import { queueOrderEvent } from "./webhooks.ts";
import { type EtsyWorld, nowSeconds } from "./world.ts";

/** `paid: false` is an order whose payment is still being processed: the units are gone, and no webhook tells of it. */
export function placeOrder(world: EtsyWorld, shop: Shop, order: OrderRequest, paid = true): Receipt {
  refuseIfTooFew(shop, order);
  const createdAt = order.at === undefined ? nowSeconds(world) : Math.floor(readTime(order.at) / 1000);
  const id = world.host.nextId();
  const transactions = order.lines.map((line) => sell(world, shop, line));
  const receipt: Receipt = {
    id,
    buyerUserId: world.host.nextId(),
    buyer: world.host.buyer(),
    status: paid ? "paid" : "payment processing",
    paid,
    shipped: false,
    createdAt,
    updatedAt: nowSeconds(world),
    transactions,
    refunds: [],
  };
  store(world, shop, receipt);
  if (paid) queueOrderEvent(world, shop, "order.paid", id);
  return receipt;
}

/** The payment of an unpaid order came through. */
export function payOrder(world: EtsyWorld, shop: Shop, id: string): void {
  const receipt = findReceipt(shop, id);
  store(world, shop, { ...receipt, status: "paid", paid: true, updatedAt: nowSeconds(world) });
  queueOrderEvent(world, shop, "order.paid", receipt.id);
}

/** A cancel by the seller. With `restock` he then types the units back in by hand, since Etsy does not. */
export function cancelOrder(world: EtsyWorld, shop: Shop, id: string, how: { restock: boolean }): void {
  const receipt = findReceipt(shop, id);
  if (receipt.status === "canceled") throw new ControlRefusal(409, `order ${id} is cancelled already`);
  if (receipt.shipped) throw new ControlRefusal(409, `order ${id} was shipped: Etsy lets it be refunded only`);
  store(world, shop, { ...receipt, status: "canceled", updatedAt: nowSeconds(world) });
  queueOrderEvent(world, shop, "order.canceled", receipt.id);
  if (how.restock) for (const line of receipt.transactions) raiseByHand(world, shop, line.sku, line.quantity - line.refundedUnits);
}

/** Money goes back; which units were meant only the seller knows, so the API tells of an amount and a status. */
export function refundOrder(
  world: EtsyWorld,
  shop: Shop,
  id: string,
  how: { lines: { sku: string; quantity: number }[]; restock: boolean },
): void {
  const receipt = findReceipt(shop, id);
  if (receipt.status === "canceled") throw new ControlRefusal(409, `order ${id} is cancelled`);
  let amountMinor = 0;
  const transactions = receipt.transactions.map((line) => ({ ...line }));
  for (const wanted of how.lines) {
    const line = transactions.find((candidate) => candidate.sku === wanted.sku);
    if (!line) throw new ControlRefusal(404, `order ${id} has no line with SKU ${wanted.sku}`);
    if (line.refundedUnits + wanted.quantity > line.quantity) throw new ControlRefusal(409, `more units of ${wanted.sku} than were sold`);
    line.refundedUnits += wanted.quantity;
    amountMinor += line.priceMinor * wanted.quantity;
  }
  const whole = transactions.every((line) => line.refundedUnits === line.quantity);
  store(world, shop, {
    ...receipt,
    status: whole ? "fully refunded" : "partially refunded",
    transactions,
    refunds: [...receipt.refunds, { amountMinor, at: nowSeconds(world) }],
    updatedAt: world.options.refundsMoveTime ? nowSeconds(world) : receipt.updatedAt,
  });
  if (how.restock) for (const line of how.lines) raiseByHand(world, shop, line.sku, line.quantity);
}

/** All of it is shipped at once: Etsy marks receipts, not lines. */
export function fulfilOrder(world: EtsyWorld, shop: Shop, id: string): void {
  const receipt = findReceipt(shop, id);
  if (receipt.status === "canceled") throw new ControlRefusal(409, `order ${id} is cancelled`);
  if (receipt.shipped) throw new ControlRefusal(409, `order ${id} was shipped already`);
  const now = nowSeconds(world);
  const transactions = receipt.transactions.map((line) => ({ ...line, shippedAt: now }));
  store(world, shop, {
    ...receipt,
    status: receipt.status === "paid" ? "completed" : receipt.status,
    shipped: true,
    transactions,
    updatedAt: now,
  });
  queueOrderEvent(world, shop, "order.shipped", receipt.id);
}

function refuseIfTooFew(shop: Shop, order: OrderRequest): void {
  const left = new Map<string, number>();
  for (const { sku, quantity } of order.lines) {
    const listing = listingOfSku(shop, sku);
    const found = listing && poolOf(listing, sku);
    if (!listing || !found) throw new ControlRefusal(404, `etsy has no listing with SKU ${sku}`);
    const pool = `${listing.id}/${quantityGroup(listing, found.product)}`;
    const shown = left.get(pool) ?? (listing.state === "active" && found.product.enabled ? found.product.quantity : 0);
    if (shown < quantity) throw new ControlRefusal(409, `etsy shows ${shown} of ${sku}, ${quantity} were wanted`);
    left.set(pool, shown - quantity);
  }
}

function sell(world: EtsyWorld, shop: Shop, { sku, quantity }: { sku: string; quantity: number }): Transaction {
  const listing = listingOfSku(shop, sku)!;
  const { product } = poolOf(listing, sku)!;
  changeListing(world, shop, settleState(withQuantity(listing, sku, product.quantity - quantity)), { by: "order", call: null });
  return {
    id: world.host.nextId(),
    listingId: listing.id,
    productId: product.productId,
    sku,
    title: listing.title,
    quantity,
    priceMinor: product.priceMinor,
    values: product.values,
    shippedAt: null,
    refundedUnits: 0,
  };
}

function store(world: EtsyWorld, shop: Shop, receipt: Receipt): void {
  putReceipt(shop, receipt, world.host.now());
  world.host.touched();
}

function findReceipt(shop: Shop, id: string): Receipt {
  const receipt = shop.receipts.get(Number(id));
  if (!receipt) throw new ControlRefusal(404, `etsy has no order ${id}`);
  return receipt;
}

function readTime(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new ControlRefusal(400, "at must be a time such as 2026-11-23T14:05:00Z");
  return ms;
}
