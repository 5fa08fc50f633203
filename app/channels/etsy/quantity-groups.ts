/** An inventory seen as what it really holds: numbers, each shown by one or more products. */
import type { Inventory, InventoryProduct } from "./answers.ts";
import { productExternalId, quantityKey } from "./property-key.ts";

export type QuantityGroup = {
  key: string;
  quantity: number;
  /** Whether at least one product that shows this number can be bought. */
  enabled: boolean;
};

/** Products that exist; deleted ones come along in some answers. */
export function liveProducts(inventory: Inventory): InventoryProduct[] {
  return inventory.products
    .filter((product) => !product.is_deleted)
    .map((product) => ({ ...product, offerings: product.offerings.filter((offering) => !offering.is_deleted) }))
    .filter((product) => product.offerings.length > 0);
}

/** By quantity key. Where members disagree the smallest number stands: it can never promise too much. */
export function quantityGroups(listingId: number, inventory: Inventory): Map<string, QuantityGroup> {
  const groups = new Map<string, QuantityGroup>();
  for (const product of liveProducts(inventory)) {
    const key = quantityKey(listingId, product.property_values, inventory.quantity_on_property);
    const group = groups.get(key);
    for (const offering of product.offerings) {
      if (group) {
        group.quantity = Math.min(group.quantity, offering.quantity);
        group.enabled ||= offering.is_enabled;
      } else groups.set(key, { key, quantity: offering.quantity, enabled: offering.is_enabled });
    }
  }
  return groups;
}

const MOST_PROPERTIES = 2;

/** Why this inventory can be read but must not be written, in words for the seller; null = it can be written. */
export function whyReadOnly(listingId: number, inventory: Inventory): string | null {
  const products = liveProducts(inventory);
  if (products.length === 0) return "Etsy keeps no stock for this listing.";
  if (products.some((product) => product.property_values.length > MOST_PROPERTIES)) {
    return "This listing has three variations. Etsy's API cannot change its stock yet.";
  }
  if (products.some((product) => product.offerings.length > 1))
    return "A variation of this listing has several offers at once, which Etsy's API cannot keep apart.";
  const names = new Set(products.map((product) => productExternalId(listingId, product.property_values)));
  if (names.size !== products.length) return "Two variations of this listing have the same options, so they cannot be told apart.";
  const groups = quantityGroups(listingId, inventory);
  for (const product of products) {
    const key = quantityKey(listingId, product.property_values, inventory.quantity_on_property);
    if (product.offerings.some((offering) => offering.quantity !== groups.get(key)?.quantity)) {
      return "Variations of this listing share one stock number on Etsy but show different ones. Please save the listing's stock on Etsy once.";
    }
  }
  if (products.some((product) => product.property_values.some((property) => property.values.some((value) => /[()]/.test(value))))) {
    return "An option of this listing has brackets in its name, which Etsy's API refuses.";
  }
  return null;
}
