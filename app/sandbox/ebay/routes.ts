/** Which of eBay's operations a request asks for, before anything is carried out. */
import type { SimRequest } from "../simulator.ts";

export type Family = "oauth" | "trading" | "inventory" | "fulfillment" | "identity" | "notification" | "analytics";

export type CallIdentity = {
  family: Family;
  /** eBay's own name of the operation. */
  operation: string;
  domain: string;
  changes: boolean;
  /** The token shown, "" where none. */
  token: string;
  /** What the path names: a SKU, an offer, an order. */
  id: string;
  /** Path below the API's base. */
  rest: string;
};

type Route = { method: string; pattern: RegExp; family: Family; operation: string; changes?: boolean };

const INVENTORY = "/api.ebay.com/sell/inventory/v1";
const FULFILLMENT = "/(?:api|apiz).ebay.com/sell/fulfillment/v1";
export const NOTIFICATION_BASE = "/api.ebay.com/commerce/notification/v1";

const ROUTES: Route[] = [
  route("POST", "/api.ebay.com/identity/v1/oauth2/token", "oauth", "oauth2/token"),
  route("GET", `${INVENTORY}/inventory_item`, "inventory", "getInventoryItems"),
  route("GET", `${INVENTORY}/inventory_item/([^/]+)`, "inventory", "getInventoryItem"),
  route("PUT", `${INVENTORY}/inventory_item/([^/]+)`, "inventory", "createOrReplaceInventoryItem", true),
  route("POST", `${INVENTORY}/bulk_get_inventory_item`, "inventory", "bulkGetInventoryItem"),
  route("POST", `${INVENTORY}/bulk_update_price_quantity`, "inventory", "bulkUpdatePriceQuantity", true),
  route("GET", `${INVENTORY}/offer`, "inventory", "getOffers"),
  route("GET", `${INVENTORY}/offer/([^/]+)`, "inventory", "getOffer"),
  route("POST", `${INVENTORY}/offer`, "inventory", "createOffer", true),
  route("POST", `${INVENTORY}/offer/([^/]+)/publish`, "inventory", "publishOffer", true),
  route("GET", `${FULFILLMENT}/order`, "fulfillment", "getOrders"),
  route("GET", `${FULFILLMENT}/order/([^/]+)`, "fulfillment", "getOrder"),
  route("GET", "/apiz.ebay.com/commerce/identity/v1/user/?", "identity", "getUser"),
  route("GET", "/api.ebay.com/developer/analytics/v1_beta/rate_limit/", "analytics", "getRateLimits"),
];

/** null: no API address. */
export function identifyCall(request: SimRequest): CallIdentity | null {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
  if (request.path === "/api.ebay.com/ws/api.dll") {
    const operation = request.headers["x-ebay-api-call-name"] ?? "unknown";
    const changes = operation === "ReviseInventoryStatus";
    return { family: "trading", operation, domain: "", changes, token: request.headers["x-ebay-api-iaf-token"] ?? "", id: "", rest: "" };
  }
  if (request.path.startsWith(`${NOTIFICATION_BASE}/`)) {
    const rest = request.path.slice(NOTIFICATION_BASE.length);
    const operation = `${request.method} ${rest.split("/")[1]}`;
    return { family: "notification", operation, domain: "API_NOTIFICATION", changes: request.method !== "GET", token, id: "", rest };
  }
  for (const { method, pattern, family, operation, changes = false } of ROUTES) {
    const match = request.method === method ? pattern.exec(request.path) : null;
    if (match)
      return {
        family,
        operation,
        domain: `API_${family.toUpperCase()}`,
        changes,
        token,
        id: safeDecode(match[1] ?? ""),
        rest: request.path,
      };
  }
  return null;
}

function route(method: string, path: string, family: Family, operation: string, changes = false): Route {
  return { method, pattern: new RegExp(`^${path.replaceAll(".", "\\.")}$`), family, operation, changes };
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
