import type { SimulatorHost } from "../simulator.ts";
import { endOfRun } from "./change-listing.ts";
import { type Listing, type OnProperty, type Product, type PropertyValue, putListing, type Shop } from "./shop-state.ts";

const DAY_S = 24 * 3600;
export const NOTHING_ON: OnProperty = { price: [], quantity: [], sku: [], readiness: [] };

export type Goods = { sku: string; title: string; quantity: number; priceMinor: number };

export function seedListing(
  host: SimulatorHost,
  shop: Shop,
  title: string,
  products: Product[],
  more: Partial<Pick<Listing, "state" | "type" | "on" | "endsAt">> = {},
): Listing {
  const createdAt = Math.floor(host.now().getTime() / 1000) - 30 * DAY_S;
  const listing: Listing = {
    id: host.nextId(),
    title,
    type: "physical",
    state: "active",
    createdAt,
    updatedAt: createdAt,
    stateSince: createdAt,
    endsAt: endOfRun(createdAt),
    on: NOTHING_ON,
    products,
    ...more,
  };
  putListing(shop, listing, null);
  return listing;
}

export function seedProduct(host: SimulatorHost, shop: Shop, item: Omit<Goods, "title">, values: PropertyValue[]): Product {
  return {
    productId: host.nextId(),
    offeringId: host.nextId(),
    sku: item.sku,
    values,
    // The neutral world may hold more than Etsy takes.
    quantity: Math.min(999, item.quantity),
    enabled: true,
    priceMinor: item.priceMinor,
    readinessStateId: shop.readinessStates[0]!,
  };
}

export function propertyValue(propertyId: number, propertyName: string, valueId: number, value: string): PropertyValue {
  return { propertyId, propertyName, scaleId: null, valueIds: [valueId], values: [value] };
}
