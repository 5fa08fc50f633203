/**
 * The order feed: getOrders by modification time, paged by counting records. Records may shift while pages are read, so each page
 * overlaps the one before and must contain its last order; where it does not, the walk begins again.
 */
import { z } from "zod";
import type { ChannelOrder } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, OrderPage } from "../port.ts";
import { orderShape, toChannelOrder } from "./order-form.ts";
import { API, callRest } from "./rest-client.ts";

const ORDERS = `${API}/sell/fulfillment/v1/order`;
const PER_PAGE = 200;
const OVERLAP = 10;
const IDS_PER_CALL = 50;
/** eBay keeps two years. */
const OLDEST_MS = 729 * 86_400_000;

const pageShape = z.object({ total: z.int(), orders: z.array(orderShape) });
/** `anchor`: the last order of the page before; `seen` counts its records. */
const cursorShape = z.object({ since: z.iso.datetime(), offset: z.int().min(0), anchor: z.string().nullable() });
type Cursor = z.infer<typeof cursorShape>;

export async function readOrders(context: ChannelContext, query: { since: Date; page: string | null }): Promise<OrderPage> {
  const cursor = query.page === null ? begin(context, query.since) : readCursor(query.page);
  const sentAt = context.now();
  const { total, orders } = await fetchOrders(context, {
    filter: `lastmodifieddate:[${cursor.since}..]`,
    limit: String(PER_PAGE),
    offset: String(cursor.offset),
  });
  if (orders.length === 0 && total > cursor.offset) throw new ChannelError("unavailable", "eBay left the orders out of its answer");
  const known = cursor.anchor === null ? -1 : orders.findIndex((order) => order.orderId === cursor.anchor);
  if (cursor.anchor !== null && known < 0) return readOrders(context, { since: new Date(cursor.since), page: null });
  const read = cursor.offset + orders.length;
  // A page cut short overlaps less, so that each page gets further.
  const overlap = Math.min(OVERLAP, orders.length - 1);
  const next: Cursor = { since: cursor.since, offset: read - overlap, anchor: overlap > 0 ? orders.at(-1)!.orderId : null };
  return { orders: oldestFirst(orders.slice(known + 1), sentAt), nextPage: read < total ? JSON.stringify(next) : null, sentAt };
}

/** Orders that eBay does not know (or that are older than two years) are simply not among the answers. */
export async function readOrdersById(context: ChannelContext, ids: string[]): Promise<OrderPage> {
  const sentAt = context.now();
  const found: ChannelOrder[] = [];
  for (let at = 0; at < ids.length; at += IDS_PER_CALL) {
    const askedAt = context.now();
    const { orders } = await fetchOrders(context, { orderIds: ids.slice(at, at + IDS_PER_CALL).join(",") });
    found.push(...orders.map((order) => toChannelOrder(order, askedAt)));
  }
  return { orders: found, nextPage: null, sentAt };
}

function fetchOrders(context: ChannelContext, query: Record<string, string>) {
  return callRest(context, { operation: "getOrders", method: "GET", url: `${ORDERS}?${new URLSearchParams(query)}` }, pageShape);
}

/** eBay refuses a beginning in the future, or one older than it remembers. */
function begin(context: ChannelContext, since: Date): Cursor {
  const now = context.now().getTime();
  const from = Math.min(now, Math.max(since.getTime(), now - OLDEST_MS));
  return { since: new Date(from).toISOString(), offset: 0, anchor: null };
}

function readCursor(page: string): Cursor {
  try {
    return cursorShape.parse(JSON.parse(page));
  } catch {
    throw new ChannelError("rejected", "this is no page of eBay orders");
  }
}

function oldestFirst(orders: z.infer<typeof orderShape>[], sentAt: Date): ChannelOrder[] {
  return orders.map((order) => toChannelOrder(order, sentAt)).sort((a, b) => a.updatedAt.getTime() - b.updatedAt.getTime());
}
