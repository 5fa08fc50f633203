/** ReviseInventoryStatus: up to four numbers per call, each succeeding or failing on its own. */
import type { Shop } from "./shop.ts";
import type { SimListing, Unit } from "./shop-state.ts";
import { ackOf, amountEl, el, type TradingError, TradingRefusal, textEl, textOf, type XmlNode } from "./trading-xml.ts";

type Wish = { itemId: string; sku: string; quantity: number };
type Outcome = { wish: Wish; place: { listing: SimListing; unit: Unit | null } | null; errors: TradingError[] };

export function reviseInventoryStatus(shop: Shop, fields: XmlNode, revisionsPerDay: number): { content: string; errors: TradingError[] } {
  const wishes = readWishes(fields);
  const revised = new Set<string>();
  const outcomes = wishes.map((wish) => revise(shop, wish, revised, revisionsPerDay));
  const errors = outcomes.flatMap((outcome) => outcome.errors);
  // Warnings come first, as recorded: a reader that takes the first entry as the reason goes wrong.
  errors.sort((a, b) => Number(a.severity !== "Warning") - Number(b.severity !== "Warning"));
  const written = outcomes.filter((outcome) => outcome.place && ackOf(outcome.errors) !== "Failure");
  const rows = written.map(({ wish, place }) => statusEl(wish, place!));
  const fees = [...new Set(written.map(({ wish }) => wish.itemId))].map((itemId) =>
    el("Fees", textEl("ItemID", itemId) + el("Fee", textEl("Name", "ListingFee") + amountEl("Fee", 0))),
  );
  return { content: rows.join("") + fees.join(""), errors };
}

function readWishes(fields: XmlNode): Wish[] {
  const nodes = fields.InventoryStatus;
  if (!Array.isArray(nodes) || nodes.length < 1 || nodes.length > 4) throw invalidTag("InventoryStatus");
  const wishes = nodes.map((node) => {
    const quantity = textOf(node.Quantity) ?? "";
    if (!/^\d{1,9}$/.test(quantity)) throw invalidTag("InventoryStatus.Quantity");
    const itemId = textOf(node.ItemID);
    if (!itemId) throw invalidTag("InventoryStatus.ItemID");
    return { itemId, sku: textOf(node.SKU) ?? "", quantity: Number(quantity) };
  });
  const seen = new Set(wishes.map(({ itemId, sku }) => `${itemId}\n${sku}`));
  if (seen.size < wishes.length) throw invalidTag("InventoryStatus (named twice)");
  return wishes;
}

function invalidTag(tag: string): TradingRefusal {
  return new TradingRefusal({ code: "37", short: "Input data is invalid.", long: `Input data for tag <${tag}> is invalid or missing.` });
}

function revise(shop: Shop, wish: Wish, revised: Set<string>, revisionsPerDay: number): Outcome {
  const fail = (...errors: TradingError[]): Outcome => ({ wish, place: null, errors });
  const listing = shop.listing(wish.itemId);
  if (!listing) return fail({ code: "17", short: "Item not found.", parameters: [{ id: "0", value: wish.itemId }] });
  if (listing.status !== "Active")
    return fail({ code: "21916750", short: "FixedPrice item ended.", parameters: [{ id: "0", value: wish.itemId }] });
  if (listing.listingType !== "FixedPriceItem")
    return fail({ code: "21916286", short: "Not a fixed price item.", parameters: [{ id: "0", value: wish.itemId }] });
  // Names no item, and hides behind two warnings.
  if (listing.model === "inventory") return fail(...INVENTORY_MANAGED);
  if (listing.multi && wish.sku === "")
    return fail({ code: "21916583", short: "A variation must be named.", parameters: [{ id: "0", value: wish.itemId }] });
  const unit = listing.multi || wish.sku !== "" ? listing.units.find((candidate) => candidate.sku === wish.sku) : listing.units[0];
  if (!unit) return fail({ code: "21916799", short: "SKU Mismatch.", parameters: [{ id: "SKU", value: wish.sku }] });
  const place = { listing, unit };
  if (shop.shown(unit) === wish.quantity) return { wish, place, errors: [unchanged(wish)] };
  // Several variations of one listing in one call are one revision.
  if (!revised.has(listing.itemId) && !shop.countRevision(listing, revisionsPerDay)) return fail(tooOften(wish));
  revised.add(listing.itemId);
  if (wish.quantity === 0 && !shop.state.outOfStockControl) return zeroWithoutControl(shop, wish, listing, unit);
  shop.setShown(place, wish.quantity, { by: "api", call: "ReviseInventoryStatus" });
  return { wish, place, errors: [] };
}

/** Without the preference a zero removes a variation that never sold; a plain listing, or the last variation, refuses it. */
function zeroWithoutControl(shop: Shop, wish: Wish, listing: SimListing, unit: Unit): Outcome {
  const othersShow = listing.units.some((other) => other !== unit && shop.shown(other) > 0);
  // Which code eBay uses here is not certain; this one was seen once.
  if (!listing.multi || !othersShow)
    return {
      wish,
      place: null,
      errors: [{ code: "21916583", short: "Quantity must be greater than zero.", parameters: [{ id: "0", value: wish.itemId }] }],
    };
  if (unit.sold > 0) {
    shop.setShown({ listing, unit }, 0, { by: "api", call: "ReviseInventoryStatus" });
    return { wish, place: { listing, unit }, errors: [] };
  }
  shop.removeUnit(listing, unit, { by: "api", call: "ReviseInventoryStatus" });
  const warning: TradingError = { code: "21916620", short: "Variations with quantity '0' will be removed.", severity: "Warning" };
  return { wish, place: { listing, unit: null }, errors: [warning] };
}

const INVENTORY_MANAGED: TradingError[] = [
  { code: "21917236", short: "Funds may be held.", severity: "Warning" },
  { code: "21920061", short: "A return policy applies.", severity: "Warning" },
  { code: "21919474", short: "This operation is not allowed for inventory items." },
];

function unchanged(wish: Wish): TradingError {
  return {
    code: "21917092",
    short: "The existing quantity is the same.",
    severity: "Warning",
    parameters: [
      { id: "0", value: wish.itemId },
      { id: "SKU", value: wish.sku },
    ],
  };
}

/** The texts name the limit but not its code: 240 is eBay's general "cannot be modified". */
function tooOften(wish: Wish): TradingError {
  return {
    code: "240",
    short: "The item cannot be listed or modified.",
    long: "The listing was revised too often today.",
    parameters: [{ id: "0", value: wish.itemId }],
  };
}

/** Whether eBay answers the number sent or the total with sold units is not certain: this one answers the total. */
function statusEl(wish: Wish, { unit }: { unit: Unit | null }): string {
  const total = unit ? wish.quantity + unit.sold : 0;
  return el(
    "InventoryStatus",
    textEl("SKU", wish.sku) + textEl("ItemID", wish.itemId) + amountEl("StartPrice", unit?.priceMinor ?? 0) + textEl("Quantity", total),
  );
}
