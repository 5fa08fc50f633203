/** The one door through which a listing changes: journal, indexes, time stamps and webhooks cannot be forgotten. */
import type { Listing, Shop } from "./shop-state.ts";
import { dropListing, putListing } from "./shop-state.ts";
import { quantityGroup, shownNumbers, totalQuantity } from "./shown.ts";
import { queueListingEvent } from "./webhooks.ts";
import { type EtsyWorld, nowSeconds } from "./world.ts";

export type Cause = { by: "api" | "order" | "hand"; call: string | null };

const FOUR_MONTHS_S = 120 * 24 * 3600;
/** Etsy's listing and renewal fee, in US cents. */
const FEE_USD_MINOR = 20;

/** Answers the listing as it now stands, time stamps included. */
export function changeListing(world: EtsyWorld, shop: Shop, next: Listing, cause: Cause): Listing {
  const before = shop.listings.get(next.id);
  const seconds = nowSeconds(world);
  const stateChanged = before?.state !== next.state;
  const stamped: Listing = { ...next, updatedAt: seconds, stateSince: stateChanged ? seconds : next.stateSince };
  putListing(shop, stamped, world.host.now());
  journalDifference(world, shop, before, stamped, cause);

  if (!before) queueListingEvent(world, shop, "listing.created", stamped.id);
  else if (stateChanged) {
    queueListingEvent(world, shop, "listing.updated", stamped.id);
    queueListingEvent(world, shop, "inventory.updated", stamped.id);
  } else if (detailsOf(before) !== detailsOf(stamped)) queueListingEvent(world, shop, "inventory.updated", stamped.id);
  // Of quantities Etsy tells only this one moment; every other change of a number is silent.
  if (before && ranOut(before, stamped)) queueListingEvent(world, shop, "inventory.out_of_stock", stamped.id);
  world.host.touched();
  return stamped;
}

export function deleteListing(world: EtsyWorld, shop: Shop, listing: Listing, cause: Cause): void {
  dropListing(shop, listing);
  journalDifference(world, shop, listing, undefined, cause);
  queueListingEvent(world, shop, "listing.deleted", listing.id);
  world.host.touched();
}

/** A sale or a hand that takes the last unit turns an active listing into sold_out. */
export function settleState(listing: Listing): Listing {
  return listing.state === "active" && totalQuantity(listing) === 0 ? { ...listing, state: "sold_out" } : listing;
}

/** Charges the fee and starts a new run of four months. */
export function renewed(world: EtsyWorld, shop: Shop, listing: Listing): Listing {
  shop.fees.renewals += 1;
  shop.fees.usdMinor += FEE_USD_MINOR;
  return { ...listing, endsAt: nowSeconds(world) + FOUR_MONTHS_S };
}

export const endOfRun = (createdAt: number): number => createdAt + FOUR_MONTHS_S;

function journalDifference(world: EtsyWorld, shop: Shop, before: Listing | undefined, after: Listing | undefined, cause: Cause): void {
  const from = shownNumbers(before);
  const to = shownNumbers(after);
  for (const sku of new Set([...from.keys(), ...to.keys()])) {
    const was = from.get(sku) ?? 0;
    const is = to.get(sku) ?? 0;
    if (was !== is) world.host.journal({ account: shop.account, sku, from: was, to: is, by: cause.by, call: cause.call });
  }
}

function ranOut(before: Listing, after: Listing): boolean {
  const had = new Map(before.products.map((product) => [quantityGroup(before, product), product.quantity]));
  return after.products.some((product) => product.quantity === 0 && (had.get(quantityGroup(after, product)) ?? 0) > 0);
}

/** What inventory.updated watches: price, processing profile and SKU, never the quantity. */
function detailsOf(listing: Listing): string {
  return JSON.stringify([
    listing.title,
    listing.on,
    listing.products.map((p) => [p.sku, p.priceMinor, p.readinessStateId, p.enabled, p.values]),
  ]);
}
