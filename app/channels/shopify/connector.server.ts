/** Shopify as a channel: GraphQL Admin API 2026-10, webhooks declared in shopify.app.toml, expiring offline tokens. */
import type { ChannelLocation, JsonObject } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { AccountIdentity, Channel, ChannelContext } from "../port.ts";
import { API_VERSION, callAdmin } from "./admin-api.ts";
import { LOCATIONS, SHOP_BASICS } from "./documents.ts";
import { levelsPerPage, type PageInfo } from "./levels.ts";
import { listListings, readNamed } from "./listings.ts";
import { readNotices } from "./notices.ts";
import { readOrders, readOrdersById } from "./orders.ts";
import { chosenLocations, timingsOf } from "./shop-settings.ts";
import { startCounting } from "./start-counting.ts";
import { itemsPerCall, readStock } from "./stock-readings.ts";
import { MOST_ROWS, setStock } from "./stock-writes.ts";
import { refresh } from "./tokens.ts";
import { verify } from "./webhooks.ts";

/** What every call of ours needs; a write scope includes its read. The same line stands in shopify.app.toml. */
export const SCOPES = ["write_inventory", "read_products", "read_locations", "read_orders"];

export const shopify: Channel = {
  name: "shopify",
  /** Stable since 2026-10-01. That such a version lives twelve months is common knowledge, not in the gathered contract: a reminder only. */
  apiVersion: { version: API_VERSION, endsOn: "2027-10-01" },

  capabilities(settings) {
    const counted = chosenLocations(settings)?.filter((place) => place.counted && !place.fulfilmentService).length ?? 2;
    const levels = levelsPerPage(settings);
    return {
      compare: "atomic",
      push: { orders: true, stock: true },
      readBatch: itemsPerCall(levels),
      writeBatch: Math.floor(MOST_ROWS / Math.max(1, counted)),
      writeByParent: false,
      locations: true,
      maxQuantity: 1_000_000_000,
      ...timingsOf(settings),
      // read_orders reaches back sixty days; older orders need Shopify's approval.
      historyDays: 60,
      returnsShowAsRise: false,
    };
  },

  verify,
  identify,
  listLocations,
  listListings,
  readNamed,
  readStock,
  setStock,
  startCounting,
  readOrders,
  readOrdersById,
  readNotices,
  refreshRenews: true,
  refresh,
};

type ShopAnswer = {
  shop: {
    id: string;
    name: string;
    myshopifyDomain: string;
    currencyCode: string;
    ianaTimezone: string;
    plan: { publicDisplayName: string; partnerDevelopment: boolean };
  };
  currentAppInstallation: { accessScopes: { handle: string }[] } | null;
};

async function identify(context: ChannelContext): Promise<AccountIdentity> {
  const { shop, currentAppInstallation } = await callAdmin<ShopAnswer>(context, {
    operation: "shop",
    document: SHOP_BASICS,
    variables: {},
  });
  const granted = currentAppInstallation?.accessScopes.map((scope) => scope.handle) ?? [];
  const facts: JsonObject = {
    timeZone: shop.ianaTimezone,
    plan: shop.plan.publicDisplayName,
    developmentShop: shop.plan.partnerDevelopment,
    missingScopes: SCOPES.filter((scope) => !granted.includes(scope) && !granted.includes(scope.replace(/^read_/, "write_"))),
  };
  return { externalId: shop.id, name: shop.name, address: shop.myshopifyDomain, currency: shop.currencyCode, facts };
}

type LocationsAnswer = {
  locations: { nodes: { id: string; name: string; isActive: boolean; isFulfillmentService: boolean }[]; pageInfo: PageInfo };
};

async function listLocations(context: ChannelContext): Promise<ChannelLocation[]> {
  const found: ChannelLocation[] = [];
  let after: string | null = null;
  do {
    const data: LocationsAnswer = await callAdmin(context, {
      operation: "locations",
      document: LOCATIONS,
      variables: { first: 250, after },
    });
    for (const { id, name, isActive, isFulfillmentService } of data.locations.nodes) {
      found.push({ externalId: id, name, active: isActive, fulfilmentService: isFulfillmentService });
    }
    after = data.locations.pageInfo.hasNextPage ? data.locations.pageInfo.endCursor : null;
  } while (after !== null);
  if (found.length === 0) throw new ChannelError("unavailable", "Shopify named no location, though every shop has one");
  return found;
}
