/**
 * Orders out of two streams. Cancelled receipts are hidden from the default one, so both are read and merged by modification
 * time. Paging goes by time instead of position: a receipt that changes while we read moves to the end, and everything behind
 * it would move up by one place and slip through between two pages.
 */
import { z } from "zod";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, OrderPage } from "../port.ts";
import { type Receipt, receiptPageSchema, receiptSchema } from "./answers.ts";
import { read } from "./client.ts";
import { orderOfReceipt } from "./receipt-to-order.ts";

const PAGE = 100;
/** Etsy refuses times before the year 2000. */
const FIRST_SECOND = 946_684_800;
/** So many receipts changed in one and the same second that no order of reading them is safe. */
const MOST_IN_A_SECOND = 5_000;

/** Read on from this second; everything before it was handed out. */
const pageSchema = z.object({ since: z.int().nonnegative() });
type Page = z.infer<typeof pageSchema>;

/** Receipts of one stream from a second on, and up to which second they are complete (Infinity: to the end). */
type Stretch = { receipts: Receipt[]; completeTo: number };

export async function readOrders(context: ChannelContext, query: { since: Date; page: string | null }): Promise<OrderPage> {
  const { since }: Page = query.page === null ? { since: secondOf(query.since) } : readPage(query.page);
  const sentAt = context.now();
  // This order matters: what is cancelled between the two calls is then in both, and never in neither.
  const open = await readStretch(context, since, false);
  const canceled = await readStretch(context, since, true);
  const horizon = Math.min(open.completeTo, canceled.completeTo);
  const orders = [...open.receipts, ...canceled.receipts]
    .filter((receipt) => receipt.updated_timestamp <= horizon)
    .sort((a, b) => a.updated_timestamp - b.updated_timestamp)
    .map((receipt) => orderOfReceipt(receipt, sentAt));
  const nextPage = horizon === Number.POSITIVE_INFINITY ? null : JSON.stringify({ since: horizon + 1 } satisfies Page);
  return { orders, nextPage, sentAt };
}

export async function readOrdersById(context: ChannelContext, ids: string[]): Promise<OrderPage> {
  const sentAt = context.now();
  const orders: OrderPage["orders"] = [];
  for (const id of ids) {
    if (!/^\d{1,18}$/.test(id)) continue;
    try {
      const path = `/shops/${context.account.externalId}/receipts/${id}`;
      const { value, sentAt: askedAt } = await read(context, { operation: "getShopReceipt", method: "GET", path }, receiptSchema);
      orders.push(orderOfReceipt(value, askedAt));
    } catch (error) {
      // A receipt may reach its webhook before it reaches the API; it will come by the poll.
      if (!(error instanceof ChannelError && error.kind === "not-found")) throw error;
    }
  }
  return { orders, nextPage: null, sentAt };
}

/** At least everything of the second `since`, and as much more as one page holds. */
async function readStretch(context: ChannelContext, since: number, canceled: boolean): Promise<Stretch> {
  const receipts: Receipt[] = [];
  while (receipts.length < MOST_IN_A_SECOND) {
    const { count, results } = await askPage(context, since, canceled, receipts.length);
    receipts.push(...results);
    if (receipts.length >= count) return { receipts, completeTo: Number.POSITIVE_INFINITY };
    if (results.length === 0) throw new ChannelError("unavailable", "Etsy answered an empty page in the middle of the orders");
    // The last second of a page may go on in the next one; the one before it is complete.
    const last = receipts[receipts.length - 1]!.updated_timestamp;
    if (last > since) return { receipts, completeTo: last - 1 };
  }
  throw new ChannelError("unavailable", "too many Etsy orders changed in one second to read them safely");
}

async function askPage(
  context: ChannelContext,
  since: number,
  canceled: boolean,
  offset: number,
): Promise<z.infer<typeof receiptPageSchema>> {
  const query = new URLSearchParams({
    min_last_modified: String(since),
    sort_on: "updated",
    sort_order: "asc",
    limit: String(PAGE),
    offset: String(offset),
  });
  if (canceled) query.set("was_canceled", "true");
  const path = `/shops/${context.account.externalId}/receipts`;
  const { value } = await read(context, { operation: "getShopReceipts", method: "GET", path, query }, receiptPageSchema);
  return value;
}

const secondOf = (time: Date): number => Math.max(FIRST_SECOND, Math.floor(time.getTime() / 1000));

function readPage(page: string): Page {
  try {
    return pageSchema.parse(JSON.parse(page));
  } catch {
    throw new ChannelError("rejected", "the place to go on in Etsy's orders is not readable");
  }
}
