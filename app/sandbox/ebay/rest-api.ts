/** The JSON APIs: whose token it is, whether it may, and which handler answers. */
import type { AccountNo, SimRequest, SimResponse, SimulatorHost } from "../simulator.ts";
import { bulkUpdatePriceQuantity } from "./bulk-update.ts";
import { getOrder, getOrders } from "./fulfillment-api.ts";
import type { CallLimits, Limits } from "./limits.ts";
import type { NotificationApi } from "./notification-api.ts";
import { rateLimits } from "./rate-limits.ts";
import { INVALID_TOKEN, json, MISSING_TOKEN, NO_SCOPE, RestRefusal, refused, TOO_MANY } from "./rest-answers.ts";
import type { CallIdentity } from "./routes.ts";
import type { EbayAccount } from "./simulator.ts";
import type { Tokens } from "./tokens.ts";

export type Ground = {
  host: SimulatorHost;
  tokens: Tokens;
  calls: CallLimits;
  limits: Limits;
  notificationApi: NotificationApi;
  accountOf: (account: AccountNo) => EbayAccount;
};

export async function answerRest(ground: Ground, request: SimRequest, call: CallIdentity): Promise<SimResponse> {
  try {
    return await dispatch(ground, request, call);
  } catch (problem) {
    if (problem instanceof RestRefusal) return refused(problem.status, problem.problem);
    throw problem;
  }
}

async function dispatch(ground: Ground, request: SimRequest, call: CallIdentity): Promise<SimResponse> {
  if (call.token === "") throw new RestRefusal(401, MISSING_TOKEN);
  if (ground.tokens.verdict(call.token) !== "ok") throw new RestRefusal(401, INVALID_TOKEN);
  const { account } = ground.tokens.ownerOf(call.token)!;
  if (!ground.tokens.may(call.token, call.family)) throw new RestRefusal(403, NO_SCOPE);
  if (call.family === "notification") return ground.notificationApi.handle(request, call.rest, account);
  if (call.family === "analytics") {
    // The read-out is the application's, and has a quota too.
    if (account !== null) throw new RestRefusal(403, NO_SCOPE);
    if (!ground.calls.allow("analytics", call.operation, 1)) throw new RestRefusal(429, TOO_MANY);
    return json(200, rateLimits(ground.calls, request.query.get("api_context")));
  }
  // Everything else is a seller's own.
  if (account === null) throw new RestRefusal(403, NO_SCOPE);
  if (call.family === "inventory") refuseOddLanguage(request);
  if (call.family === "fulfillment" || call.family === "inventory") {
    if (!ground.calls.allow(call.family, call.operation, account)) throw new RestRefusal(429, TOO_MANY);
  }
  return answerSeller(ground, request, call, account);
}

function answerSeller(ground: Ground, request: SimRequest, call: CallIdentity, account: AccountNo): SimResponse {
  const { shop, book, inventory } = ground.accountOf(account);
  switch (call.operation) {
    case "getOrders":
      return getOrders(ground.host, shop, book, request);
    case "getOrder":
      return getOrder(ground.host, shop, book, call.id);
    case "getInventoryItems":
      return inventory.getInventoryItems(request);
    case "getInventoryItem":
      return inventory.getInventoryItem(call.id);
    case "bulkGetInventoryItem":
      return inventory.bulkGetInventoryItem(request);
    case "createOrReplaceInventoryItem":
      return inventory.createOrReplaceInventoryItem(request, call.id);
    case "getOffers":
      return inventory.getOffers(request);
    case "getOffer":
      return inventory.getOffer(call.id);
    case "createOffer":
      return inventory.createOffer(request);
    case "publishOffer":
      return inventory.publishOffer(call.id);
    case "bulkUpdatePriceQuantity":
      return bulkUpdatePriceQuantity(shop, request, {
        maxSkus: ground.limits.skusPerBulkUpdate,
        revisionsPerDay: ground.limits.revisionsPerListingPerDay,
      });
    case "getUser":
      return json(200, userView(shop.state.userId, shop.state.username));
    default:
      throw new RestRefusal(404, { errorId: 2002, domain: "ACCESS", category: "REQUEST", message: "Resource not found" });
  }
}

/** The seller's own record; a real one names the seller's address and telephone too. */
function userView(userId: string, username: string) {
  return {
    userId,
    username,
    accountType: "BUSINESS",
    registrationMarketplaceId: "EBAY_US",
    status: "CONFIRMED",
    businessAccount: {
      name: username,
      email: `${username}@seller.invalid`,
      primaryPhone: { countryCode: "1", number: "5550100", phoneType: "MOBILE" },
    },
  };
}

/** HTTP libraries that send "*" or a bare language as Accept-Language are refused by the Inventory API. */
function refuseOddLanguage(request: SimRequest): void {
  const language = request.headers["accept-language"];
  if (language === undefined || /^[a-z]{2}-[A-Z]{2}$/.test(language)) return;
  throw new RestRefusal(400, {
    errorId: 25709,
    domain: "API_INVENTORY",
    category: "REQUEST",
    message: "Invalid value for header Accept-Language.",
  });
}
