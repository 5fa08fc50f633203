/** REST-shaped webhook bodies with plain numeric ids (contracts: shopify 6.2). Buyer data stands wherever the platform has it. */
import {
  type Buyer,
  domainOf,
  gid,
  type ItemState,
  type LevelState,
  money,
  type OrderLineState,
  type OrderState,
  type ProductState,
  type RefundState,
  type ShopState,
  stamp,
} from "./shop-state.ts";

export function inventoryLevelBody(item: ItemState, level: LevelState): object {
  return {
    inventory_item_id: item.id,
    location_id: level.locationId,
    available: item.tracked ? level.available : null,
    updated_at: stamp(level.updatedAt),
    admin_graphql_api_id: `${gid("InventoryLevel", level.id)}?inventory_item_id=${item.id}`,
  };
}

/** Full variants only for the first hundred; the rest stands in variant_gids alone. */
const FULL_VARIANTS = 100;

export function productBody(shop: ShopState, product: ProductState): object {
  const variants = product.variantIds.flatMap((id) => shop.variants.get(id) ?? []);
  return {
    admin_graphql_api_id: gid("Product", product.id),
    id: product.id,
    title: product.title,
    handle: product.title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"),
    status: product.status.toLowerCase(),
    vendor: product.vendor,
    created_at: stamp(product.createdAt),
    updated_at: stamp(product.updatedAt),
    variants: variants.slice(0, FULL_VARIANTS).map((variant, index) => ({
      admin_graphql_api_id: gid("ProductVariant", variant.id),
      id: variant.id,
      product_id: product.id,
      title: variant.title,
      sku: variant.sku,
      barcode: variant.barcode,
      price: money(variant.priceMinor),
      position: index + 1,
      inventory_item_id: variant.itemId,
      inventory_policy: variant.policy.toLowerCase(),
      inventory_quantity: (shop.items.get(variant.itemId)?.levels ?? []).reduce((sum, level) => sum + level.available, 0),
      updated_at: stamp(variant.updatedAt),
    })),
    variant_gids: variants.map((variant) => ({
      admin_graphql_api_id: gid("ProductVariant", variant.id),
      updated_at: stamp(variant.updatedAt),
    })),
  };
}

export function orderBody(shop: ShopState, order: OrderState): object {
  const { buyer } = order;
  const total = money(order.lines.reduce((sum, line) => sum + line.priceMinor * line.current, 0));
  return {
    admin_graphql_api_id: gid("Order", order.id),
    id: order.id,
    name: `#${order.number}`,
    number: order.number - 1000,
    order_number: order.number,
    created_at: stamp(order.createdAt),
    processed_at: stamp(order.createdAt),
    updated_at: stamp(order.updatedAt),
    cancelled_at: order.cancelledAt === null ? null : stamp(order.cancelledAt),
    cancel_reason: order.cancelledAt === null ? null : "customer",
    closed_at: order.closedAt === null ? null : stamp(order.closedAt),
    test: false,
    currency: shop.currency,
    total_price: total,
    current_total_price: total,
    financial_status: order.refunds.length > 0 ? "partially_refunded" : "paid",
    fulfillment_status: order.fulfilments.length > 0 ? "fulfilled" : null,
    source_name: "web",
    location_id: null,
    email: buyer.email,
    contact_email: buyer.email,
    phone: buyer.phone,
    note: buyer.note,
    note_attributes: [{ name: "gift message", value: buyer.note }],
    browser_ip: "203.0.113.7",
    client_details: { browser_ip: "203.0.113.7", user_agent: `Mozilla/5.0 ${buyer.name}`, accept_language: "en" },
    landing_site: `/?from=${encodeURIComponent(buyer.email)}`,
    customer: customerBody(order.id, buyer),
    billing_address: addressBody(buyer),
    shipping_address: addressBody(buyer),
    line_items: order.lines.map((line) => lineBody(shop, line)),
    fulfillments: order.fulfilments.map((each) => ({
      id: each.id,
      order_id: order.id,
      status: "success",
      location_id: each.locationId,
      created_at: stamp(each.at),
      destination: addressBody(buyer),
      email: buyer.email,
      line_items: each.lines.map((line) => ({ id: line.lineId, quantity: line.quantity })),
    })),
    refunds: order.refunds.map((refund) => refundBody(order, refund)),
  };
}

function lineBody(shop: ShopState, line: OrderLineState): object {
  const known = shop.variants.has(line.variantId);
  return {
    admin_graphql_api_id: gid("LineItem", line.id),
    id: line.id,
    variant_id: known ? line.variantId : null,
    product_id: known ? line.productId : null,
    sku: line.sku,
    name: line.title,
    title: line.title,
    quantity: line.quantity,
    current_quantity: line.current,
    fulfillable_quantity: Math.max(0, line.current - line.fulfilled),
    requires_shipping: true,
    price: money(line.priceMinor),
  };
}

export function refundBody(order: OrderState, refund: RefundState): object {
  return {
    admin_graphql_api_id: gid("Refund", refund.id),
    id: refund.id,
    order_id: order.id,
    created_at: stamp(refund.at),
    processed_at: stamp(refund.at),
    note: order.buyer.note,
    restock: refund.lines.some((line) => line.restock !== "NO_RESTOCK"),
    return: null,
    refund_line_items: refund.lines.map((line) => {
      const ordered = order.lines.find((each) => each.id === line.lineId);
      return {
        id: line.id,
        line_item_id: line.lineId,
        quantity: line.quantity,
        location_id: line.locationId,
        restock_type: line.restock.toLowerCase(),
        line_item: { id: line.lineId, variant_id: ordered?.variantId ?? null, sku: ordered?.sku ?? null },
      };
    }),
    transactions: [{ kind: "refund", status: "success", receipt: { payer: order.buyer.name, account: order.buyer.email } }],
  };
}

export function orderEditedBody(order: OrderState, edit: { id: number; at: number; additions: object[]; removals: object[] }): object {
  return {
    order_edit: {
      id: edit.id,
      order_id: order.id,
      app_id: null,
      created_at: stamp(edit.at),
      committed_at: stamp(edit.at),
      notify_customer: false,
      staff_note: order.buyer.note,
      line_items: { additions: edit.additions, removals: edit.removals },
      discounts: { line_item: { additions: [], removals: [] } },
      shipping_lines: { additions: [], removals: [] },
    },
  };
}

/** The Shop object, as app/uninstalled carries it. */
export function shopBody(shop: ShopState): object {
  return {
    id: shop.id,
    name: shop.title,
    email: shop.email,
    domain: domainOf(shop),
    myshopify_domain: domainOf(shop),
    currency: shop.currency,
    iana_timezone: shop.timeZone,
    created_at: stamp(shop.createdAt),
  };
}

function customerBody(orderId: number, buyer: Buyer): object {
  const [first = "", ...last] = buyer.name.split(" ");
  const common = { email: buyer.email, first_name: first, last_name: last.join(" "), phone: buyer.phone, note: buyer.note };
  return { id: orderId + 1, admin_graphql_api_id: gid("Customer", orderId + 1), ...common, default_address: addressBody(buyer) };
}

function addressBody(buyer: Buyer): object {
  const [first = "", ...last] = buyer.name.split(" ");
  const person = { name: buyer.name, first_name: first, last_name: last.join(" "), phone: buyer.phone, company: `${buyer.name} & Co` };
  return { ...person, address1: buyer.street, address2: null, city: buyer.city, zip: buyer.zip, country: "Germany", country_code: "DE" };
}
