/** Orders as REST v3 tells them (contracts/woocommerce.md 4, -observed): `_reduced_stock` on the line says what the shop took. */
import { type OrderTable, orderCases } from "../contract/order-cases.ts";
import { readOrder } from "./order-shape.ts";

type Marks = { reduced?: number | string; restocked?: number | string };

function order(status: string, { reduced, restocked }: Marks, line: object = {}, more: object = {}): object {
  const meta = [
    { id: 1, key: "_plugin_note", value: { any: "thing" } },
    ...(reduced === undefined ? [] : [{ id: 2, key: "_reduced_stock", value: reduced }]),
    ...(restocked === undefined ? [] : [{ id: 3, key: "_restock_refunded_items", value: restocked }]),
  ];
  return {
    ...{ id: 77, number: "77", status, currency: "EUR", billing: { first_name: "Somebody" }, refunds: [] },
    ...{ date_created_gmt: "2026-11-23T12:00:00", date_modified_gmt: "2026-11-23T12:30:00", date_paid_gmt: "2026-11-23T12:00:01" },
    line_items: [{ id: 9, name: "Mug", product_id: 5, variation_id: 0, quantity: 3, sku: "MUG", price: 4.5, meta_data: meta, ...line }],
    ...more,
  };
}
const three = { reduced: "3" };

const table: OrderTable<object> = {
  new: [
    order("processing", three),
    { status: "open", held: 3, consumed: 0, deducted: 3, listing: "5", sku: "MUG", currency: "EUR", unitPriceMinor: 450 },
  ],
  "cancelled as a whole": [order("cancelled", {}), { status: "cancelled", held: 0, consumed: 0, deducted: 0 }],
  // There is no such act: the merchant edits the line, and the shop moves the difference.
  "cancelled in part": [order("processing", { reduced: "2" }, { quantity: 2 }), { status: "open", held: 2, consumed: 0, deducted: 2 }],
  edited: [order("processing", { reduced: "5" }, { quantity: 5 }), { status: "open", held: 5, consumed: 0, deducted: 5 }],
  "refunded in part with restock": [
    order("processing", { reduced: "2", restocked: "1" }),
    { status: "open", held: 2, consumed: 0, deducted: 2 },
  ],
  "refunded in part without restock": [order("processing", three), { status: "open", held: 3, consumed: 0, deducted: 3 }],
  returned: [order("refunded", { reduced: "0", restocked: "3" }), { status: "refunded", held: 0, consumed: 0, deducted: 0 }],
  unpaid: [order("pending", {}, {}, { date_paid_gmt: null }), { status: "open", paid: false, held: 0, consumed: 0, deducted: 0 }],
  "paid later": [order("on-hold", three, {}, { date_paid_gmt: null }), { status: "open", paid: false, held: 3, consumed: 0, deducted: 3 }],
  "in another currency": [
    order("processing", three, { price: 700 }, { currency: "JPY" }),
    { status: "open", held: 3, consumed: 0, deducted: 3, currency: "JPY", unitPriceMinor: 700 },
  ],
  // An empty line, as observed: nobody says whether a number was lowered for it.
  "of a deleted product": [
    order("processing", {}, { product_id: 0, name: "", price: 0 }),
    { status: "open", held: 3, consumed: 0, deducted: [0, 3], listing: null },
  ],
  "a line without SKU": [
    order("processing", three, { sku: "" }),
    { status: "open", held: 3, consumed: 0, deducted: 3, listing: "5", sku: null },
  ],
  "older than the baseline": [
    order("processing", three, {}, { date_created_gmt: "2026-10-01T08:00:00" }),
    { status: "open", held: 3, consumed: 0, deducted: 3, placedAt: "2026-10-01T08:00:00.000Z" },
  ],
  shipped: [order("completed", three), { status: "shipped", held: 0, consumed: 3, deducted: 3 }],
  // Core knows no shipping of parts; plugins make up a status for it, and what was lowered decides.
  "partly shipped": [
    order("partial-shipped", three, {}, { date_paid_gmt: null }),
    { status: "open", paid: false, held: 3, consumed: 0, deducted: 3 },
  ],
};
orderCases("WooCommerce", table, readOrder);
