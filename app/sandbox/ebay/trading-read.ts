/** Trading's reading calls: GetItem, the two list calls, and the out-of-stock preference. */
import type { SimulatorHost } from "../simulator.ts";
import type { Shop } from "./shop.ts";
import type { SimListing, Unit } from "./shop-state.ts";
import { amountEl, childOf, el, TradingRefusal, textEl, textOf, type XmlNode } from "./trading-xml.ts";

/** GetMyeBaySelling shows no more than this; higher pages repeat the last one. */
const LIST_CAP = 25_000;

export function getItem(host: SimulatorHost, shop: Shop, fields: XmlNode): string {
  const itemId = textOf(fields.ItemID) ?? "";
  const listing = shop.listing(itemId);
  if (!listing)
    throw new TradingRefusal({
      code: "17",
      short: "Item not found.",
      long: `Item ${itemId} cannot be accessed.`,
      parameters: [{ id: "0", value: itemId }],
    });
  return el("Item", itemBody(shop, listing, staleMs(host, shop), "full"));
}

/** ActiveList is absent where nothing is listed, and where the page got lost. */
export function getMyeBaySelling(host: SimulatorHost, shop: Shop, fields: XmlNode): string {
  const list = childOf(fields, "ActiveList");
  if (Object.keys(list).length === 0) return "";
  const pagination = readPagination(list);
  const all = shop.activeListings();
  const total = Math.min(all.length, LIST_CAP);
  const pages = Math.ceil(total / pagination.entries);
  const number = all.length > LIST_CAP ? Math.min(pagination.page, pages) : pagination.page;
  const page = all.slice((number - 1) * pagination.entries, Math.min(number * pagination.entries, LIST_CAP));
  const items = faulty(host, shop, page);
  if (items === null || total === 0) return "";
  const body = items.map((listing) => el("Item", itemBody(shop, listing, staleMs(host, shop), "selling")));
  return el("ActiveList", el("ItemArray", body.join("")) + paginationResult(pages, total));
}

/** Listings by the day they end; good-till-cancelled ones end (and renew) within a month. Includes those beyond the 25,000. */
export function getSellerList(host: SimulatorHost, shop: Shop, fields: XmlNode): string {
  const from = Date.parse(textOf(fields.EndTimeFrom) ?? "");
  const to = Date.parse(textOf(fields.EndTimeTo) ?? "");
  const windowMs = to - from;
  if (!(windowMs > 0 && windowMs <= 120 * 86_400_000))
    throw new TradingRefusal({
      code: "10729",
      short: "Invalid time range.",
      long: "Give EndTimeFrom and EndTimeTo less than 120 days apart.",
    });
  const { entries, page } = readPagination(fields);
  const now = host.now().getTime();
  const all = from <= now + 30 * 86_400_000 && to >= now ? shop.activeListings() : [];
  const items = faulty(host, shop, all.slice((page - 1) * entries, page * entries)) ?? [];
  const shape = textOf(fields.IncludeVariations) === "true" ? "list" : "bare";
  const pages = Math.ceil(all.length / entries);
  return [
    paginationResult(pages, all.length),
    textEl("HasMoreItems", page < pages),
    el("ItemArray", items.map((listing) => el("Item", itemBody(shop, listing, staleMs(host, shop), shape))).join("")),
    textEl("ItemsPerPage", entries),
    textEl("PageNumber", page),
    textEl("ReturnedItemCountActual", items.length),
    el("Seller", textEl("UserID", shop.state.username)),
  ].join("");
}

export function getUserPreferences(shop: Shop, fields: XmlNode): string {
  if (textOf(fields.ShowOutOfStockControlPreference) !== "true") return "";
  return textEl("OutOfStockControlPreference", shop.state.outOfStockControl);
}

function readPagination(node: XmlNode): { entries: number; page: number } {
  const pagination = childOf(node, "Pagination");
  const entries = Number(textOf(pagination.EntriesPerPage) ?? "25");
  const page = Number(textOf(pagination.PageNumber) ?? "1");
  const whole = Number.isInteger(entries) && Number.isInteger(page) && entries >= 1 && entries <= 200 && page >= 1;
  if (!whole) throw new TradingRefusal({ code: "340", short: "Page number is out of range." });
  return { entries, page };
}

function paginationResult(pages: number, total: number): string {
  return el("PaginationResult", textEl("TotalNumberOfPages", pages) + textEl("TotalNumberOfEntries", total));
}

/** null: the whole list is missing from the answer. */
function faulty(host: SimulatorHost, shop: Shop, page: SimListing[]): SimListing[] | null {
  if (host.strikes(shop.state.account, "emptyPage")) return null;
  return host.strikes(shop.state.account, "truncatePage") ? page.slice(0, Math.ceil(page.length / 2)) : page;
}

function staleMs(host: SimulatorHost, shop: Shop): number {
  return host.faults(shop.state.account).api.staleReadMs;
}

type Shape = "full" | "selling" | "list" | "bare";

function itemBody(shop: Shop, listing: SimListing, stale: number, shape: Shape): string {
  const numbers = listing.units.map((unit) => numbersOf(shop, unit, stale));
  const available = numbers.reduce((sum, each) => sum + each.available, 0);
  const sold = numbers.reduce((sum, each) => sum + each.sold, 0);
  const price = listing.units[0]?.priceMinor ?? 0;
  const running = listing.status === "Active";
  return [
    textEl("ItemID", listing.itemId),
    // The SKU of the listing and those of its variations are independent; an item without one has an empty or no element.
    ...(listing.multi ? [] : [listing.units[0]?.sku ? textEl("SKU", listing.units[0].sku) : ""]),
    textEl("Title", listing.title),
    ...(shape === "selling" ? [] : [textEl("Site", "US"), textEl("Country", "US"), textEl("Currency", "USD")]),
    textEl("ListingType", listing.listingType),
    textEl("ListingDuration", "GTC"),
    el("ListingDetails", textEl("StartTime", listing.startedAt) + (listing.relistedAs ? textEl("RelistedItemID", listing.relistedAs) : "")),
    textEl("Quantity", available + sold),
    ...(shape === "selling" ? [textEl("QuantityAvailable", available)] : []),
    ...(shape === "full" ? [textEl("OutOfStockControl", shop.state.outOfStockControl), textEl("InventoryTrackingMethod", "ItemID")] : []),
    ...(running && available <= 0 ? [textEl("HideFromSearch", true), textEl("ReasonHideFromSearch", "OutOfStock")] : []),
    el(
      "SellingStatus",
      [
        ...(shape === "selling" ? [] : [textEl("ListingStatus", running ? "Active" : "Completed")]),
        // GetMyeBaySelling leaves a zero out.
        ...(sold > 0 || shape !== "selling" ? [textEl("QuantitySold", sold)] : []),
        amountEl("CurrentPrice", price),
      ].join(""),
    ),
    amountEl("StartPrice", price),
    ...(listing.multi && shape !== "bare" ? [el("Variations", variations(listing, numbers, shape).join(""))] : []),
  ].join("");
}

/** The list calls show only variations on which something happened (but never none); GetItem shows all. */
function variations(listing: SimListing, numbers: { available: number; sold: number }[], shape: Shape): string[] {
  const shown = listing.units
    .map((unit, index) => ({ unit, index }))
    .filter(({ unit, index }) => shape === "full" || unit.active || index === 0);
  return shown.map(({ unit, index }) =>
    el(
      "Variation",
      [
        textEl("SKU", unit.sku),
        amountEl("StartPrice", unit.priceMinor),
        textEl("Quantity", numbers[index]!.available + numbers[index]!.sold),
        el(
          "VariationSpecifics",
          unit.specifics.map(({ name, value }) => el("NameValueList", textEl("Name", name) + textEl("Value", value))).join(""),
        ),
        el("SellingStatus", numbers[index]!.sold > 0 || shape === "full" ? textEl("QuantitySold", numbers[index]!.sold) : ""),
      ].join(""),
    ),
  );
}

function numbersOf(shop: Shop, unit: Unit, stale: number): { available: number; sold: number } {
  return { available: shop.shown(unit, stale), sold: shop.asSeen(unit, stale).sold };
}
