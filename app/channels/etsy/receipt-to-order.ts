/** A receipt as the order it is to us. Every field that tells of the buyer was dropped before it gets here. */
import type { ChannelOrder, OrderLine, OrderStatus } from "#app/domain/channel-words.ts";
import type { Receipt, Transaction } from "./answers.ts";
import { toMinor } from "./money.ts";
import { productExternalId } from "./property-key.ts";

export function orderOfReceipt(receipt: Receipt, observedAt: Date): ChannelOrder {
  const id = String(receipt.receipt_id);
  return {
    externalId: id,
    number: id,
    status: statusOf(receipt),
    paid: receipt.is_paid,
    placedAt: new Date(receipt.created_timestamp * 1000),
    updatedAt: new Date(receipt.updated_timestamp * 1000),
    observedAt,
    currency: receipt.transactions[0]?.price?.currency_code ?? receipt.total_price?.currency_code ?? null,
    lines: receipt.transactions.map((transaction) => lineOf(receipt, transaction)),
  };
}

function lineOf(receipt: Receipt, transaction: Transaction): OrderLine {
  const { quantity } = transaction;
  // By the variation's options, never by product_id: any later stock write leaves that one pointing at nothing.
  const properties = (transaction.product_data ?? []).map((property) => ({ ...property }));
  return {
    externalId: String(transaction.transaction_id),
    listingExternalId: transaction.listing_id ? productExternalId(transaction.listing_id, properties) : null,
    sku: transaction.sku?.trim() ? transaction.sku : null,
    title: transaction.title ?? "",
    quantity,
    ...whereUnitsAre(receipt, transaction),
    // Etsy lowers at purchase, paid or not, and gives nothing back by itself.
    channelDeducted: { min: quantity, max: quantity },
    unitPriceMinor: transaction.price ? toMinor(transaction.price) : null,
  };
}

function whereUnitsAre(
  receipt: Receipt,
  { quantity, shipped_timestamp: shippedAt }: Transaction,
): Pick<OrderLine, "held" | "consumed" | "returnable"> {
  const status = statusOf(receipt);
  switch (status) {
    case "cancelled":
    case "refunded":
      // Whether the units are back on the shelf shows only in the number, when the seller raises it.
      return { held: 0, consumed: quantity, returnable: quantity };
    case "shipped":
    case "open": {
      const shipped = receipt.is_shipped || receipt.status === "completed" || typeof shippedAt === "number";
      // A partial refund names money, not units: any of them may come back.
      const returnable = receipt.status === "partially refunded" || (receipt.refunds?.length ?? 0) > 0 ? quantity : 0;
      return shipped ? { held: 0, consumed: quantity, returnable } : { held: quantity, consumed: 0, returnable };
    }
    default:
      return status satisfies never;
  }
}

function statusOf(receipt: Receipt): OrderStatus {
  // Etsy's document capitalises these differently in places.
  switch (receipt.status.toLowerCase()) {
    case "canceled":
      return "cancelled";
    case "fully refunded":
      return "refunded";
    case "completed":
      return "shipped";
    default:
      return receipt.is_shipped ? "shipped" : "open";
  }
}
