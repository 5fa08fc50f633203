/** Reads orders by their time of change or by id; what does not fit into one page of an order is read on. */
import type { ChannelOrder } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, OrderPage } from "../port.ts";
import { callAdmin } from "./admin-api.ts";
import { ORDER_LINES, ORDER_REFUNDS, ORDERS_BY_ID, ORDERS_PAGE, REFUND_ROWS, REFUNDS_IN_PAGE } from "./documents.ts";
import type { PageInfo } from "./levels.ts";
import { type LineAnswer, type RefundRow, toOrder, type WholeOrder } from "./order-form.ts";

type RowPage = { nodes: RefundRow[]; pageInfo: PageInfo };
type LinePage = { nodes: LineAnswer[]; pageInfo: PageInfo };
type OrderAnswer = Omit<WholeOrder, "lines" | "refundRows"> & { lineItems: LinePage; refunds: { id: string; refundLineItems: RowPage }[] };

/** An order asks for 74 points (8 lines and 12 refund rows), and a query for 1,000 at most. */
export const ORDERS_PER_CALL = 12;

export async function readOrders(context: ChannelContext, { since, page }: { since: Date; page: string | null }): Promise<OrderPage> {
  const sentAt = context.now();
  const data = await callAdmin<{ orders: { nodes: OrderAnswer[]; pageInfo: PageInfo } }>(context, {
    operation: "orders",
    document: ORDERS_PAGE,
    variables: { first: ORDERS_PER_CALL, after: page, query: `updated_at:>='${wholeSeconds(since)}'` },
  });
  const { nodes, pageInfo } = data.orders;
  if (pageInfo.hasNextPage && pageInfo.endCursor === null)
    throw new ChannelError("unavailable", "Shopify announced more orders but no way to them");
  return { orders: await completed(context, nodes, sentAt), nextPage: pageInfo.hasNextPage ? pageInfo.endCursor : null, sentAt };
}

/** Ids that are not there, or no orders, are left out. */
export async function readOrdersById(context: ChannelContext, ids: string[]): Promise<OrderPage> {
  const sentAt = context.now();
  const orders: ChannelOrder[] = [];
  for (let start = 0; start < ids.length; start += ORDERS_PER_CALL) {
    const askedAt = context.now();
    const data = await callAdmin<{ nodes: (OrderAnswer | null)[] }>(context, {
      operation: "nodes",
      document: ORDERS_BY_ID,
      variables: { ids: ids.slice(start, start + ORDERS_PER_CALL) },
    });
    const found = data.nodes.filter((node): node is OrderAnswer => node !== null && "lineItems" in node);
    orders.push(...(await completed(context, found, askedAt)));
  }
  return { orders, nextPage: null, sentAt };
}

/** Shopify's times have whole seconds: a change inside the second of `since` must not fall out. */
function wholeSeconds(since: Date): string {
  return `${since.toISOString().slice(0, 19)}Z`;
}

async function completed(context: ChannelContext, answers: OrderAnswer[], sentAt: Date): Promise<ChannelOrder[]> {
  const orders: ChannelOrder[] = [];
  for (const answer of answers) {
    const lines = await allLines(context, answer);
    const refundRows = await allRefundRows(context, answer);
    orders.push(toOrder({ ...answer, lines, refundRows }, sentAt));
  }
  return orders;
}

async function allLines(context: ChannelContext, order: OrderAnswer): Promise<LineAnswer[]> {
  const lines = [...order.lineItems.nodes];
  let { hasNextPage, endCursor } = order.lineItems.pageInfo;
  while (hasNextPage) {
    const data = await callAdmin<{ order: { lineItems: LinePage } | null }>(context, {
      operation: "order",
      document: ORDER_LINES,
      variables: { id: order.id, after: endCursor },
    });
    const page = data.order?.lineItems;
    if (!page || page.nodes.length === 0) throw incomplete();
    lines.push(...page.nodes);
    ({ hasNextPage, endCursor } = page.pageInfo);
  }
  return lines;
}

async function allRefundRows(context: ChannelContext, order: OrderAnswer): Promise<RefundRow[]> {
  const rows = order.refunds.flatMap((refund) => refund.refundLineItems.nodes);
  for (const refund of order.refunds) {
    const { hasNextPage, endCursor } = refund.refundLineItems.pageInfo;
    if (hasNextPage) rows.push(...(await rowsFrom(context, refund.id, endCursor)));
  }
  if (order.refunds.length < REFUNDS_IN_PAGE) return rows;
  const known = new Set(order.refunds.map((refund) => refund.id));
  const data = await callAdmin<{ order: { refunds: { id: string }[] } | null }>(context, {
    operation: "order",
    document: ORDER_REFUNDS,
    variables: { id: order.id },
  });
  if (!data.order) throw incomplete();
  for (const { id } of data.order.refunds) if (!known.has(id)) rows.push(...(await rowsFrom(context, id, null)));
  return rows;
}

async function rowsFrom(context: ChannelContext, refundId: string, after: string | null): Promise<RefundRow[]> {
  const rows: RefundRow[] = [];
  for (let cursor = after; ; ) {
    const data = await callAdmin<{ node: { refundLineItems?: RowPage } | null }>(context, {
      operation: "node",
      document: REFUND_ROWS,
      variables: { id: refundId, after: cursor },
    });
    const page = data.node?.refundLineItems;
    if (!page) throw incomplete();
    rows.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) return rows;
    cursor = page.pageInfo.endCursor;
  }
}

/** Half an order would be booked as a whole one. */
const incomplete = (): ChannelError => new ChannelError("unavailable", "Shopify did not answer the rest of a long order");
