/** Orders as the Fulfillment API tells them (contracts/ebay.md, section 6): refunds are money, and nobody says what went back. */
import { type OrderTable, orderCases } from "../contract/order-cases.ts";
import { orderShape, toChannelOrder } from "./order-form.ts";

const money = (value: string, currency = "USD") => ({ value, currency });
const WHOLE = "30.00";

function order(line: object = {}, more: object = {}): object {
  return {
    ...{ orderId: "11-11111-11111", creationDate: "2026-11-23T12:00:00.000Z", lastModifiedDate: "2026-11-23T12:30:00.000Z" },
    ...{
      orderPaymentStatus: "PAID",
      orderFulfillmentStatus: "NOT_STARTED",
      cancelStatus: { cancelState: "NONE_REQUESTED", cancelRequests: [] },
    },
    ...{ buyer: { username: "somebody" }, pricingSummary: { total: money(WHOLE) } },
    lineItems: [
      {
        ...{ lineItemId: "10000000000001", legacyItemId: "110000000001", sku: "MUG", title: "Mug", quantity: 3 },
        ...{ lineItemFulfillmentStatus: "NOT_STARTED", lineItemCost: money(WHOLE), refunds: [] },
        ...line,
      },
    ],
    ...more,
  };
}
const refunded = (value: string) => ({ refunds: [{ amount: money(value), refundDate: "2026-11-23T12:30:00.000Z" }] });
const SHIPPED = { lineItemFulfillmentStatus: "FULFILLED" };
const PART = { orderPaymentStatus: "PARTIALLY_REFUNDED" };
const listing = "110000000001";

const table: OrderTable<object> = {
  new: [order(), { status: "open", held: 3, consumed: 0, deducted: 3, listing, sku: "MUG", currency: "USD", unitPriceMinor: 1000 }],
  "cancelled as a whole": [
    order({}, { cancelStatus: { cancelState: "CANCELED" }, orderPaymentStatus: "FULLY_REFUNDED" }),
    { status: "cancelled", held: 0, consumed: 3, returnable: 3, deducted: [0, 3] },
  ],
  "cancelled in part": [order(refunded("10.00"), PART), { status: "open", held: 2, consumed: 1, returnable: 1, deducted: 3 }],
  edited: { never: "eBay has no editing of an order after the commitment to buy" },
  "refunded in part with restock": [order(refunded("20.00"), PART), { status: "open", held: 1, consumed: 2, returnable: 2, deducted: 3 }],
  "refunded in part without restock": [order(refunded("4.50"), PART), { status: "open", held: 3, consumed: 0, deducted: 3 }],
  returned: [
    order({ ...SHIPPED, ...refunded(WHOLE) }, { orderPaymentStatus: "FULLY_REFUNDED", orderFulfillmentStatus: "FULFILLED" }),
    { status: "refunded", held: 0, consumed: 3, returnable: 3, deducted: 3 },
  ],
  unpaid: [order({}, { orderPaymentStatus: "PENDING" }), { status: "open", paid: false, held: 3, consumed: 0, deducted: 3 }],
  "paid later": [order({}, { orderPaymentStatus: "PAID" }), { status: "open", held: 3, consumed: 0, deducted: 3 }],
  "in another currency": [
    order({ lineItemCost: { ...money("3000", "JPY"), convertedFromValue: "19.80", convertedFromCurrency: "USD" } }),
    { status: "open", held: 3, consumed: 0, deducted: 3, currency: "JPY", unitPriceMinor: 1000 },
  ],
  "of a deleted product": [
    order({ legacyItemId: undefined }),
    { status: "open", held: 3, consumed: 0, deducted: 3, listing: null, sku: "MUG" },
  ],
  "a line without SKU": [order({ sku: undefined }), { status: "open", held: 3, consumed: 0, deducted: 3, listing, sku: null }],
  "older than the baseline": [
    order({}, { creationDate: "2026-10-01T08:00:00.000Z" }),
    { status: "open", held: 3, consumed: 0, deducted: 3, placedAt: "2026-10-01T08:00:00.000Z" },
  ],
  shipped: [order(SHIPPED, { orderFulfillmentStatus: "FULFILLED" }), { status: "shipped", held: 0, consumed: 3, deducted: 3 }],
  // How many units of a line are on their way eBay does not say there: until all are, all are held.
  "partly shipped": [
    order({ lineItemFulfillmentStatus: "IN_PROGRESS" }, { orderFulfillmentStatus: "IN_PROGRESS" }),
    { status: "open", held: 3, consumed: 0, deducted: 3 },
  ],
};
orderCases("eBay", table, (payload, observedAt) => toChannelOrder(orderShape.parse(payload), observedAt));
