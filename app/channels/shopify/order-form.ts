/**
 * A Shopify order in the house's normal form. Shopify lowers `available` when an order is placed and gives back what is
 * restocked; so of each line: restocked units were given back, unshipped ones are held, everything else is consumed.
 */
import type { ChannelOrder, OrderLine, OrderStatus } from "#app/domain/channel-words.ts";
import { toMinor } from "./money.ts";

export type LineAnswer = {
  id: string;
  sku: string | null;
  name: string;
  quantity: number;
  currentQuantity: number;
  unfulfilledQuantity: number;
  originalUnitPriceSet: { shopMoney: { amount: string; currencyCode: string } } | null;
  variant: { id: string; inventoryItem: { tracked: boolean } } | null;
};
export type RefundRow = { quantity: number; restockType: string; restocked: boolean; lineItem: { id: string } | null };

/** An order with all its lines and all its refund rows. */
export type WholeOrder = {
  id: string;
  name: string;
  createdAt: string;
  updatedAt: string;
  cancelledAt: string | null;
  currencyCode: string;
  displayFinancialStatus: string | null;
  displayFulfillmentStatus: string;
  lines: LineAnswer[];
  refundRows: RefundRow[];
};

export function toOrder(order: WholeOrder, observedAt: Date): ChannelOrder {
  const lines = order.lines.map((line) => toLine(order, line));
  return {
    externalId: order.id,
    number: order.name,
    status: statusOf(order, lines),
    paid: isPaid(order.displayFinancialStatus),
    placedAt: new Date(order.createdAt),
    updatedAt: new Date(order.updatedAt),
    observedAt,
    currency: order.currencyCode,
    lines,
  };
}

function toLine(order: WholeOrder, line: LineAnswer): OrderLine {
  const rows = order.refundRows.filter((row) => row.lineItem?.id === line.id);
  const refunded = sum(rows);
  const restocked = sum(rows.filter((row) => row.restocked && row.restockType !== "NO_RESTOCK"));
  // Units taken out by an edit leave no refund row behind, only a smaller current quantity.
  const removed = Math.max(0, line.quantity - line.currentQuantity - refunded);
  const givenBack = Math.min(line.quantity, restocked + removed);
  const kept = line.quantity - givenBack;
  const settled = order.cancelledAt !== null || order.displayFulfillmentStatus === "FULFILLED";
  const held = settled ? 0 : Math.min(kept, line.currentQuantity, Math.max(0, line.unfulfilledQuantity));
  // A cancelled order whose units stand in no refund row: nobody says whether they went back on the shelf.
  const unsaid = order.cancelledAt === null ? 0 : Math.min(kept, Math.max(0, Math.min(line.currentQuantity, line.unfulfilledQuantity)));
  const untracked = line.variant?.inventoryItem.tracked === false;
  return {
    externalId: line.id,
    listingExternalId: line.variant?.id ?? null,
    sku: line.sku?.trim() ? line.sku : null,
    title: line.name,
    quantity: line.quantity,
    held,
    consumed: kept - held,
    returnable: unsaid,
    // From which place it was taken is not told to our scopes; one that does not count shows up as a number that stayed too high.
    channelDeducted: untracked ? { min: 0, max: 0 } : { min: kept - unsaid, max: kept },
    unitPriceMinor: toMinor(
      line.originalUnitPriceSet?.shopMoney.amount,
      line.originalUnitPriceSet?.shopMoney.currencyCode ?? order.currencyCode,
    ),
  };
}

function statusOf(order: WholeOrder, lines: OrderLine[]): OrderStatus {
  if (order.cancelledAt !== null) return "cancelled";
  if (order.lines.length > 0 && order.lines.every((line) => line.currentQuantity === 0)) return "refunded";
  return lines.some((line) => line.held > 0) ? "open" : "shipped";
}

function isPaid(status: string | null): boolean {
  return status === "PAID" || status === "PARTIALLY_REFUNDED" || status === "REFUNDED";
}

const sum = (rows: { quantity: number }[]): number => rows.reduce((total, row) => total + row.quantity, 0);
