/** Products, variations and webhooks as REST v3 shows them. */
import { bothTimes } from "./dates.ts";
import type { Hook, Item } from "./model.ts";
import type { Shop } from "./shop.ts";
import { numberHolder, stockStatus } from "./shown-stock.ts";

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
