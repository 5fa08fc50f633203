/** getListingInventory, updateListingInventory and the batch reading of inventories. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { SimRequest, SimResponse } from "../simulator.ts";
import { requireShop } from "./access.ts";
import { EtsyRefusal, json } from "./answers.ts";
import { changeListing } from "./change-listing.ts";
import { readInventoryBody } from "./inventory-body.ts";
import { inventoryView, listingView } from "./listing-view.ts";
import { allowOnly, readBoolean, readIds } from "./read-query.ts";
import type { Listing, Product, Shop } from "./shop-state.ts";
import type { EtsyWorld } from "./world.ts";

/** With includes=Listing the state comes along, which saves a call before a write. */
export async function getListingInventory(world: EtsyWorld, request: SimRequest, [listingId]: string[]): Promise<SimResponse> {
  const asking = requireShop(world, request, "listings_r", null);
  allowOnly(request.query, ["show_deleted", "includes"]);
  readBoolean(request.query, "show_deleted");
  const includes = request.query.get("includes");
  if (includes !== null && includes !== "Listing") throw new EtsyRefusal(400, "Invalid value for includes: must be one of Listing");
  const { shop, listing } = findListing(world, Number(listingId));
  const shown = asRead(world, shop, listing);
  const inventory = inventoryView(shop, shown, shop === asking);
  return json(200, includes === null ? inventory : { ...inventory, listing: listingView(shop, shown) });
}

export async function getListingsInventoryByListingIds(world: EtsyWorld, request: SimRequest): Promise<SimResponse> {
  const asking = requireShop(world, request, "listings_r", null);
  allowOnly(request.query, ["listing_ids"]);
  // One unknown id and the whole call is refused.
  const found = [...new Set(readIds(request.query, "listing_ids", 100))].map((id) => findListing(world, id));
  let results = found.map(({ shop, listing }) => {
    const shown = asRead(world, shop, listing);
    return { ...listingView(shop, shown), inventory: inventoryView(shop, shown, shop === asking) };
  });
  if (world.host.strikes(asking.account, "emptyPage")) results = [];
  else if (world.host.strikes(asking.account, "truncatePage")) results = results.slice(0, Math.ceil(results.length / 2));
  return json(200, { count: found.length, results });
}

/** Replaces the whole inventory. There is no version to compare: a sale since the caller's GET is overwritten without a word. */
export async function updateListingInventory(world: EtsyWorld, request: SimRequest, [listingId]: string[]): Promise<SimResponse> {
  const shop = requireShop(world, request, "listings_w", null);
  allowOnly(request.query, ["max_variations_supported"]);
  const { shop: owner, listing } = findListing(world, Number(listingId));
  if (owner !== shop) throw new EtsyRefusal(403, "The user does not own this listing.");
  const input = readInventoryBody(request.headers["content-type"], request.body, listing.type === "download", shop.readinessStates);
  refuseUneditable(listing);
  await occupy(world, listing.id);
  const current = shop.listings.get(listing.id);
  if (!current) throw new EtsyRefusal(404, "Resource not found");
  refuseUneditable(current);
  // Full replacement, with new ids even for products that stay: transactions of older sales point into the void.
  const products: Product[] = input.products.map((product) => ({
    productId: world.host.nextId(),
    offeringId: world.host.nextId(),
    ...product,
  }));
  const next = changeListing(world, shop, { ...current, products, on: input.on }, { by: "api", call: "updateListingInventory" });
  return json(200, inventoryView(shop, next, true));
}

/** Holds the listing while a change is under way; whoever comes meanwhile is told of the conflict. */
export async function occupy(world: EtsyWorld, listingId: number): Promise<void> {
  if (world.busy.has(listingId)) throw new EtsyRefusal(409, "The listing is currently being edited by another process. Please try again.");
  world.busy.add(listingId);
  await nextTurn();
  world.busy.delete(listingId);
}

export function findListing(world: EtsyWorld, id: number): { shop: Shop; listing: Listing } {
  for (const shop of world.shops.values()) {
    const listing = shop.listings.get(id);
    if (listing) return { shop, listing };
  }
  throw new EtsyRefusal(404, `Could not find a Listing with listing_id = ${id}`);
}

/** A listing as a reading meets it: old for a while where the fault is ordered. */
export function asRead(world: EtsyWorld, shop: Shop, listing: Listing): Listing {
  const ms = world.host.faults(shop.account).api.staleReadMs;
  return ms > 0 ? (shop.listings.ago(listing.id, ms, world.host.now()) ?? listing) : listing;
}

function refuseUneditable(listing: Listing): void {
  if (listing.state === "sold_out" || listing.state === "expired") {
    throw new EtsyRefusal(400, `Listing is ${listing.state}: the inventory can only be edited after it was renewed`);
  }
}
