import type { Listing, Product, Shop } from "./shop-state.ts";

/** Products that carry one common number share this key: the values of the properties that quantity depends on. */
export function quantityGroup(listing: Listing, product: Product): string {
  return product.values
    .filter((value) => listing.on.quantity.includes(value.propertyId))
    .map((value) => `${value.propertyId}=${value.valueIds.join("+") || value.values.join("+")}`)
    .join("&");
}

/** Etsy's Listing.quantity: the sum over what can be bought, each common number once. */
export function totalQuantity(listing: Listing): number {
  const numbers = new Map<string, number>();
  for (const product of listing.products) if (product.enabled) numbers.set(quantityGroup(listing, product), product.quantity);
  return [...numbers.values()].reduce((sum, quantity) => sum + quantity, 0);
}

/** The number a buyer meets for each SKU of a listing; nothing is on sale unless the listing is active. */
export function shownNumbers(listing: Listing | undefined): Map<string, number> {
  const shown = new Map<string, number>();
  if (!listing) return shown;
  const counted = new Set<string>();
  for (const product of listing.products) {
    if (product.sku === "") continue;
    const pool = `${product.sku}\n${quantityGroup(listing, product)}`;
    const number = listing.state === "active" && product.enabled && !counted.has(pool) ? product.quantity : 0;
    if (number > 0) counted.add(pool);
    shown.set(product.sku, (shown.get(product.sku) ?? 0) + number);
  }
  return shown;
}

/** The first product with this SKU, and every product that shares its number. */
export function poolOf(listing: Listing, sku: string): { product: Product; pool: Product[] } | null {
  const product = listing.products.find((candidate) => candidate.sku === sku);
  if (!product) return null;
  const group = quantityGroup(listing, product);
  return { product, pool: listing.products.filter((candidate) => quantityGroup(listing, candidate) === group) };
}

/** The same listing with another number for everything that shares `sku`'s pool. */
export function withQuantity(listing: Listing, sku: string, quantity: number): Listing {
  const pool = new Set(poolOf(listing, sku)?.pool ?? []);
  return { ...listing, products: listing.products.map((product) => (pool.has(product) ? { ...product, quantity } : product)) };
}

export function listingOfSku(shop: Shop, sku: string): Listing | undefined {
  const id = shop.bySku.get(sku);
  return id === undefined ? undefined : shop.listings.get(id);
}
