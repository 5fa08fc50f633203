/** What one simulated eBay seller account is made of: plain data, so that it can be saved and loaded as it stands. */
import type { AccountNo, SimulatorHost } from "../simulator.ts";

export type Specific = { name: string; value: string };

/**
 * One buyable thing of a listing. Trading counts like eBay does: `quantity` is what was ever offered, sold units included. A unit
 * with an `offerId` belongs to the Inventory API, and its number is the lesser of that offer and the SKU's total.
 */
export type Unit = {
  sku: string;
  variationId: string | null;
  specifics: Specific[];
  quantity: number;
  sold: number;
  offerId: string | null;
  priceMinor: number;
  /** Something was revised or sold: until then eBay's list calls leave a variation out. */
  active: boolean;
};

export type SimListing = {
  itemId: string;
  title: string;
  model: "trading" | "inventory";
  listingType: "FixedPriceItem" | "Chinese";
  /** Several variations, each with its own SKU. */
  multi: boolean;
  status: "Active" | "Completed";
  startedAt: string;
  /** The item that took its place after it ended. */
  relistedAs: string | null;
  units: Unit[];
  revisions: { day: string; count: number };
};

export type SimInventoryItem = {
  sku: string;
  title: string;
  /** Total ship-to-home quantity over all offers; null after a replacing write that left it out. */
  total: number | null;
  groupKey: string | null;
};

export type SimOffer = {
  offerId: string;
  sku: string;
  marketplaceId: string;
  /** null: no limit of its own. */
  available: number | null;
  status: "PUBLISHED" | "UNPUBLISHED";
  listingId: string | null;
  priceMinor: number;
};

export type OrderLine = {
  lineItemId: string;
  itemId: string;
  variationId: string | null;
  sku: string;
  title: string;
  specifics: Specific[];
  quantity: number;
  unitPriceMinor: number;
};

export type LineRefund = { lineItemId: string; units: number; amountMinor: number; at: string; refundId: string };

/** What an order looked like from `at` on, as the feed dates it; it entered the feed's books at `recordedAt`. */
export type OrderVersion = {
  at: string;
  recordedAt: string;
  payment: "PAID" | "PARTIALLY_REFUNDED" | "FULLY_REFUNDED";
  cancelledAt: string | null;
  fulfilled: boolean;
  refunds: LineRefund[];
};

export type SimOrder = {
  orderId: string;
  createdAt: string;
  buyer: ReturnType<SimulatorHost["buyer"]>;
  lines: OrderLine[];
  versions: OrderVersion[];
};

export type ShopState = {
  account: AccountNo;
  userId: string;
  username: string;
  /** Trading's preference: off, a listing that reaches zero ends. */
  outOfStockControl: boolean;
  listings: SimListing[];
  items: SimInventoryItem[];
  offers: SimOffer[];
  orders: SimOrder[];
};

export function emptyShop(account: AccountNo): ShopState {
  return {
    account,
    userId: `sbxUser${account}kPq7`,
    username: `sandbox-seller-${account}`,
    outOfStockControl: account === 1,
    listings: [],
    items: [],
    offers: [],
    orders: [],
  };
}
