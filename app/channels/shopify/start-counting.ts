/**
 * Lets Shopify keep a number where it keeps none: stocked at the receiving place, and tracked. Both need write_inventory alone. The
 * number itself is not raised here: a place begins at zero, and what should stand there goes out later as any other number.
 */
import { ChannelError } from "../errors.ts";
import type { ChannelContext, CountingAsk, CountingGate, CountingResult } from "../port.ts";
import { callAdmin } from "./admin-api.ts";
import { ACTIVATE_INVENTORY, INVENTORY_ITEMS, TRACK_ITEM } from "./documents.ts";
import { allLevels, countedParts, type LevelPage, levelsPerPage } from "./levels.ts";
import { chosenLocations } from "./shop-settings.ts";
import { itemsPerCall } from "./stock-readings.ts";

type Item = { id?: string; tracked: boolean; inventoryLevels: LevelPage };
type Refused = { userErrors: { message: string }[] };
type Done = Exclude<CountingResult["outcome"], "unknown" | "not-sent">;

export async function startCounting(context: ChannelContext, asks: CountingAsk[], gate: CountingGate): Promise<CountingResult[]> {
  const levels = levelsPerPage(context.settings);
  const size = itemsPerCall(levels);
  const results: CountingResult[] = [];
  for (let start = 0; start < asks.length; start += size) {
    const chunk = asks.slice(start, start + size);
    // Read first: what an earlier attempt did, whose answer was lost, is not asked for again.
    const { nodes } = await callAdmin<{ nodes: (Item | null)[] }>(context, {
      operation: "nodes",
      document: INVENTORY_ITEMS,
      variables: { ids: chunk.map(({ key }) => key), levels },
    });
    if (nodes.length !== chunk.length) throw new ChannelError("unavailable", "Shopify answered fewer items than were asked for");
    for (const [index, ask] of chunk.entries()) results.push(await one(context, ask, nodes[index] ?? null, gate));
  }
  return results;
}

async function one(context: ChannelContext, ask: CountingAsk, item: Item | null, gate: CountingGate): Promise<CountingResult> {
  const { key } = ask;
  try {
    const answer = await begin(context, ask, item, () => gate(key));
    return { key, ...answer };
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    // What concerns the whole connection ends the round; the items before it stay as they are answered when they are read again.
    if (error.kind !== "outcome-unknown") throw error;
    return { key, outcome: "unknown", text: error.message };
  }
}

async function begin(
  context: ChannelContext,
  ask: CountingAsk,
  item: Item | null,
  mayGo: () => Promise<boolean>,
): Promise<{ outcome: Done | "not-sent"; text: string | null }> {
  if (!item?.id) return { outcome: "not-found", text: null };
  const levels = await allLevels(context, item.id, item.inventoryLevels);
  if (countedParts(context, levels).length === 0) {
    // A second place could take the stock away from the service that ships it.
    if (levels.some(({ location }) => location.isFulfillmentService)) return { outcome: "rejected", text: BY_SERVICE };
    const place = chosenLocations(context.settings)?.find((each) => each.receiving && each.counted && !each.fulfilmentService);
    if (place === undefined) return { outcome: "rejected", text: NO_PLACE };
    if (!(await mayGo())) return { outcome: "not-sent", text: null };
    const refused = await change(context, "inventoryActivate", ACTIVATE_INVENTORY, {
      ...{ inventoryItemId: item.id, locationId: place.externalId, idempotencyKey: ask.idempotencyKey },
    });
    if (refused !== null) return { outcome: "rejected", text: refused };
  }
  if (!item.tracked) {
    if (!(await mayGo())) return { outcome: "not-sent", text: null };
    const refused = await change(context, "inventoryItemUpdate", TRACK_ITEM, { id: item.id });
    if (refused !== null) return { outcome: "rejected", text: refused };
  }
  return { outcome: "counting", text: null };
}

const BY_SERVICE = "A fulfilment service stocks this variant, so its stock is not yours to set. Change that in Shopify first.";
const NO_PLACE = "No location is chosen that receives numbers. Choose one under Locations first.";

/** Shopify's words where it refuses; null where it did it. */
async function change(
  context: ChannelContext,
  operation: string,
  document: string,
  variables: Record<string, unknown>,
): Promise<string | null> {
  const data = await callAdmin<Record<string, Refused | null>>(context, { operation, document, variables, changes: true });
  const payload = data[operation];
  if (!payload) throw new ChannelError("outcome-unknown", `Shopify answered ${operation} without a result`, { status: 200 });
  const [error] = payload.userErrors;
  return error === undefined ? null : `Shopify says: ${error.message.slice(0, 300)}`;
}
