/** Orders and refunds as REST v3 shows them, with (invented) buyer data wherever the platform has it. */
import { createHash } from "node:crypto";
import { bothTimes } from "./dates.ts";
import type { Line, Order, Refund } from "./model.ts";
import { CURRENCY, type Json } from "./render.ts";
import type { Shop } from "./shop.ts";

function lineMeta(line: Line): Json[] {
  const meta: Json[] = [{ id: line.id * 10, key: "Engraving", value: line.note, display_key: "Engraving", display_value: line.note }];
  if (line.reduced !== null) meta.push({ id: line.id * 10 + 1, key: "_reduced_stock", value: String(line.reduced) });
  if (line.restocked !== null) meta.push({ id: line.id * 10 + 2, key: "_restock_refunded_items", value: String(line.restocked) });
  return meta;
}

function money(amount: number): string {
  return amount.toFixed(2);
}

function orderTotal(order: Order): number {
  return order.lines.reduce((sum, line) => sum + Number(line.price || 0) * line.quantity, 0);
}

export function renderOrder(shop: Shop, order: Order): Json {
  const { buyer } = order;
  const [firstName, ...rest] = buyer.name.split(" ");
  const address = {
    first_name: firstName,
    last_name: rest.join(" "),
    company: `${buyer.name} & Co`,
    address_1: buyer.street,
    address_2: `c/o ${buyer.name}`,
    city: buyer.city,
    state: "",
    postcode: buyer.zip,
    country: "DE",
  };
  const total = money(orderTotal(order));
  return {
    id: order.id,
    parent_id: 0,
    number: String(order.id),
    order_key: `wc_order_${createHash("md5").update(String(order.id)).digest("hex").slice(0, 13)}`,
    created_via: order.createdVia,
    version: "10.0.2",
    status: order.status,
    currency: CURRENCY,
    currency_symbol: "€",
    ...bothTimes("date_created", order.createdMs),
    ...bothTimes("date_modified", order.modifiedMs),
    discount_total: "0.00",
    discount_tax: "0.00",
    shipping_total: "0.00",
    shipping_tax: "0.00",
    cart_tax: "0.00",
    total,
    total_tax: "0.00",
    prices_include_tax: true,
    customer_id: 0,
    customer_ip_address: `203.0.113.7 ${buyer.name}`,
    customer_user_agent: `Mozilla/5.0 (${buyer.email})`,
    customer_note: buyer.note,
    billing: { ...address, email: buyer.email, phone: buyer.phone },
    shipping: { ...address, phone: buyer.phone },
    payment_method: "bacs",
    payment_method_title: `Transfer from ${buyer.name}`,
    transaction_id: order.paidMs === null ? "" : `tx-${buyer.email}`,
    ...bothTimes("date_paid", order.paidMs),
    ...bothTimes("date_completed", order.completedMs),
    cart_hash: "",
    meta_data: [{ id: order.id * 10, key: "_billing_vat", value: `VAT of ${buyer.name}` }],
    line_items: order.lines.map((line) => ({
      id: line.id,
      name: line.name,
      product_id: line.productId,
      variation_id: line.variationId,
      quantity: line.quantity,
      tax_class: "",
      subtotal: money(Number(line.price || 0) * line.quantity),
      subtotal_tax: "0.00",
      total: money(Number(line.price || 0) * line.quantity),
      total_tax: "0.00",
      taxes: [],
      meta_data: lineMeta(line),
      sku: line.sku,
      global_unique_id: "",
      price: Number(line.price || 0),
      image: { id: "", src: "" },
      parent_name: line.parentName,
    })),
    tax_lines: [],
    shipping_lines: [
      {
        id: order.id * 10 + 5,
        method_title: `To ${buyer.street}`,
        method_id: "flat_rate",
        total: "0.00",
        total_tax: "0.00",
        taxes: [],
        meta_data: [],
      },
    ],
    fee_lines: [],
    coupon_lines: [],
    refunds: order.refunds.map((refund) => ({ id: refund.id, reason: refund.reason, total: `-${refund.amount}` })),
    payment_url: `${shop.address()}/checkout/order-pay/${order.id}/`,
    is_editable: order.status === "pending" || order.status === "on-hold",
    needs_payment: order.status === "pending" || order.status === "failed",
    needs_processing: true,
  };
}

export function renderRefund(refund: Refund): Json {
  return {
    id: refund.id,
    ...bothTimes("date_created", refund.createdMs),
    amount: refund.amount,
    reason: refund.reason,
    refunded_by: 1,
    refunded_payment: false,
    meta_data: [],
    line_items: refund.lines.map((line) => ({
      id: line.id,
      name: line.name,
      product_id: line.productId,
      variation_id: line.variationId,
      quantity: -line.quantity,
      tax_class: 0,
      subtotal: `-${line.total}`,
      subtotal_tax: "0.00",
      total: `-${line.total}`,
      total_tax: "0.00",
      taxes: [],
      meta_data: [{ id: line.id * 10, key: "_refunded_item_id", value: String(line.lineId) }],
      sku: line.sku,
      price: 0,
    })),
  };
}
