/** Products, orders, refunds and webhooks as REST v3 shows them. Orders carry (invented) buyer data wherever the platform has it. */
import { createHash } from "node:crypto";
import { bothTimes } from "./dates.ts";
import type { Hook, Item, Line, Order, Refund } from "./model.ts";
import type { Shop } from "./shop.ts";
import { numberHolder, stockStatus } from "./stock.ts";

export type Json = Record<string, unknown>;

export const CURRENCY = "EUR";

function stockFields(shop: Shop, item: Item): Json {
  const holder = numberHolder(shop, item);
  const backorders = holder?.backorders ?? item.backorders;
  return {
    manage_stock: item.manageStock ? true : holder ? "parent" : false,
    stock_quantity: holder ? holder.stock : null,
    stock_status: stockStatus(shop, item),
    backorders,
    backorders_allowed: backorders !== "no",
    backordered: holder !== null && (holder.stock ?? 0) < 0,
    low_stock_amount: null,
  };
}

function priceFields(item: Item): Json {
  return {
    price: item.price,
    regular_price: item.price,
    sale_price: "",
    date_on_sale_from: null,
    date_on_sale_from_gmt: null,
    date_on_sale_to: null,
    date_on_sale_to_gmt: null,
    on_sale: false,
    purchasable: item.status === "publish" && item.price !== "",
  };
}

const goodsFields = {
  virtual: false,
  downloadable: false,
  downloads: [],
  download_limit: -1,
  download_expiry: -1,
  tax_status: "taxable",
  tax_class: "",
  weight: "",
  dimensions: { length: "", width: "", height: "" },
  shipping_class: "",
  menu_order: 0,
  meta_data: [],
};

function slug(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

export function renderProduct(shop: Shop, item: Item): Json {
  const options = item.children.flatMap((id) => shop.items.get(id)?.option ?? []);
  return {
    id: item.id,
    name: item.name,
    slug: slug(item.name),
    permalink: `${shop.address()}/product/${slug(item.name)}/`,
    ...bothTimes("date_created", item.createdMs),
    ...bothTimes("date_modified", item.modifiedMs),
    type: item.type,
    status: item.status,
    featured: false,
    catalog_visibility: "visible",
    description: "",
    short_description: "",
    sku: item.sku,
    ...priceFields(item),
    price_html: "",
    total_sales: 0,
    external_url: "",
    button_text: "",
    ...goodsFields,
    ...stockFields(shop, item),
    sold_individually: false,
    shipping_required: true,
    shipping_taxable: true,
    shipping_class_id: 0,
    reviews_allowed: true,
    average_rating: "0.00",
    rating_count: 0,
    related_ids: [],
    upsell_ids: [],
    cross_sell_ids: [],
    parent_id: 0,
    purchase_note: "",
    categories: [],
    tags: [],
    images: [],
    attributes: options.length > 0 ? [{ id: 0, name: "Option", position: 0, visible: true, variation: true, options }] : [],
    default_attributes: [],
    variations: item.children,
    grouped_products: [],
  };
}

export function renderVariation(shop: Shop, item: Item): Json {
  return {
    id: item.id,
    ...bothTimes("date_created", item.createdMs),
    ...bothTimes("date_modified", item.modifiedMs),
    description: "",
    permalink: `${shop.address()}/product/${item.parentId}/`,
    sku: item.sku,
    ...priceFields(item),
    status: item.status,
    ...goodsFields,
    ...stockFields(shop, item),
    shipping_class_id: "0",
    image: { id: 0, src: "", name: "", alt: "" },
    attributes: item.option === null ? [] : [{ id: 0, name: "Option", option: item.option }],
    name: item.option ?? "",
    parent_id: item.parentId,
  };
}

/** A variation found among products (by SKU) has the products' shape and says whose child it is. */
export function renderAsProduct(shop: Shop, item: Item): Json {
  return { ...renderProduct(shop, item), parent_id: item.parentId };
}

function lineMeta(line: Line): Json[] {
  const meta: Json[] = [{ id: line.id * 10, key: "Engraving", value: line.note, display_key: "Engraving", display_value: line.note }];
  if (line.reduced !== null) meta.push({ id: line.id * 10 + 1, key: "_reduced_stock", value: String(line.reduced) });
  if (line.restocked !== null) meta.push({ id: line.id * 10 + 2, key: "_restock_refunded_items", value: String(line.restocked) });
  return meta;
}

function money(amount: number): string {
  return amount.toFixed(2);
}

export function orderTotal(order: Order): number {
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

/** The secret is never given back. */
export function renderHook(shop: Shop, hook: Hook): Json {
  const [resource = "", event = ""] = hook.topic.split(".");
  return {
    id: hook.id,
    name: hook.name,
    status: hook.status,
    topic: hook.topic,
    resource,
    event,
    hooks: [],
    delivery_url: hook.deliveryUrl,
    ...bothTimes("date_created", hook.createdMs),
    ...bothTimes("date_modified", hook.modifiedMs),
    _links: { self: [{ href: `${shop.address()}/wp-json/wc/v3/webhooks/${hook.id}` }] },
  };
}
