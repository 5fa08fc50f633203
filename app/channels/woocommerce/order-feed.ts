/**
 * Orders by modification time. Page numbers shift while orders change, so the next page is asked for by the last one's time;
 * what that repeats is dropped by id and time. The trash is no part of "any" and is read beside it.
 */
import type { ChannelOrder } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, OrderPage } from "../port.ts";
import { PER_PAGE, readList, totalOf } from "./list-pages.ts";
import { readOrder } from "./order-shape.ts";
import { factsOf } from "./settings.ts";
import { callShop, type ShopAnswer } from "./shop-client.ts";
import { asGmtArgument, OddValue } from "./values.ts";

/** Where one feed goes on; null = read to its end. */
type Place = {
  /** Milliseconds; orders modified in a later second are wanted. */
  afterMs: number;
  page: number;
  /** "id@time" of orders of the last second that were handed out already. */
  seen: string[];
};
type Cursor = { any: Place | null; trash: Place | null };

export async function readOrders(context: ChannelContext, { since, page }: { since: Date; page: string | null }): Promise<OrderPage> {
  // The shop's comparison leaves out the second itself, ours shall not.
  const start: Place = { afterMs: Math.floor(since.getTime() / 1000) * 1000 - 1000, page: 1, seen: [] };
  const cursor: Cursor = page === null ? { any: start, trash: start } : (JSON.parse(page) as Cursor);
  const sentAt = context.now();
  const [any, trash] = await Promise.all([readFeed(context, "any", cursor.any), readFeed(context, "trash", cursor.trash)]);
  const next: Cursor = { any: any.next, trash: trash.next };
  return {
    orders: [...any.orders, ...trash.orders].sort((a, b) => a.updatedAt.getTime() - b.updatedAt.getTime()),
    nextPage: next.any || next.trash ? JSON.stringify(next) : null,
    sentAt,
  };
}

async function readFeed(context: ChannelContext, status: "any" | "trash", place: Place | null) {
  if (!place) return { orders: [], next: null };
  const asked = await ask(context, status, place);
  const values = readList(asked.answer.body);
  const total = totalOf(asked.answer.headers);
  const before = (place.page - 1) * PER_PAGE;
  if (values.length === 0 && total !== null && total > before) {
    throw new ChannelError("unavailable", "The shop sent an empty page although it has more orders.", { code: "empty-page" });
  }
  const orders = values.flatMap((value) => toOrder(value, asked.answer.sentAt));
  const isLast = total === null ? values.length < PER_PAGE : before + values.length >= total;
  const seen = new Set(place.seen);
  const fresh = orders.filter((order) => !seen.has(markOf(order)));
  return { orders: fresh, next: isLast ? null : nextPlace(place, values, orders, asked.sorted) };
}

function markOf(order: ChannelOrder): string {
  return `${order.externalId}@${order.updatedAt.getTime()}`;
}

/** On by time where orders come sorted by it; by page number within one crowded second, and on versions that cannot sort. */
function nextPlace(place: Place, values: readonly unknown[], orders: ChannelOrder[], sorted: boolean): Place {
  const lastMs = orders.at(-1)?.updatedAt.getTime() ?? 0;
  if (sorted && lastMs - 1000 > place.afterMs) {
    const marks = orders.filter((order) => order.updatedAt.getTime() === lastMs).map(markOf);
    return { afterMs: lastMs - 1000, page: 1, seen: marks };
  }
  if (values.length < PER_PAGE) {
    throw new ChannelError("unavailable", "The shop cut a page of orders short.", { code: "short-page" });
  }
  return { afterMs: place.afterMs, page: place.page + 1, seen: [...place.seen, ...orders.map(markOf)] };
}

/** Old versions refuse to sort by modification; by id nothing is lost either, since new orders join at the end. */
async function ask(context: ChannelContext, status: string, place: Place): Promise<{ answer: ShopAnswer; sorted: boolean }> {
  const listOrder = (orderby: "modified" | "id") =>
    callShop(context, {
      operation: "listOrder",
      method: "GET",
      endpoint: "orders",
      params: {
        status,
        modified_after: asGmtArgument(new Date(place.afterMs)),
        dates_are_gmt: "true",
        orderby,
        order: "asc",
        per_page: String(PER_PAGE),
        page: String(place.page),
      },
    });
  if (factsOf(context.settings).ordersOrderBy === "id") return { answer: await listOrder("id"), sorted: false };
  try {
    return { answer: await listOrder("modified"), sorted: true };
  } catch (error) {
    if (!isUnknownSorting(error)) throw error;
    return { answer: await listOrder("id"), sorted: false };
  }
}

export function isUnknownSorting(error: unknown): boolean {
  return error instanceof ChannelError && error.platform.code === "rest_invalid_param" && /orderby/.test(error.platform.text ?? "");
}

/** An order that cannot be read stops the feed by name: passing over it would lose a sale. */
function toOrder(value: unknown, observedAt: Date): ChannelOrder[] {
  try {
    const order = readOrder(value, observedAt);
    return order ? [order] : [];
  } catch (error) {
    if (!(error instanceof OddValue)) throw error;
    const id = typeof value === "object" && value !== null ? (value as { id?: unknown }).id : undefined;
    const name = typeof id === "number" ? `Order ${id}` : "An order";
    throw new ChannelError("rejected", `${name} of the shop cannot be read: ${error.message}.`, { code: "odd-order" });
  }
}

/** Orders by id, trashed ones too; what the shop no longer knows is simply not among them. */
export async function readOrdersById(context: ChannelContext, ids: string[]): Promise<OrderPage> {
  const sentAt = context.now();
  const orders: ChannelOrder[] = [];
  let wanted = [...new Set(ids)].filter((id) => /^\d+$/.test(id));
  for (const status of ["any", "trash"]) {
    for (let start = 0; start < wanted.length; start += PER_PAGE) {
      const params = {
        include: wanted.slice(start, start + PER_PAGE).join(","),
        status,
        per_page: String(PER_PAGE),
        orderby: "id",
        order: "asc",
      };
      const answer = await callShop(context, { operation: "listOrder", method: "GET", endpoint: "orders", params });
      orders.push(...readList(answer.body).flatMap((value) => toOrder(value, answer.sentAt)));
    }
    const found = new Set(orders.map((order) => order.externalId));
    wanted = wanted.filter((id) => !found.has(id));
  }
  return { orders, nextPage: null, sentAt };
}
