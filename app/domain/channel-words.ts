/**
 * The words in which every channel speaks to the rest of the house. A connector translates its platform into these and
 * nothing else; no buyer's data has a place in any of them.
 */
export const CHANNELS = ["shopify", "ebay", "etsy", "woocommerce"] as const;
export type ChannelName = (typeof CHANNELS)[number];

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** What a channel says about whether a listing can be bought at all. "missing" is an answer of the channel, never an absent row. */
export type ShownState = "active" | "inactive" | "sold-out" | "ended" | "draft" | "missing" | "untracked";

/**
 * Where a shown number lives. Listings point to it, many to one (WooCommerce parent-managed variations, Etsy quantity shared
 * over properties, eBay's SKU total). `key` is unique per connection and stable; `ref` is what the connector needs to address it.
 */
export type QuantityRef = { key: string; ref: JsonObject };

/** A reason why a listing cannot be kept in step safely, in plain words; shown to the seller before going live. */
export type ListingProblem = {
  kind: "oversell-allowed" | "no-out-of-stock-control" | "untracked" | "not-stocked" | "no-sku" | "too-many-variations" | "unsupported";
  text: string;
};

/** One sellable variant as its channel lists it. */
export type ChannelListing = {
  externalId: string;
  externalParentId: string | null;
  title: string;
  parentTitle: string | null;
  /** As the seller typed it; null when empty. */
  sku: string | null;
  barcode: string | null;
  /** Minor units of `currency`. */
  priceMinor: number | null;
  currency: string | null;
  state: ShownState;
  quantity: number | null;
  quantityRef: QuantityRef;
  /** Per location, where the channel has locations. */
  parts: LocationQuantity[];
  problems: ListingProblem[];
};

export type LocationQuantity = { locationId: string; quantity: number };

export type ChannelLocation = {
  externalId: string;
  name: string;
  active: boolean;
  /** Locations of fulfilment services are read, never written. */
  fulfilmentService: boolean;
};

/** A number as the channel answered it. Time: when our request was sent, by our clock. */
export type StockReading = {
  key: string;
  /** null where the channel keeps no number (untracked, missing). Negative numbers are passed on as they are. */
  quantity: number | null;
  state: ShownState;
  sentAt: Date;
  parts: LocationQuantity[];
  /** Set where the address changed (Etsy's product ids). */
  ref?: JsonObject;
  /** The listing ended and another took its place (eBay's relisting): the number lives on there, and this is what stands there. */
  successor?: { key: string; listingExternalId: string };
};

export type OrderLine = {
  /** Dedupe key within the order. */
  externalId: string;
  /** The listing as ChannelListing.externalId names it; null where the product is gone. */
  listingExternalId: string | null;
  sku: string | null;
  title: string;
  /** Units ordered, before any cancel or refund. */
  quantity: number;
  /** Sold, not yet shipped: reserved. */
  held: number;
  /** Shipped, or lost to the seller (refunded without restock): gone from on hand. quantity - held - consumed was given back. */
  consumed: number;
  /**
   * Units cancelled or refunded of which the platform does not say whether they went back on the shelf (eBay, Etsy). They
   * count as consumed until a rise of the shown number, or the seller, says otherwise.
   */
  returnable: number;
  /** Units by which the channel itself has lowered the shown number for this line, as far as the platform lets us know. */
  channelDeducted: { min: number; max: number };
  unitPriceMinor: number | null;
};

export type OrderStatus = "open" | "shipped" | "cancelled" | "refunded";

/** An order as state: what it should hold of each line now. */
export type ChannelOrder = {
  externalId: string;
  /** What the seller calls it (#1001); equals the id where there is no number. */
  number: string;
  status: OrderStatus;
  paid: boolean;
  placedAt: Date;
  /** The channel's own modification time, by the channel's clock. */
  updatedAt: Date;
  /** When the request (or delivery) that brought this snapshot was sent, by our clock. */
  observedAt: Date;
  currency: string | null;
  lines: OrderLine[];
};

/**
 * What a delivery claims of a listing, or of all of a parent's; used only to recognise that it says nothing new. null: it does not say.
 */
export type ToldListing = { title: string | null; skus: (string | null)[] | null; onSale: boolean };

/** What a verified delivery says. All of them are hints: the ledger moves only by orders and readings. */
export type ChannelEvent =
  | { type: "order"; order: ChannelOrder }
  | { type: "order-changed"; orderId: string }
  | { type: "orders-changed" }
  /** `quantity` is what the platform claims to show now (at one location, where `locationId` is set); used only to recognise our own echo. */
  | { type: "stock-changed"; key: string | null; listingExternalId: string | null; locationId: string | null; quantity: number | null }
  | { type: "listing-changed"; listingExternalId: string | null; parentId: string | null; told?: ToldListing }
  | { type: "listing-removed"; listingExternalId: string | null; parentId: string | null }
  /** `removed`: the platform says that our app was taken out of the account for good. */
  | { type: "access-claimed-lost"; reason: string; removed?: boolean }
  | { type: "compliance"; topic: string; reference: string | null }
  | { type: "nothing"; topic: string };
