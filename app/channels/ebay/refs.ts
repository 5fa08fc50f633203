/** Addresses of shown numbers: in the old model an item or one of its variations, in the new one a SKU with all its offers. */
import { z } from "zod";
import type { JsonObject, QuantityRef } from "#app/domain/channel-words.ts";

const tradingShape = z.object({
  managedBy: z.literal("trading"),
  itemId: z.string().min(1),
  /** The variation's SKU; null for an item without variations, and for a variation that has none. */
  sku: z.string().nullable(),
  /** Only of a variation without SKU: it can be read by its specifics, but eBay offers no way to write its number alone. */
  specifics: z.string().optional(),
});
const inventoryShape = z.object({
  managedBy: z.literal("inventory_api"),
  sku: z.string().min(1),
  offerIds: z.array(z.string()).default([]),
  listingIds: z.array(z.string()).default([]),
});
const refShape = z.discriminatedUnion("managedBy", [tradingShape, inventoryShape]);

export type TradingRef = z.infer<typeof tradingShape>;
export type InventoryRef = z.infer<typeof inventoryShape>;
export type EbayRef = TradingRef | InventoryRef;

export function readRef(ref: JsonObject): EbayRef | null {
  const read = refShape.safeParse(ref);
  return read.success ? read.data : null;
}

/** `variation` null: the item has none. */
export function tradingRef(itemId: string, variation: { sku: string | null; specifics: string } | null): QuantityRef {
  const base = { managedBy: "trading", itemId };
  if (variation === null) return { key: `t:${itemId}`, ref: { ...base, sku: null } };
  if (variation.sku !== null) return { key: `t:${itemId}:${variation.sku}`, ref: { ...base, sku: variation.sku } };
  return { key: `t:${itemId}:~${variation.specifics}`, ref: { ...base, sku: null, specifics: variation.specifics } };
}

export function inventoryRef(sku: string, offers: { offerId: string; listingId: string }[]): QuantityRef {
  const ref = {
    managedBy: "inventory_api",
    sku,
    offerIds: offers.map(({ offerId }) => offerId),
    listingIds: offers.map(({ listingId }) => listingId),
  };
  return { key: `i:${sku}`, ref };
}

/** How listings and order lines are named alike: the item, and for a variation its SKU or its specifics. */
export function listingExternalId(itemId: string, variation: { sku: string | null; specifics: string } | null): string {
  if (variation === null) return itemId;
  return `${itemId}:${variation.sku ?? `~${variation.specifics}`}`;
}

/** A variation's specifics in an order of their own, since eBay's calls list them differently. */
export function specificsKey(pairs: { name: string; value: string }[]): string {
  return pairs
    .map(({ name, value }) => `${name}=${value}`)
    .sort()
    .join(";");
}

/** SKUs are kept as typed; only emptiness is decided on the trimmed text. */
export function skuOrNull(sku: string | null | undefined): string | null {
  return sku == null || sku.trim() === "" ? null : sku;
}
