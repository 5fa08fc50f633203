/** Items as the Trading API describes them: title, state, and what can still be bought of each variation. */

import { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";
import { inParallel } from "./in-parallel.ts";
import { toMinor } from "./money.ts";
import { skuOrNull, specificsKey } from "./refs.ts";
import { callTrading, requireSuccess } from "./trading-client.ts";
import { countOf, nodeOf, nodesOf, textOf, textsOf, type XmlNode } from "./xml.ts";

export type TradingUnit = {
  /** null for the item itself where it has no variations. */
  variation: { sku: string | null; specifics: string; label: string } | null;
  sku: string | null;
  available: number;
  priceMinor: number | null;
};
export type TradingItem = {
  itemId: string;
  title: string;
  fixedPrice: boolean;
  ended: boolean;
  currency: string | null;
  /** Whether a zero keeps the listing; null where eBay does not say. */
  outOfStockControl: boolean | null;
  /** The item that took its place after it ended. */
  relistedAs: string | null;
  units: TradingUnit[];
};
export type ItemReading = { item: TradingItem | null; sentAt: Date };

const CALLS_AT_ONCE = 4;
const NOT_FOUND = "17";
const MOST_RELISTS = 3;

/** One GetItem per item; null for an id that eBay does not know. */
export async function getItems(context: ChannelContext, itemIds: string[]): Promise<Map<string, ItemReading>> {
  const unique = [...new Set(itemIds)];
  const read = await inParallel(unique, CALLS_AT_ONCE, (itemId) => getItem(context, itemId));
  return new Map(unique.map((itemId, index) => [itemId, read[index]!]));
}

/** Like getItems, but an item that ended and was relisted is answered by the one that took its place. */
export async function getCurrentItems(context: ChannelContext, itemIds: string[]): Promise<Map<string, ItemReading>> {
  const readings = await getItems(context, itemIds);
  for (let hop = 0; hop < MOST_RELISTS; hop++) {
    const moved = [...readings].flatMap(([asked, { item }]) => (item?.ended && item.relistedAs ? [[asked, item.relistedAs] as const] : []));
    if (moved.length === 0) break;
    const successors = await getItems(
      context,
      moved.map(([, successor]) => successor),
    );
    for (const [asked, successor] of moved) if (successors.get(successor)?.item) readings.set(asked, successors.get(successor)!);
  }
  return readings;
}

async function getItem(context: ChannelContext, itemId: string): Promise<ItemReading> {
  const sentAt = context.now();
  const answer = await callTrading(context, "GetItem", { ItemID: itemId });
  if (answer.failed && answer.errors.some((error) => error.code === NOT_FOUND)) return { item: null, sentAt };
  const item = readItem(nodeOf(requireSuccess(answer, "GetItem"), "Item"));
  if (item?.itemId !== itemId) throw new ChannelError("unavailable", "eBay answered GetItem without the item");
  return { item, sentAt };
}

/** null: not an item, or a number of it cannot be read; a missing number is never a zero. */
export function readItem(node: XmlNode): TradingItem | null {
  const itemId = textOf(node, "ItemID")?.trim();
  if (!itemId) return null;
  const selling = nodeOf(node, "SellingStatus");
  const price = textOf(node, "StartPrice") ?? textOf(selling, "CurrentPrice");
  const currency =
    textOf(node, "Currency") ?? textOf(nodeOf(node, "StartPrice"), "@currencyID") ?? textOf(nodeOf(selling, "CurrentPrice"), "@currencyID");
  const variations = nodesOf(nodeOf(node, "Variations"), "Variation");
  const units = variations.length ? variations.map((variation) => readVariation(variation, currency)) : [readPlain(node, price, currency)];
  if (!units.every((unit) => unit !== null)) return null;
  const status = textOf(selling, "ListingStatus");
  const control = textOf(node, "OutOfStockControl");
  return {
    itemId,
    title: textOf(node, "Title") ?? itemId,
    fixedPrice: ["FixedPriceItem", "StoresFixedPrice"].includes(textOf(node, "ListingType") ?? ""),
    // List calls of active items leave the status out.
    ended: status !== null && status !== "Active",
    currency,
    outOfStockControl: control === null ? null : control === "true",
    relistedAs: textOf(nodeOf(node, "ListingDetails"), "RelistedItemID")?.trim() || null,
    units,
  };
}

function readPlain(node: XmlNode, price: string | null, currency: string | null): TradingUnit | null {
  const available = countOf(node, "QuantityAvailable") ?? availableOf(node);
  if (available === null) return null;
  return { variation: null, sku: skuOrNull(textOf(node, "SKU")), available, priceMinor: toMinor(price, currency ?? "") };
}

function readVariation(node: XmlNode, currency: string | null): TradingUnit | null {
  const available = availableOf(node);
  if (available === null) return null;
  const pairs = nodesOf(nodeOf(node, "VariationSpecifics"), "NameValueList").map((each) => ({
    name: textOf(each, "Name") ?? "",
    value: textsOf(each, "Value").join(","),
  }));
  const sku = skuOrNull(textOf(node, "SKU"));
  return {
    variation: { sku, specifics: specificsKey(pairs), label: pairs.map(({ value }) => value).join(", ") },
    sku,
    available,
    priceMinor: toMinor(textOf(node, "StartPrice"), currency ?? ""),
  };
}

/** Quantity counts what was ever offered, sold units included; a missing QuantitySold means none. */
function availableOf(node: XmlNode): number | null {
  const quantity = countOf(node, "Quantity");
  return quantity === null ? null : quantity - (countOf(nodeOf(node, "SellingStatus"), "QuantitySold") ?? 0);
}
