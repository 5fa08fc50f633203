/** Reading listings and changing their state; a change of state is where Etsy spends the seller's money. */
import type { SimRequest, SimResponse } from "../simulator.ts";
import { requireShop } from "./access.ts";
import { EtsyRefusal, json } from "./answers.ts";
import { changeListing, renewed } from "./change-listing.ts";
import { asRead, findListing, occupy } from "./inventory-calls.ts";
import { inventoryView, listingView } from "./listing-view.ts";
import { allowOnly, readForm, readIds, readOneOf, readPage } from "./read-query.ts";
import { LISTING_STATES, type Listing, type Shop } from "./shop-state.ts";
import { quantityGroup, totalQuantity } from "./shown.ts";
import { type EtsyWorld, nowSeconds } from "./world.ts";

const SORTS = ["created", "price", "updated", "score"] as const;
const ORDERS = ["asc", "ascending", "desc", "descending", "up", "down"] as const;
const INCLUDES = ["Shipping", "Images", "Shop", "User", "Translations", "Inventory", "Videos", "Personalization", "BuyerPrice"] as const;

export async function getListingsByShop(world: EtsyWorld, request: SimRequest, [shopId]: string[]): Promise<SimResponse> {
  const shop = requireShop(world, request, "listings_r", shopId ?? null);
  allowOnly(request.query, ["state", "limit", "offset", "sort_on", "sort_order", "includes"]);
  const state = readOneOf(request.query, "state", LISTING_STATES, "active");
  // Documented, and without effect unless there is a search: newest first it stays.
  readOneOf(request.query, "sort_on", SORTS, "created");
  readOneOf(request.query, "sort_order", ORDERS, "desc");
  const includes = request.query.getAll("includes").flatMap((text) => text.split(","));
  for (const name of includes)
    if (!INCLUDES.some((known) => known === name)) throw new EtsyRefusal(400, `Invalid value for includes: ${name}`);
  const { limit, offset } = readPage(request.query);
  let ids = paged(world, shop.byState[state].size, offset, limit, (from, many) => shop.byState[state].descending(from, many));
  if (world.host.strikes(shop.account, "emptyPage")) ids = [];
  else if (world.host.strikes(shop.account, "truncatePage")) ids = ids.slice(0, Math.ceil(ids.length / 2));
  const results = ids.map((id) => {
    const listing = asRead(world, shop, shop.listings.get(id)!);
    const view = listingView(shop, listing);
    return includes.includes("Inventory") ? { ...view, inventory: inventoryView(shop, listing, true) } : view;
  });
  return json(200, { count: shop.byState[state].size, results });
}

/** What a page shows under the ceiling of the world's options. */
function paged(world: EtsyWorld, size: number, offset: number, limit: number, rows: (offset: number, limit: number) => number[]): number[] {
  const ceiling = world.options.listCeiling;
  if (ceiling === null || offset + limit <= ceiling.rows) return rows(offset, limit);
  if (offset < ceiling.rows || size <= ceiling.rows) return rows(offset, Math.max(0, ceiling.rows - offset));
  switch (ceiling.behind) {
    case "empty":
      return [];
    case "refused":
      throw new EtsyRefusal(400, `Invalid value for offset: must be at most ${ceiling.rows}`);
    case "repeats":
      return rows(Math.max(0, ceiling.rows - limit), limit);
    default:
      return ceiling.behind satisfies never;
  }
}

const sectionOf = (world: EtsyWorld, listingId: number): number => listingId % (world.options.sections + 1);

export async function getShopSections(world: EtsyWorld, _request: SimRequest, [shopId]: string[]): Promise<SimResponse> {
  const shop = [...world.shops.values()].find((one) => String(one.shopId) === shopId);
  if (!shop) throw new EtsyRefusal(404, "Resource not found");
  const active = shop.byState.active.descending(0, shop.byState.active.size);
  const results = Array.from({ length: world.options.sections }, (_, index) => ({
    shop_section_id: index + 1,
    title: `Section ${index + 1}`,
    rank: index + 1,
    user_id: shop.userId,
    active_listing_count: active.filter((id) => sectionOf(world, id) === index + 1).length,
  }));
  return json(200, { count: results.length, results });
}

/** Public like the shop itself: what is on sale, without inventories. */
export async function getListingsByShopSectionId(world: EtsyWorld, request: SimRequest, [shopId]: string[]): Promise<SimResponse> {
  allowOnly(request.query, ["shop_section_ids", "limit", "offset", "sort_on", "sort_order"]);
  const shop = [...world.shops.values()].find((one) => String(one.shopId) === shopId);
  if (!shop) throw new EtsyRefusal(404, "Resource not found");
  const sections = readIds(request.query, "shop_section_ids", 100);
  const { limit, offset } = readPage(request.query);
  const active = shop.byState.active.descending(0, shop.byState.active.size).filter((id) => sections.includes(sectionOf(world, id)));
  const ids = paged(world, active.length, offset, limit, (from, many) => active.slice(from, from + many));
  return json(200, { count: active.length, results: ids.map((id) => listingView(shop, asRead(world, shop, shop.listings.get(id)!))) });
}

/** Public data: the app's key is enough. */
export async function getListing(world: EtsyWorld, request: SimRequest, [listingId]: string[]): Promise<SimResponse> {
  allowOnly(request.query, ["includes", "language", "allow_suggested_title"]);
  const { shop, listing } = findListing(world, Number(listingId));
  return json(200, listingView(shop, asRead(world, shop, listing)));
}

export async function getListingsByListingIds(world: EtsyWorld, request: SimRequest): Promise<SimResponse> {
  allowOnly(request.query, ["listing_ids", "includes", "legacy", "currency", "buyer_country"]);
  const found = readIds(request.query, "listing_ids", 100).map((id) => findListing(world, id));
  return json(200, { count: found.length, results: found.map(({ shop, listing }) => listingView(shop, asRead(world, shop, listing))) });
}

/** The body is a form, unlike the inventory's; a JSON body is refused. */
export async function updateListing(world: EtsyWorld, request: SimRequest, [shopId, listingId]: string[]): Promise<SimResponse> {
  const shop = requireShop(world, request, "listings_w", shopId ?? null);
  const form = readForm(request.headers["content-type"], request.body);
  allowOnly(form, ["state", "title", "description", "should_auto_renew"]);
  const listing = shop.listings.get(Number(listingId));
  if (!listing) throw new EtsyRefusal(404, `Could not find a Listing with listing_id = ${listingId}`);
  await occupy(world, listing.id);
  const current = shop.listings.get(listing.id);
  if (!current) throw new EtsyRefusal(404, "Resource not found");
  const titled = form.has("title") ? { ...current, title: form.get("title")! } : current;
  const state = form.get("state");
  const next = state === null ? titled : moveTo(world, shop, titled, state);
  const changed = changeListing(world, shop, next, { by: "api", call: "updateListing" });
  return json(200, listingView(shop, changed));
}

function moveTo(world: EtsyWorld, shop: Shop, listing: Listing, state: string): Listing {
  if (state === listing.state) return listing;
  if (state === "inactive") {
    // open-api issue 538: a listing without units cannot be deactivated.
    if (totalQuantity(listing) === 0) throw new EtsyRefusal(400, "quantity cannot be empty");
    if (listing.state !== "active") throw new EtsyRefusal(400, `A listing in state ${listing.state} cannot be made inactive`);
    return { ...listing, state: "inactive" };
  }
  if (state !== "active") throw new EtsyRefusal(400, "Invalid value for state: must be one of active, inactive");
  return activate(world, shop, listing);
}

function activate(world: EtsyWorld, shop: Shop, listing: Listing): Listing {
  switch (listing.state) {
    case "active":
      return listing;
    case "sold_out":
      // Renewing brings exactly one unit on sale, whatever the seller has.
      return { ...renewed(world, shop, withOneUnit(listing)), state: "active" };
    case "inactive": {
      if (totalQuantity(listing) === 0) throw new EtsyRefusal(400, "quantity cannot be empty");
      const free = listing.endsAt > nowSeconds(world);
      return { ...(free ? listing : renewed(world, shop, listing)), state: "active" };
    }
    case "draft":
    case "expired":
      if (totalQuantity(listing) === 0) throw new EtsyRefusal(400, "quantity cannot be empty");
      return { ...renewed(world, shop, listing), state: "active" };
    default:
      return listing.state satisfies never;
  }
}

function withOneUnit(listing: Listing): Listing {
  const first = listing.products.find((product) => product.enabled);
  const group = first ? quantityGroup(listing, first) : null;
  const products = listing.products.map((product) => ({ ...product, quantity: quantityGroup(listing, product) === group ? 1 : 0 }));
  return { ...listing, products };
}
