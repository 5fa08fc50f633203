/** Orders as the Admin API tells them (contracts/shopify.md, section 3): Shopify lowers at once and gives back what is restocked. */
import { type OrderTable, orderCases } from "../contract/order-cases.ts";
import { type LineAnswer, type RefundRow, toOrder, type WholeOrder } from "./order-form.ts";

const LINE = "gid://shopify/LineItem/1";
const VARIANT = "gid://shopify/ProductVariant/7";

function order(line: Partial<LineAnswer> = {}, more: Partial<WholeOrder> = {}): WholeOrder {
  return {
    id: "gid://shopify/Order/1",
    name: "#1001",
    createdAt: "2026-11-23T12:00:00Z",
    updatedAt: "2026-11-23T12:30:00Z",
    cancelledAt: null,
    currencyCode: "EUR",
    displayFinancialStatus: "PAID",
    displayFulfillmentStatus: "UNFULFILLED",
    lines: [
      {
        ...{ id: LINE, sku: "MUG", name: "Mug", quantity: 3, currentQuantity: 3, unfulfilledQuantity: 3 },
        originalUnitPriceSet: { shopMoney: { amount: "4.50", currencyCode: "EUR" } },
        variant: { id: VARIANT, inventoryItem: { tracked: true } },
        ...line,
      },
    ],
    refundRows: [],
    ...more,
  };
}
const row = (quantity: number, restockType: string, restocked: boolean): { refundRows: RefundRow[] } => ({
  refundRows: [{ quantity, restockType, restocked, lineItem: { id: LINE } }],
});
const shipped = { displayFulfillmentStatus: "FULFILLED" };
const cancelled = { cancelledAt: "2026-11-23T12:30:00Z", displayFinancialStatus: "REFUNDED" };
const nothingLeft = { currentQuantity: 0, unfulfilledQuantity: 0 };

const table: OrderTable<WholeOrder> = {
  new: [order(), { status: "open", held: 3, consumed: 0, deducted: 3, listing: VARIANT, sku: "MUG", currency: "EUR", unitPriceMinor: 450 }],
  "cancelled as a whole": [
    order(nothingLeft, { ...cancelled, ...row(3, "CANCEL", true) }),
    { status: "cancelled", held: 0, consumed: 0, deducted: 0 },
  ],
  "cancelled in part": [
    order({ currentQuantity: 2, unfulfilledQuantity: 2 }, row(1, "CANCEL", true)),
    { status: "open", held: 2, consumed: 0, deducted: 2 },
  ],
  edited: [order({ currentQuantity: 1, unfulfilledQuantity: 1 }), { status: "open", held: 1, consumed: 0, deducted: 1 }],
  "refunded in part with restock": [
    order({ currentQuantity: 2, unfulfilledQuantity: 0 }, { ...shipped, ...row(1, "RETURN", true) }),
    { status: "shipped", held: 0, consumed: 2, deducted: 2 },
  ],
  "refunded in part without restock": [
    order({ currentQuantity: 2, unfulfilledQuantity: 2 }, row(1, "NO_RESTOCK", false)),
    { status: "open", held: 2, consumed: 1, deducted: 3 },
  ],
  returned: [order(nothingLeft, { ...shipped, ...row(3, "RETURN", true) }), { status: "refunded", held: 0, consumed: 0, deducted: 0 }],
  unpaid: [order({}, { displayFinancialStatus: "PENDING" }), { status: "open", paid: false, held: 3, consumed: 0, deducted: 3 }],
  "paid later": [order({}, { displayFinancialStatus: "PAID" }), { status: "open", held: 3, consumed: 0, deducted: 3 }],
  "in another currency": [
    order({ originalUnitPriceSet: { shopMoney: { amount: "700", currencyCode: "JPY" } } }, { currencyCode: "JPY" }),
    { status: "open", held: 3, consumed: 0, deducted: 3, currency: "JPY", unitPriceMinor: 700 },
  ],
  "of a deleted product": [order({ variant: null }), { status: "open", held: 3, consumed: 0, deducted: 3, listing: null, sku: "MUG" }],
  "a line without SKU": [order({ sku: "" }), { status: "open", held: 3, consumed: 0, deducted: 3, listing: VARIANT, sku: null }],
  "older than the baseline": [
    order({}, { createdAt: "2026-10-01T08:00:00Z" }),
    { status: "open", held: 3, consumed: 0, deducted: 3, placedAt: "2026-10-01T08:00:00.000Z" },
  ],
  shipped: [order({ unfulfilledQuantity: 0 }, shipped), { status: "shipped", held: 0, consumed: 3, deducted: 3 }],
  "partly shipped": [
    order({ unfulfilledQuantity: 1 }, { displayFulfillmentStatus: "PARTIALLY_FULFILLED" }),
    { status: "open", held: 1, consumed: 2, deducted: 3 },
  ],
};
orderCases("Shopify", table, toOrder);
