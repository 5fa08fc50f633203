/** The seller at work in Etsy's own pages. A number typed in by hand sends no event unless it reaches zero. */
import { ControlRefusal } from "../simulator.ts";
import { changeListing, deleteListing, endOfRun, renewed, settleState } from "./change-listing.ts";
import type { Listing, Shop } from "./shop-state.ts";
import { listingOfSku, poolOf, shownNumbers, withQuantity } from "./shown.ts";
import { type EtsyWorld, nowSeconds } from "./world.ts";

const HAND = { by: "hand", call: null } as const;

/** Sets what buyers see. A number above zero on a listing that is off sale puts it back on sale, at Etsy's price for that. */
export function setByHand(world: EtsyWorld, shop: Shop, sku: string, quantity: number): void {
  if (quantity < 0 || quantity > 999) throw new ControlRefusal(400, "Etsy takes quantities from 0 to 999");
  const listing = needListing(shop, sku);
  const edited = withQuantity(listing, sku, quantity);
  changeListing(world, shop, quantity === 0 ? settleState(edited) : backOnSale(world, shop, edited), HAND);
}

/** Adds to what buyers see now; used for what comes back after a cancel or refund. */
export function raiseByHand(world: EtsyWorld, shop: Shop, sku: string, units: number): void {
  // A listing that the seller deleted meanwhile has nothing to put the units back on.
  const listing = listingOfSku(shop, sku);
  if (!listing || units <= 0) return;
  setByHand(world, shop, sku, Math.min(999, (shownNumbers(listing).get(sku) ?? 0) + units));
}

function backOnSale(world: EtsyWorld, shop: Shop, listing: Listing): Listing {
  switch (listing.state) {
    case "active":
      return listing;
    case "inactive":
      return { ...(listing.endsAt > nowSeconds(world) ? listing : renewed(world, shop, listing)), state: "active" };
    case "sold_out":
    case "expired":
    case "draft":
      return { ...renewed(world, shop, listing), state: "active" };
    default:
      return listing.state satisfies never;
  }
}

/** `price` in whole units of the shop's currency. */
export function addByHand(world: EtsyWorld, shop: Shop, given: { sku: string; title: string; quantity: number; price: number }): Listing {
  if (given.quantity < 0 || given.quantity > 999) throw new ControlRefusal(400, "Etsy takes quantities from 0 to 999");
  if (listingOfSku(shop, given.sku)) throw new ControlRefusal(409, `etsy has a listing with SKU ${given.sku} already`);
  const now = nowSeconds(world);
  const listing: Listing = {
    id: world.host.nextId(),
    title: given.title,
    type: "physical",
    state: "active",
    createdAt: now,
    updatedAt: now,
    stateSince: now,
    endsAt: endOfRun(now),
    on: { price: [], quantity: [], sku: [], readiness: [] },
    products: [
      {
        productId: world.host.nextId(),
        offeringId: world.host.nextId(),
        sku: given.sku,
        values: [],
        quantity: given.quantity,
        enabled: true,
        priceMinor: Math.round(given.price * 100),
        readinessStateId: shop.readinessStates[0]!,
      },
    ],
  };
  return changeListing(world, shop, settleState(listing), HAND);
}

/** Deletes the variation with this SKU, and the listing with its last one. */
export function removeByHand(world: EtsyWorld, shop: Shop, sku: string): void {
  const listing = needListing(shop, sku);
  const products = listing.products.filter((product) => product.sku !== sku);
  if (products.length === 0) deleteListing(world, shop, listing, HAND);
  else changeListing(world, shop, settleState({ ...listing, products }), HAND);
}

function needListing(shop: Shop, sku: string): Listing {
  const listing = listingOfSku(shop, sku);
  if (!listing || !poolOf(listing, sku)) throw new ControlRefusal(404, `etsy has no listing with SKU ${sku}`);
  return listing;
}
