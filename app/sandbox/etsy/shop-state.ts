/**
 * What one simulated Etsy shop holds. Values are never changed in place: a change replaces the listing or receipt, so that the
 * version before it can still answer a stale read or a lagging order feed.
 */
import type { AccountNo } from "../simulator.ts";
import { SortedIds } from "./sorted-ids.ts";
import { Versions } from "./versions.ts";

export const LISTING_STATES = ["active", "inactive", "sold_out", "draft", "expired"] as const;
export type ListingState = (typeof LISTING_STATES)[number];

export type PropertyValue = {
  propertyId: number;
  propertyName: string;
  scaleId: number | null;
  valueIds: number[];
  values: string[];
};

/** One product with its single offering, as every listing made in Etsy's own tools has it. */
export type Product = {
  productId: number;
  offeringId: number;
  sku: string;
  values: PropertyValue[];
  quantity: number;
  enabled: boolean;
  priceMinor: number;
  readinessStateId: number | null;
};

export type OnProperty = { price: number[]; quantity: number[]; sku: number[]; readiness: number[] };

export type Listing = {
  id: number;
  title: string;
  type: "physical" | "download";
  state: ListingState;
  /** Epoch seconds, as everything on Etsy's wire. */
  createdAt: number;
  updatedAt: number;
  stateSince: number;
  /** Four months after the last paid renewal; coming back after it costs the fee again. */
  endsAt: number;
  products: Product[];
  on: OnProperty;
};

export type ReceiptStatus = "paid" | "completed" | "open" | "payment processing" | "canceled" | "fully refunded" | "partially refunded";

export type Transaction = {
  id: number;
  listingId: number;
  /** The id at the time of the sale: an inventory PUT leaves it stale. */
  productId: number;
  sku: string;
  title: string;
  quantity: number;
  priceMinor: number;
  values: PropertyValue[];
  shippedAt: number | null;
  /** Known to the seller only; the API tells of a refund nothing but money. */
  refundedUnits: number;
};

export type Buyer = { name: string; email: string; phone: string; street: string; city: string; zip: string; note: string };

export type Receipt = {
  id: number;
  buyerUserId: number;
  buyer: Buyer;
  status: ReceiptStatus;
  paid: boolean;
  shipped: boolean;
  createdAt: number;
  updatedAt: number;
  transactions: Transaction[];
  refunds: { amountMinor: number; at: number }[];
};

export type Shop = {
  account: AccountNo;
  shopId: number;
  userId: number;
  name: string;
  currency: string;
  createdAt: number;
  /** Ids of the shop's processing profiles. */
  readinessStates: number[];
  listings: Versions<Listing>;
  /** Listing ids per state, for paging without a scan. */
  byState: Record<ListingState, SortedIds>;
  /** SKU -> id of the listing that carries it; the last one wins where a seller repeated a SKU. */
  bySku: Map<string, number>;
  receipts: Versions<Receipt>;
  /** Receipt ids by modification time, cancelled ones apart: the default feed hides them. */
  openFeed: SortedIds;
  canceledFeed: SortedIds;
  fees: { renewals: number; usdMinor: number };
};

export function emptyShop(
  facts: Pick<Shop, "account" | "shopId" | "userId" | "name" | "currency" | "createdAt" | "readinessStates">,
): Shop {
  return {
    ...facts,
    listings: new Versions(),
    byState: {
      active: new SortedIds(),
      inactive: new SortedIds(),
      sold_out: new SortedIds(),
      draft: new SortedIds(),
      expired: new SortedIds(),
    },
    bySku: new Map(),
    receipts: new Versions(),
    openFeed: new SortedIds(),
    canceledFeed: new SortedIds(),
    fees: { renewals: 0, usdMinor: 0 },
  };
}

/** Puts a new or changed listing in place and keeps the indexes true. `now` null: it has always stood there. */
export function putListing(shop: Shop, listing: Listing, now: Date | null): void {
  const before = shop.listings.get(listing.id);
  if (before && before.state !== listing.state) shop.byState[before.state].remove(before.id, before.id);
  if (before?.state !== listing.state) shop.byState[listing.state].add(listing.id, listing.id);
  for (const product of before?.products ?? []) if (shop.bySku.get(product.sku) === listing.id) shop.bySku.delete(product.sku);
  for (const product of listing.products) if (product.sku !== "") shop.bySku.set(product.sku, listing.id);
  if (now) shop.listings.set(listing.id, listing, now);
  else shop.listings.seed(listing.id, listing);
}

export function dropListing(shop: Shop, listing: Listing): void {
  shop.byState[listing.state].remove(listing.id, listing.id);
  for (const product of listing.products) if (shop.bySku.get(product.sku) === listing.id) shop.bySku.delete(product.sku);
  shop.listings.delete(listing.id);
}

export function putReceipt(shop: Shop, receipt: Receipt, now: Date | null): void {
  const before = shop.receipts.get(receipt.id);
  if (before) feedOf(shop, before).remove(before.updatedAt, before.id);
  feedOf(shop, receipt).add(receipt.updatedAt, receipt.id);
  if (now) shop.receipts.set(receipt.id, receipt, now);
  else shop.receipts.seed(receipt.id, receipt);
}

const feedOf = (shop: Shop, receipt: Receipt): SortedIds => (receipt.status === "canceled" ? shop.canceledFeed : shop.openFeed);
