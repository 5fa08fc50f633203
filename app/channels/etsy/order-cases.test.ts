/** Orders as receipts (contracts/etsy.md, section 4): lowered at purchase, nothing given back by itself, refunds without units. */
import { type OrderTable, orderCases } from "../contract/order-cases.ts";
import { receiptSchema } from "./answers.ts";
import { orderOfReceipt } from "./receipt-to-order.ts";

const at = (text: string) => Date.parse(text) / 1000;

function receipt(more: object = {}, transaction: object = {}): object {
  return {
    ...{ receipt_id: 5001, status: "paid", is_paid: true, is_shipped: false, name: "Somebody", buyer_email: null },
    ...{ created_timestamp: at("2026-11-23T12:00:00Z"), updated_timestamp: at("2026-11-23T12:30:00Z") },
    ...{ refunds: [], total_price: { amount: 1350, divisor: 100, currency_code: "USD" } },
    transactions: [
      {
        ...{ transaction_id: 9001, title: "Mug", quantity: 3, listing_id: 700, product_id: 1, sku: "MUG", product_data: [] },
        ...{ price: { amount: 450, divisor: 100, currency_code: "USD" }, shipped_timestamp: null },
        ...transaction,
      },
    ],
    ...more,
  };
}
const refunds = [
  { amount: { amount: 450, divisor: 100, currency_code: "USD" }, created_timestamp: at("2026-11-23T12:30:00Z"), reason: null },
];
const shipped = { status: "completed", is_shipped: true };
const part = { status: "partially refunded", refunds };

const table: OrderTable<object> = {
  new: [receipt(), { status: "open", held: 3, consumed: 0, deducted: 3, listing: "700", sku: "MUG", currency: "USD", unitPriceMinor: 450 }],
  "cancelled as a whole": [receipt({ status: "canceled" }), { status: "cancelled", held: 0, consumed: 3, returnable: 3, deducted: 3 }],
  "cancelled in part": { never: "a receipt is cancelled as a whole; less is a partial refund" },
  edited: { never: "a receipt's lines do not change after the purchase" },
  // The receipt looks the same: only a rise of the shown number tells.
  "refunded in part with restock": [receipt(part), { status: "open", held: 3, consumed: 0, returnable: 3, deducted: 3 }],
  "refunded in part without restock": [receipt(part), { status: "open", held: 3, consumed: 0, returnable: 3, deducted: 3 }],
  returned: [
    receipt({ ...shipped, status: "fully refunded", refunds }),
    { status: "refunded", held: 0, consumed: 3, returnable: 3, deducted: 3 },
  ],
  unpaid: [receipt({ status: "payment processing", is_paid: false }), { status: "open", paid: false, held: 3, consumed: 0, deducted: 3 }],
  "paid later": [receipt({ status: "paid", is_paid: true }), { status: "open", held: 3, consumed: 0, deducted: 3 }],
  "in another currency": [
    receipt({}, { price: { amount: 700, divisor: 1, currency_code: "JPY" } }),
    { status: "open", held: 3, consumed: 0, deducted: 3, currency: "JPY", unitPriceMinor: 700 },
  ],
  "of a deleted product": [
    receipt({}, { listing_id: null }),
    { status: "open", held: 3, consumed: 0, deducted: 3, listing: null, sku: "MUG" },
  ],
  "a line without SKU": [receipt({}, { sku: "" }), { status: "open", held: 3, consumed: 0, deducted: 3, listing: "700", sku: null }],
  "older than the baseline": [
    receipt({ created_timestamp: at("2026-10-01T08:00:00Z") }),
    { status: "open", held: 3, consumed: 0, deducted: 3, placedAt: "2026-10-01T08:00:00.000Z" },
  ],
  shipped: [receipt(shipped), { status: "shipped", held: 0, consumed: 3, deducted: 3 }],
  // A receipt of several transactions, one of them on its way.
  "partly shipped": [receipt({}, { shipped_timestamp: at("2026-11-23T12:30:00Z") }), { status: "open", held: 0, consumed: 3, deducted: 3 }],
};
orderCases("Etsy", table, (payload, observedAt) => orderOfReceipt(receiptSchema.parse(payload), observedAt));
