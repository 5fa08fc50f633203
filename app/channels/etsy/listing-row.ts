import type { ChannelListing, ListingProblem } from "#app/domain/channel-words.ts";
import { type InventoryProduct, type ListingRow, listingIdSchema, listingRowSchema } from "./answers.ts";
import { toMinor } from "./money.ts";
import { productExternalId, quantityKey } from "./property-key.ts";
import { liveProducts, quantityGroups, whyReadOnly } from "./quantity-groups.ts";
import { shownState } from "./stock-ref.ts";

/** One row of getListingsByShop as the variations that can be bought; one that is not readable becomes a listing with a problem. */
export function listingsOfRow(row: unknown): ChannelListing[] {
  const parsed = listingRowSchema.safeParse(row);
  if (!parsed.success) return [unreadable(listingIdSchema.parse(row).listing_id)];
  const listing = parsed.data;
  const products = listing.inventory ? liveProducts(listing.inventory) : [];
  if (!listing.inventory || products.length === 0)
    return [{ ...unreadable(listing.listing_id), title: listing.title, parentTitle: listing.title }];
  const readOnly = whyReadOnly(listing.listing_id, listing.inventory);
  const groups = quantityGroups(listing.listing_id, listing.inventory);
  return products.map((product) => productListing(listing, product, groups, readOnly));
}

function productListing(
  listing: ListingRow,
  product: InventoryProduct,
  groups: ReturnType<typeof quantityGroups>,
  readOnly: string | null,
): ChannelListing {
  const listingId = listing.listing_id;
  const offering = product.offerings[0]!;
  const key = quantityKey(listingId, product.property_values, listing.inventory?.quantity_on_property ?? []);
  const options = product.property_values.map((property) => property.values.join(", ")).join(" / ");
  const sku = product.sku.trim() === "" ? null : product.sku;
  const problems: ListingProblem[] = [];
  if (sku === null) problems.push({ kind: "no-sku", text: "This listing has no SKU on Etsy, so it can only be matched by hand." });
  if (readOnly !== null) problems.push({ kind: "unsupported", text: readOnly });
  return {
    externalId: productExternalId(listingId, product.property_values),
    externalParentId: String(listingId),
    title: options === "" ? listing.title : `${listing.title} - ${options}`,
    parentTitle: listing.title,
    sku,
    barcode: null,
    priceMinor: toMinor(offering.price),
    currency: offering.price.currency_code,
    state: listing.state === "active" && !offering.is_enabled ? "inactive" : shownState(listing.state),
    quantity: groups.get(key)?.quantity ?? null,
    quantityRef: { key, ref: { listingId } },
    parts: [],
    problems,
  };
}

function unreadable(listingId: number): ChannelListing {
  const id = String(listingId);
  return {
    externalId: id,
    externalParentId: id,
    title: `Etsy listing ${id}`,
    parentTitle: null,
    sku: null,
    barcode: null,
    priceMinor: null,
    currency: null,
    state: "untracked",
    quantity: null,
    quantityRef: { key: id, ref: { listingId } },
    parts: [],
    problems: [{ kind: "unsupported", text: "Etsy keeps no stock for this listing in a form that InventorySync can read." }],
  };
}
