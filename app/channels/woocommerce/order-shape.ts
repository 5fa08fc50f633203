/**
 * The normal form of a WooCommerce order. Everything about the buyer stays behind here: only what is named below is read.
 * What a line holds is told by its meta `_reduced_stock`: set when the shop lowered its number, smaller after a restocking
 * refund, gone after a cancel. Refunds without restock leave it standing.
 */
import type { ChannelOrder, OrderLine, OrderStatus } from "#app/domain/channel-words.ts";
import { minorUnits } from "./money.ts";
import { asFields, asList, type Fields, gmtDate, idOf, looseUnits, MOST_UNITS, OddValue, textOf, unitsOf } from "./values.ts";

/** How a status treats what its lines hold. "open": reserved; "gone": left for good; "free": given back. */
type Treatment = { status: OrderStatus; units: "open" | "gone" | "free" };

function treatmentOf(status: string): Treatment {
  switch (status) {
    case "processing":
    case "on-hold":
      return { status: "open", units: "open" };
    case "completed":
      return { status: "shipped", units: "gone" };
    case "refunded":
      return { status: "refunded", units: "gone" };
    case "cancelled":
      return { status: "cancelled", units: "free" };
    case "pending":
      return { status: "open", units: "free" };
    case "trash":
      return { status: "cancelled", units: "gone" };
    // `failed` alone gives nothing back, and plugins add statuses of their own: what was lowered decides.
    default:
      return { status: "open", units: "open" };
  }
}

/** Block checkouts appear and vanish under these; they are not orders yet. */
const NOT_ORDERS = new Set(["checkout-draft", "auto-draft"]);

/** null for what is not an order yet. Throws OddValue. */
export function readOrder(value: unknown, observedAt: Date): ChannelOrder | null {
  const fields = asFields(value, "order");
  const status = textOf(fields.status, "status");
  if (NOT_ORDERS.has(status)) return null;
  const id = String(idOf(fields.id, "id"));
  const currency = typeof fields.currency === "string" && /^[A-Z]{3}$/.test(fields.currency) ? fields.currency : null;
  const paid = typeof fields.date_paid_gmt === "string";
  const treatment = treatmentOf(status);
  return {
    externalId: id,
    number: orderNumber(fields.number) ?? id,
    status: treatment.status,
    paid,
    placedAt: gmtDate(fields.date_created_gmt, "date_created_gmt"),
    updatedAt: gmtDate(fields.date_modified_gmt, "date_modified_gmt"),
    observedAt,
    currency,
    lines: asList(fields.line_items, "line_items").map((line) => readLine(asFields(line, "line"), { status, paid, currency, treatment })),
  };
}

type Around = { status: string; paid: boolean; currency: string | null; treatment: Treatment };

function readLine(line: Fields, around: Around): OrderLine {
  const ordered = Math.max(0, unitsOf(line.quantity, "quantity", "up"));
  const reduced = metaUnits(line, "_reduced_stock");
  const restocked = metaUnits(line, "_restock_refunded_items") ?? 0;
  const listing = idOf(line.variation_id, "variation_id") || idOf(line.product_id, "product_id");
  const units = heldUnits(around, reduced, Math.max(0, ordered - restocked));
  const held = around.treatment.units === "open" ? units : 0;
  const consumed = around.treatment.units === "gone" ? units : 0;
  return {
    externalId: String(idOf(line.id, "line id")),
    listingExternalId: listing === 0 ? null : String(listing),
    sku: line.sku === undefined || line.sku === null || line.sku === "" ? null : textOf(line.sku, "sku"),
    title: textOf(line.name, "line name"),
    quantity: Math.max(ordered, held + consumed),
    held,
    consumed,
    // Goods whose stock the shop does not track leave no trace of a restock: the seller decides.
    returnable: around.status === "refunded" && reduced === null ? consumed : 0,
    channelDeducted: deducted(around, reduced, units),
    unitPriceMinor: minorUnits(line.price, around.currency),
  };
}

/**
 * What the seller calls the order, where it is a number: digits with at most four letters in a row (INV-2026-0042). Plugins may make it
 * of anything, a buyer's name too, and then the order goes by its id.
 */
function orderNumber(value: unknown): string | null {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && /^(?=.*\d)(?!.*[A-Za-z]{5})[A-Za-z\d#./_-]{1,32}$/.test(text) ? text : null;
}

/** `left`: ordered units less those that a refund put back. */
function heldUnits({ status, paid, treatment }: Around, reduced: number | null, left: number): number {
  if (treatment.units === "free") return 0;
  if (reduced !== null) return reduced;
  switch (status) {
    case "processing":
    case "on-hold":
    case "completed":
      return left;
    // Never lowered: goods without a stock number, or no sale yet. Only the payment tells which, and a status that a shipping
    // plugin made up must not give a paid unit back.
    default:
      return paid ? left : 0;
  }
}

/** Without the meta the shop does not track this product, or is just about to lower it: between nothing and all of it. */
function deducted({ treatment }: Around, reduced: number | null, units: number): { min: number; max: number } {
  if (reduced !== null) return treatment.units === "free" ? { min: 0, max: reduced } : { min: reduced, max: reduced };
  return { min: 0, max: treatment.units === "open" ? units : 0 };
}

function metaUnits(line: Fields, key: string): number | null {
  if (line.meta_data === undefined) return null;
  for (const entry of asList(line.meta_data, "meta_data")) {
    const meta = asFields(entry, "meta");
    if (meta.key !== key || meta.value === "" || meta.value === null) continue;
    const units = looseUnits(meta.value, key);
    if (units < 0 || units > MOST_UNITS) throw new OddValue(`${key} is beyond range`);
    return units;
  }
  return null;
}
