/** Reads numbers by inventory item; an id that Shopify does not know is "missing", never zero. */
import type { JsonObject, StockReading } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";
import { callAdmin } from "./admin-api.ts";
import { INVENTORY_ITEMS } from "./documents.ts";
import { allLevels, countedParts, type LevelPage, levelsPerPage, stateOf, sumOf } from "./levels.ts";

type Item = {
  id?: string;
  tracked: boolean;
  variants: { nodes: { product: { status: string } }[] } | null;
  inventoryLevels: LevelPage;
};

/** An item is 1 point, its variant 4, its levels 2 and 3 each; a query may ask for 1,000. */
export function itemsPerCall(levels: number): number {
  return Math.min(250, Math.floor(980 / (7 + 3 * levels)));
}

export async function readStock(context: ChannelContext, refs: { key: string; ref: JsonObject }[]): Promise<StockReading[]> {
  const levels = levelsPerPage(context.settings);
  const size = itemsPerCall(levels);
  const readings: StockReading[] = [];
  for (let start = 0; start < refs.length; start += size) {
    const chunk = refs.slice(start, start + size);
    const ids = chunk.map(({ key, ref }) => (typeof ref.inventoryItemId === "string" ? ref.inventoryItemId : key));
    const sentAt = context.now();
    const { nodes } = await callAdmin<{ nodes: (Item | null)[] }>(context, {
      operation: "nodes",
      document: INVENTORY_ITEMS,
      variables: { ids, levels },
    });
    if (nodes.length !== ids.length) throw new ChannelError("unavailable", "Shopify answered fewer items than were asked for");
    for (const [index, { key }] of chunk.entries()) readings.push(await toReading(context, key, nodes[index] ?? null, sentAt));
  }
  return readings;
}

async function toReading(context: ChannelContext, key: string, item: Item | null, sentAt: Date): Promise<StockReading> {
  if (!item?.id) return { key, quantity: null, state: "missing", sentAt, parts: [] };
  const state = stateOf(item.variants?.nodes[0]?.product.status, item.tracked);
  if (!item.tracked) return { key, quantity: null, state: "untracked", sentAt, parts: [] };
  const parts = countedParts(context, await allLevels(context, item.id, item.inventoryLevels));
  // Stocked at no counted place: there is no number that could be compared or written.
  return { key, quantity: parts.length > 0 ? sumOf(parts) : null, state, sentAt, parts };
}
