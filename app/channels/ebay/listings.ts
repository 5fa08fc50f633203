/** What the seller lists, both models in one walk: Trading's list shows all of it, the Inventory API says which of it is its own. */
import { z } from "zod";
import type { ChannelListing, ListingProblem, ShownState } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, ListingPage } from "../port.ts";
import { isCapped, readActivePage } from "./active-list.ts";
import { type InventoryNumbers, type InventoryOffer, readInventory, usesInventoryApi } from "./inventory-items.ts";
import { toMinor } from "./money.ts";
import { askControl, CONTROL_OFF_TEXT } from "./out-of-stock-control.ts";
import { inventoryRef, listingExternalId, tradingRef } from "./refs.ts";
import { getItems, type TradingItem, type TradingUnit } from "./trading-items.ts";

/** Where a walk stands; `total` guards against lists that shrink while they are read. */
const cursorShape = z.object({
  call: z.enum(["selling", "list"]),
  page: z.int().min(1),
  total: z.int(),
  inventory: z.boolean(),
  control: z.boolean(),
});
type Cursor = z.infer<typeof cursorShape>;

export async function listListings(context: ChannelContext, page: string | null): Promise<ListingPage> {
  const cursor = page === null ? await begin(context) : readCursor(page);
  let active = await readActivePage(context, cursor.call, cursor.page, page === null ? null : cursor.total);
  // Beyond 25,000 GetMyeBaySelling ends, and a lost list looks like an empty shop: the other list call decides both.
  if (page === null && (isCapped(active) || active.total === 0)) {
    cursor.call = "list";
    active = await readActivePage(context, cursor.call, 1, null);
  }
  let { items } = active;
  if (page !== null && active.total < cursor.total && cursor.page > 1) {
    // Listings that ended meanwhile moved others one page forward: what stood at the border is read again.
    const before = await readActivePage(context, cursor.call, cursor.page - 1, null);
    const known = new Set(items.map(({ itemId }) => itemId));
    items = [...before.items.filter(({ itemId }) => !known.has(itemId)), ...items];
  }
  const whole = await withAllVariations(context, items);
  const managed = cursor.inventory ? await managedByInventory(context, whole) : new Map<string, InventoryNumbers>();
  const next: Cursor | null = cursor.page < active.pages ? { ...cursor, page: cursor.page + 1, total: active.total } : null;
  return {
    listings: whole.flatMap((item) => item.units.map((unit) => describe(item, unit, managed, cursor.control))),
    nextPage: next && JSON.stringify(next),
    // eBay counts listings, we count variations.
    total: null,
  };
}

async function begin(context: ChannelContext): Promise<Cursor> {
  const inventory = await usesInventoryApi(context);
  return { call: "selling", page: 1, total: 0, inventory, control: await askControl(context) };
}

function readCursor(page: string): Cursor {
  try {
    return cursorShape.parse(JSON.parse(page));
  } catch {
    throw new ChannelError("rejected", "this is no page of eBay listings");
  }
}

/** The list calls leave out variations on which nothing happened yet: only GetItem names them all. */
async function withAllVariations(context: ChannelContext, items: TradingItem[]): Promise<TradingItem[]> {
  const several = items.filter((item) => item.units.some((unit) => unit.variation !== null));
  const full = await getItems(
    context,
    several.map((item) => item.itemId),
  );
  return items.flatMap((item) => {
    const reading = full.get(item.itemId);
    if (!reading) return [item];
    return reading.item && !reading.item.ended ? [reading.item] : [];
  });
}

/** SKUs whose live offers lead to one of these items, by `itemId:sku`. */
async function managedByInventory(context: ChannelContext, items: TradingItem[]): Promise<Map<string, InventoryNumbers>> {
  const skus = items.flatMap((item) => item.units.flatMap((unit) => unit.sku ?? []));
  const managed = new Map<string, InventoryNumbers>();
  for (const [sku, { numbers }] of await readInventory(context, skus)) {
    for (const offer of numbers?.offers ?? []) managed.set(`${offer.listingId}:${sku}`, numbers!);
  }
  return managed;
}

function describe(item: TradingItem, unit: TradingUnit, managed: Map<string, InventoryNumbers>, control: boolean): ChannelListing {
  const numbers = managed.get(`${item.itemId}:${unit.sku}`);
  const offer = numbers?.offers.find(({ listingId }) => listingId === item.itemId);
  const quantity = numbers && offer ? Math.min(offer.available ?? Number.POSITIVE_INFINITY, numbers.total ?? 0) : unit.available;
  const { priceMinor, currency } = priceOf(item, unit, offer);
  return {
    externalId: listingExternalId(item.itemId, unit.variation),
    externalParentId: unit.variation ? item.itemId : null,
    title: unit.variation?.label ? `${item.title} (${unit.variation.label})` : item.title,
    parentTitle: unit.variation ? item.title : null,
    sku: unit.sku,
    barcode: numbers?.barcode ?? null,
    priceMinor,
    currency,
    state: stateOf(quantity),
    quantity,
    quantityRef: numbers ? inventoryRef(numbers.sku, numbers.offers) : tradingRef(item.itemId, unit.variation),
    parts: [],
    problems: problemsOf(item, unit, numbers !== undefined, control),
  };
}

export function stateOf(quantity: number): ShownState {
  return quantity > 0 ? "active" : "sold-out";
}

function priceOf(
  item: TradingItem,
  unit: TradingUnit,
  offer: InventoryOffer | undefined,
): { priceMinor: number | null; currency: string | null } {
  if (offer?.price) return { priceMinor: toMinor(offer.price.value, offer.price.currency), currency: offer.price.currency };
  return { priceMinor: unit.priceMinor, currency: item.currency };
}

function problemsOf(item: TradingItem, unit: TradingUnit, inventory: boolean, control: boolean): ListingProblem[] {
  const problems: ListingProblem[] = [];
  if (!item.fixedPrice) problems.push({ kind: "unsupported", text: "This is an auction: eBay lets nobody set its quantity." });
  if (unit.sku === null)
    problems.push({
      kind: "no-sku",
      text: unit.variation ? "This variation has no SKU: eBay offers no way to set its quantity alone." : "This listing has no SKU.",
    });
  if (!inventory && !control) problems.push({ kind: "no-out-of-stock-control", text: CONTROL_OFF_TEXT });
  return problems;
}
