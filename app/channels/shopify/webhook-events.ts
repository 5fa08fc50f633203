/** REST-shaped webhook bodies as hints. Only ids, places and the claimed number are taken; everything else stays behind. */
import type { ChannelEvent, ToldListing } from "#app/domain/channel-words.ts";

export type Body = Record<string, unknown>;

export const isBody = (value: unknown): value is Body => typeof value === "object" && value !== null && !Array.isArray(value);

/** null: the body cannot be used for its topic and is parked. */
export function readEvents(topic: string, body: Body): ChannelEvent[] | null {
  switch (topic) {
    case "orders/create":
    case "orders/updated":
    case "orders/cancelled":
    case "orders/paid":
    case "orders/fulfilled":
    case "orders/partially_fulfilled":
      return orderChanged(gidOf("Order", body.admin_graphql_api_id, body.id));
    case "orders/edited":
      return orderChanged(isBody(body.order_edit) ? gidOf("Order", null, body.order_edit.order_id) : null);
    case "refunds/create":
      return orderChanged(gidOf("Order", null, body.order_id));
    case "inventory_levels/update":
    case "inventory_levels/connect":
    case "inventory_levels/disconnect":
      return levelChanged(body);
    case "inventory_items/update":
    case "inventory_items/delete":
      return itemChanged(gidOf("InventoryItem", body.admin_graphql_api_id, body.id));
    case "products/create":
    case "products/update":
      return ofProduct(body, (parentId) => ({ type: "listing-changed", listingExternalId: null, parentId, ...toldOf(body) }));
    case "products/delete":
      return ofProduct(body, (parentId) => ({ type: "listing-removed", listingExternalId: null, parentId }));
    case "app/uninstalled":
      return [{ type: "access-claimed-lost", reason: topic, removed: true }];
    case "customers/data_request":
      return [{ type: "compliance", topic, reference: isBody(body.data_request) ? plainId(body.data_request.id) : null }];
    case "customers/redact":
      return [{ type: "compliance", topic, reference: null }];
    case "shop/redact":
      // The topic is not signed: another body of this shop, sent again under this name, would carry more than the shop.
      return Object.keys(body).every((name) => name === "shop_id" || name === "shop_domain")
        ? [{ type: "compliance", topic, reference: plainId(body.shop_id) }]
        : null;
    default:
      return [{ type: "nothing", topic }];
  }
}

/** Which shop the signed body itself names; of the topics that destroy something, the header alone proves nothing. */
export function shopNamedIn(topic: string, body: Body): { externalId: string | null; domain: string | null } {
  const domain = (value: unknown) => (typeof value === "string" ? value.toLowerCase() : null);
  switch (topic) {
    case "app/uninstalled":
      return { externalId: gidOf("Shop", null, body.id), domain: domain(body.myshopify_domain) };
    case "customers/data_request":
    case "customers/redact":
    case "shop/redact":
      return { externalId: gidOf("Shop", null, body.shop_id), domain: domain(body.shop_domain) };
    default:
      return { externalId: null, domain: null };
  }
}

const orderChanged = (orderId: string | null): ChannelEvent[] | null => (orderId === null ? null : [{ type: "order-changed", orderId }]);

const itemChanged = (key: string | null): ChannelEvent[] | null =>
  key === null ? null : [{ type: "stock-changed", key, listingExternalId: null, locationId: null, quantity: null }];

function levelChanged(body: Body): ChannelEvent[] | null {
  const key = gidOf("InventoryItem", null, body.inventory_item_id);
  const { available } = body;
  const quantity = typeof available === "number" && Number.isSafeInteger(available) ? available : null;
  // A number that is no number would be taken for "untracked"; the hint itself stays good.
  if (key === null) return null;
  return [{ type: "stock-changed", key, listingExternalId: null, locationId: gidOf("Location", null, body.location_id), quantity }];
}

function ofProduct(body: Body, toEvent: (parentId: string) => ChannelEvent): ChannelEvent[] | null {
  const parentId = gidOf("Product", body.admin_graphql_api_id, body.id);
  return parentId === null ? null : [toEvent(parentId)];
}

/** Bodies hold a hundred variants at most; what may be cut says nothing of the whole. */
const WHOLE_BELOW = 100;

function toldOf(body: Body): { told?: ToldListing } {
  const { title, status, variants } = body;
  if (typeof title !== "string" || typeof status !== "string" || !Array.isArray(variants)) return {};
  const skus = variants.map((variant) =>
    isBody(variant) && typeof variant.sku === "string" && variant.sku.trim() !== "" ? variant.sku : null,
  );
  return { told: { title, skus: variants.length < WHOLE_BELOW ? skus : null, onSale: status === "active" } };
}

/** The body's own gid where it has one of this type, else made from the plain number. */
function gidOf(type: string, gid: unknown, id: unknown): string | null {
  if (typeof gid === "string" && new RegExp(`^gid://shopify/${type}/\\d{1,19}$`).test(gid)) return gid;
  const number = plainId(id);
  return number === null ? null : `gid://shopify/${type}/${number}`;
}

/** Ids arrive as JSON numbers; digits in a text are as good, anything else is none. */
function plainId(id: unknown): string | null {
  if (typeof id === "number") return Number.isSafeInteger(id) && id > 0 ? String(id) : null;
  return typeof id === "string" && /^[1-9]\d{0,18}$/.test(id) ? id : null;
}
