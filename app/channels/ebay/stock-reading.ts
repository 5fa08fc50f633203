/** Numbers as eBay shows them now: one GetItem per old-style item, 25 SKUs per call and their offers in the Inventory API. */
import type { JsonObject, StockReading } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";
import { type InventoryReading, readInventory, shownOf } from "./inventory-items.ts";
import { stateOf } from "./listings.ts";
import { type EbayRef, type InventoryRef, inventoryRef, listingExternalId, readRef, type TradingRef, tradingRef } from "./refs.ts";
import { getCurrentItems, type ItemReading, type TradingUnit } from "./trading-items.ts";

export async function readStock(context: ChannelContext, wanted: { key: string; ref: JsonObject }[]): Promise<StockReading[]> {
  const asked = wanted.map(({ key, ref }) => ({ key, ref: requireRef(ref) }));
  const itemIds = asked.flatMap(({ ref }) => (ref.managedBy === "trading" ? ref.itemId : []));
  const skus = asked.flatMap(({ ref }) => (ref.managedBy === "inventory_api" ? ref.sku : []));
  const items = itemIds.length ? await getCurrentItems(context, itemIds) : new Map<string, ItemReading>();
  const inventory = skus.length ? await readInventory(context, skus) : new Map<string, InventoryReading>();
  return asked.map(({ key, ref }) =>
    ref.managedBy === "trading" ? tradingReading(key, ref, items.get(ref.itemId)!) : inventoryReading(key, ref, inventory.get(ref.sku)!),
  );
}

function requireRef(ref: JsonObject): EbayRef {
  const read = readRef(ref);
  if (!read) throw new ChannelError("rejected", "this is no address of an eBay quantity");
  return read;
}

export function tradingReading(key: string, ref: TradingRef, { item, sentAt }: ItemReading): StockReading {
  const unit = item && unitOf(item.units, ref);
  if (!unit) return { key, quantity: null, state: "missing", sentAt, parts: [] };
  if (item.ended) return { key, quantity: null, state: "ended", sentAt, parts: [] };
  // Relisted: the address moves on to the new item.
  const moved = item.itemId === ref.itemId ? {} : { ref: { ...ref, itemId: item.itemId }, successor: placeOf(item.itemId, unit) };
  return { key, quantity: unit.available, state: stateOf(unit.available), sentAt, parts: [], ...moved };
}

function placeOf(itemId: string, { variation }: TradingUnit): { key: string; listingExternalId: string } {
  return { key: tradingRef(itemId, variation).key, listingExternalId: listingExternalId(itemId, variation) };
}

/** The unit a ref means: the item itself, the variation with its SKU, or the one with its specifics. */
function unitOf(units: TradingUnit[], ref: TradingRef): TradingUnit | undefined {
  return units.find(({ variation }) => {
    if (ref.sku !== null) return variation?.sku === ref.sku;
    return ref.specifics === undefined ? variation === null : variation?.sku === null && variation.specifics === ref.specifics;
  });
}

export function inventoryReading(key: string, ref: InventoryRef, { numbers, sentAt }: InventoryReading): StockReading {
  if (!numbers) return { key, quantity: null, state: "missing", sentAt, parts: [] };
  // The SKU is known but nothing of it is for sale.
  if (numbers.offers.length === 0) return { key, quantity: null, state: "ended", sentAt, parts: [] };
  const quantity = shownOf(numbers);
  const current = inventoryRef(numbers.sku, numbers.offers).ref;
  const moved = JSON.stringify(current.offerIds) !== JSON.stringify(ref.offerIds);
  return { key, quantity, state: stateOf(quantity), sentAt, parts: [], ...(moved ? { ref: current } : {}) };
}
