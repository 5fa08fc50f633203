/** What one simulated shop holds. Ids are the platform's plain numbers; the API shows them as gid://shopify/<Type>/<number>. */
import type { History } from "../history.ts";
import type { AccountNo } from "../simulator.ts";

export type LocationState = { id: number; name: string; active: boolean; fulfilmentService: boolean; updatedAt: number };

/** available + committed = onHand, as Shopify keeps it while no other state (damaged, reserved ...) is in use. */
export type Numbers = { available: number; committed: number; onHand: number };

export type LevelState = Numbers & {
  id: number;
  locationId: number;
  updatedAt: number;
  /** What it was a while ago, for answers that lag; only for levels that ever changed. */
  past: History<Numbers> | null;
};

export type ItemState = {
  id: number;
  variantId: number;
  tracked: boolean;
  requiresShipping: boolean;
  updatedAt: number;
  levels: LevelState[];
};

export type VariantState = {
  id: number;
  productId: number;
  itemId: number;
  title: string;
  sku: string | null;
  barcode: string | null;
  priceMinor: number;
  policy: "DENY" | "CONTINUE";
  createdAt: number;
  updatedAt: number;
};

export type ProductState = {
  id: number;
  title: string;
  status: "ACTIVE" | "ARCHIVED" | "DRAFT" | "UNLISTED";
  vendor: string;
  variantIds: number[];
  createdAt: number;
  updatedAt: number;
};

export type Buyer = { name: string; email: string; phone: string; street: string; city: string; zip: string; note: string };

export type OrderLineState = {
  id: number;
  variantId: number;
  productId: number;
  sku: string | null;
  title: string;
  priceMinor: number;
  /** Ordered, later edits upwards included. */
  quantity: number;
  /** Without refunded and removed units. */
  current: number;
  fulfilled: number;
  /** Which locations still hold units for this line. */
  allocations: { locationId: number; units: number }[];
};

export type RestockType = "NO_RESTOCK" | "CANCEL" | "RETURN";
export type RefundState = {
  id: number;
  at: number;
  lines: { id: number; lineId: number; quantity: number; restock: RestockType; locationId: number | null }[];
};
export type FulfilmentState = { id: number; at: number; locationId: number; lines: { id: number; lineId: number; quantity: number }[] };

export type OrderState = {
  id: number;
  number: number;
  createdAt: number;
  updatedAt: number;
  cancelledAt: number | null;
  closedAt: number | null;
  lines: OrderLineState[];
  refunds: RefundState[];
  fulfilments: FulfilmentState[];
  edited: boolean;
  buyer: Buyer;
};

/** One entry per change of an order, oldest first: the order index, which may lag behind the orders themselves. */
export type OrderUpdate = { at: number; orderId: number };

export type AccessToken = { expiresAt: number; scopes: string[]; pair: number };
export type RefreshToken = { expiresAt: number; pair: number; replacedBy: string | null; firstUsedAt: number | null };
/** A pair counts as used once its access token opened a call or its refresh token was spent. */
export type TokenState = {
  access: Map<string, AccessToken>;
  refresh: Map<string, RefreshToken>;
  usedPairs: Set<number>;
  lastPair: number;
};

export type IdempotentAttempt = { at: number; fingerprint: string; answer: unknown; failed: boolean };

export type ShopState = {
  account: AccountNo;
  id: number;
  /** The part before .myshopify.com. */
  name: string;
  title: string;
  email: string;
  currency: string;
  timeZone: string;
  createdAt: number;
  locations: LocationState[];
  products: Map<number, ProductState>;
  variants: Map<number, VariantState>;
  items: Map<number, ItemState>;
  /** Newest last; a SKU may stand on several variants. */
  bySku: Map<string, number[]>;
  /** Ascending variant ids, the order of productVariants(sortKey: ID). */
  variantIds: number[];
  orders: Map<number, OrderState>;
  orderUpdates: OrderUpdate[];
  nextOrderNumber: number;
  tokens: TokenState;
  attempts: Map<string, IdempotentAttempt>;
  bucket: { available: number; at: number };
  installed: boolean;
};

export const domainOf = (shop: ShopState): string => `${shop.name}.myshopify.com`;

export const gid = (type: string, id: number): string => `gid://shopify/${type}/${id}`;

/** null when the text names no id of this type. */
export function idOf(type: string, text: unknown): number | null {
  if (typeof text !== "string") return null;
  const found = /^gid:\/\/shopify\/([A-Za-z]+)\/(\d{1,16})(?:\?.*)?$/.exec(text);
  return found && found[1] === type ? Number(found[2]) : null;
}

/** Shopify's times have no fractions of a second. */
export const stamp = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

export const money = (minor: number): string => (minor / 100).toFixed(2);
