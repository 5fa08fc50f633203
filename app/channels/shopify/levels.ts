/** Stock levels of one inventory item, summed over the places that the seller counts (settled.md 17). */
import type { JsonObject, LocationQuantity, ShownState } from "#app/domain/channel-words.ts";
import type { ChannelContext } from "../port.ts";
import { callAdmin } from "./admin-api.ts";
import { ITEM_LEVELS } from "./documents.ts";
import { type ChosenLocation, chosenLocations } from "./shop-settings.ts";

export type PageInfo = { hasNextPage: boolean; endCursor: string | null };
type Level = {
  location: { id: string; isActive: boolean; isFulfillmentService: boolean };
  quantities: { name: string; quantity: number }[];
};
export type LevelPage = { nodes: Level[]; pageInfo: PageInfo };

/** An item is seldom stocked at more places than the shop's list holds; whatever is more is read on. */
const LEVELS_WHEN_UNKNOWN = 4;
const MOST_LEVELS = 20;

export function levelsPerPage(settings: JsonObject): number {
  const places = chosenLocations(settings)?.length ?? LEVELS_WHEN_UNKNOWN;
  return Math.min(MOST_LEVELS, Math.max(1, places));
}

/** All levels of the item, also those beyond the first page. */
export async function allLevels(context: ChannelContext, itemId: string, first: LevelPage): Promise<Level[]> {
  const levels = [...first.nodes];
  let { hasNextPage, endCursor } = first.pageInfo;
  while (hasNextPage && endCursor !== null) {
    const data = await callAdmin<{ inventoryItem: { inventoryLevels: LevelPage } | null }>(context, {
      operation: "inventoryItem",
      document: ITEM_LEVELS,
      variables: { id: itemId, after: endCursor },
    });
    const page = data.inventoryItem?.inventoryLevels;
    levels.push(...(page?.nodes ?? []));
    ({ hasNextPage, endCursor } = page?.pageInfo ?? { hasNextPage: false, endCursor: null });
  }
  return levels;
}

/** Per counted place. A fulfilment service's place never counts, whatever was chosen: its stock is not ours to set. */
export function countedParts(context: ChannelContext, levels: Level[]): LocationQuantity[] {
  const chosen = chosenLocations(context.settings);
  return levels
    .filter(({ location }) => location.isActive && !location.isFulfillmentService && isCounted(chosen, location.id))
    .map(({ location, quantities }) => ({
      locationId: location.id,
      quantity: quantities.find((each) => each.name === "available")?.quantity ?? 0,
    }))
    .sort((a, b) => rankOf(chosen, a.locationId) - rankOf(chosen, b.locationId) || a.locationId.localeCompare(b.locationId));
}

export const sumOf = (parts: readonly LocationQuantity[]): number => parts.reduce((sum, part) => sum + part.quantity, 0);

const isCounted = (chosen: ChosenLocation[] | null, id: string): boolean =>
  chosen === null || chosen.some((each) => each.externalId === id && each.counted && !each.fulfilmentService);

const rankOf = (chosen: ChosenLocation[] | null, id: string): number => chosen?.find((each) => each.externalId === id)?.rank ?? 0;

/** An unlisted product can be bought by whoever has its link. */
export function stateOf(status: string | undefined, tracked: boolean): ShownState {
  switch (status) {
    case "DRAFT":
      return "draft";
    case "ARCHIVED":
      return "inactive";
    default:
      return tracked ? "active" : "untracked";
  }
}
