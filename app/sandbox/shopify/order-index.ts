/** orders(query:, sortKey: UPDATED_AT): a search index over the orders, which may lag behind them (fault orderLagMs). */
import { GraphQLError } from "graphql";
import type { View } from "./catalog-nodes.ts";
import { type Connection, connection, notSimulated, type PageArguments, type PageFault, pageSize, readCursor } from "./connections.ts";
import type { OrderState } from "./shop-state.ts";

/** read_orders reaches back this far; older orders need read_all_orders with Shopify's approval. */
const REACH_MS = 60 * 86_400_000;

type Entry = { at: number; order: OrderState };
type OrderQuery = PageArguments & { query?: string | null; sortKey?: string | null };

export function ordersPage<T>(view: View, given: OrderQuery, toNode: (order: OrderState) => T, fault: PageFault): Connection<T> {
  if (given.sortKey !== "UPDATED_AT") throw notSimulated(`orders sorted by ${given.sortKey}`);
  const size = pageSize(given);
  const range = readRange(given.query ?? "");
  const cursor = readCursor(given.after) as { at: number; id: number } | null;
  const found = entriesOf(view, cursor ? Math.max(range.from, cursor.at) : range.from, range.until)
    .filter(({ at, order }) => !cursor || at > cursor.at || (at === cursor.at && order.id > cursor.id))
    .slice(0, size + 1);
  return connection(
    found,
    size,
    ({ at, order }) => ({ at, id: order.id }),
    ({ order }) => toNode(order),
    cursor !== null,
    fault,
  );
}

/** The newest indexed change of each order that falls into the range, oldest first. */
function entriesOf(view: View, from: number, until: number): Entry[] {
  const { shop, now, orderLagMs } = view;
  const indexed = now.getTime() - orderLagMs;
  const newest = new Map<number, Entry>();
  for (let index = firstAt(shop.orderUpdates, from); index < shop.orderUpdates.length; index++) {
    const { at, orderId } = shop.orderUpdates[index]!;
    if (orderLagMs > 0 && at > indexed) break;
    const order = shop.orders.get(orderId);
    if (!order || order.createdAt < now.getTime() - REACH_MS) continue;
    newest.delete(orderId);
    newest.set(orderId, { at, order });
  }
  return [...newest.values()].filter((entry) => entry.at < until).sort((a, b) => a.at - b.at || a.order.id - b.order.id);
}

function firstAt(updates: readonly { at: number }[], from: number): number {
  let low = 0;
  let high = updates.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (updates[middle]!.at < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

const TERM = /^(updated_at|status):(>=|<=|>|<)?'?([^']+)'?$/;

/** Milliseconds, `from` inclusive and `until` exclusive. Times in the index have whole seconds, as the answers do. */
function readRange(query: string): { from: number; until: number } {
  const range = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
  for (const term of query.split(/\s+(?:AND\s+)?/).filter(Boolean)) {
    const [, field, operator, value = ""] = TERM.exec(term) ?? [];
    if (field === "status" && value === "any") continue;
    if (field !== "updated_at") throw notSimulated(`the order search "${term}"`);
    const at = Date.parse(value);
    if (Number.isNaN(at)) throw new GraphQLError(`Invalid time in search query: ${value}`, { extensions: { code: "BAD_REQUEST" } });
    if (operator === ">=") range.from = at;
    else if (operator === ">") range.from = at + 1000;
    else if (operator === "<") range.until = at;
    else if (operator === "<=") range.until = at + 1000;
    else Object.assign(range, { from: at, until: at + 1000 });
  }
  return range;
}
