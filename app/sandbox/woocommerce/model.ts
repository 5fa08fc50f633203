/** What one simulated shop remembers. Plain data, so that it can be saved; indexes over it stand in shop.ts. */
import type { AccountNo } from "../simulator.ts";

export type Backorders = "no" | "notify" | "yes";
export type StockStatus = "instock" | "outofstock" | "onbackorder";
export type PostStatus = "publish" | "draft" | "pending" | "private" | "trash";
export const PRODUCT_TYPES = ["simple", "grouped", "external", "variable"] as const;
export type ItemType = (typeof PRODUCT_TYPES)[number] | "variation";

/** A product or a variation; both are posts and share one id space. */
export type Item = {
  id: number;
  /** 0 for products. */
  parentId: number;
  type: ItemType;
  name: string;
  /** What the variation's one attribute says ("Blue"). */
  option: string | null;
  sku: string;
  price: string;
  status: PostStatus;
  statusBeforeTrash: PostStatus | null;
  manageStock: boolean;
  stock: number | null;
  /** The status somebody set; counts only while stock is not managed. */
  statusByHand: StockStatus;
  backorders: Backorders;
  createdMs: number;
  modifiedMs: number;
  children: number[];
};

export const ORDER_STATUSES = [
  "auto-draft",
  "pending",
  "processing",
  "on-hold",
  "completed",
  "cancelled",
  "refunded",
  "failed",
  "checkout-draft",
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number] | "trash";

export type Line = {
  id: number;
  name: string;
  productId: number;
  variationId: number;
  sku: string;
  quantity: number;
  price: string;
  parentName: string | null;
  /** Meta `_reduced_stock`: what this line still holds down; null = no such meta. */
  reduced: number | null;
  /** Meta `_restock_refunded_items`. */
  restocked: number | null;
  note: string;
};

export type Refund = {
  id: number;
  createdMs: number;
  reason: string;
  amount: string;
  restocked: boolean;
  lines: {
    id: number;
    lineId: number;
    name: string;
    productId: number;
    variationId: number;
    sku: string;
    quantity: number;
    total: string;
  }[];
};

export type Buyer = { name: string; email: string; phone: string; street: string; city: string; zip: string; note: string };

export type Order = {
  id: number;
  status: OrderStatus;
  statusBeforeTrash: OrderStatus | null;
  createdMs: number;
  modifiedMs: number;
  paidMs: number | null;
  completedMs: number | null;
  /** The shop's own mark that this order has lowered stock (beside the marks on its lines). */
  stockReduced: boolean;
  createdVia: "checkout" | "rest-api" | "admin";
  lines: Line[];
  refunds: Refund[];
  buyer: Buyer;
};

export type Hook = {
  id: number;
  name: string;
  status: "active" | "paused" | "disabled";
  topic: string;
  deliveryUrl: string;
  secret: string;
  createdMs: number;
  modifiedMs: number;
  failures: number;
  /** The ping at creation failed and goes out again beside the next delivery. */
  pingDue: boolean;
};

export type ApiKey = { id: number; key: string; secret: string; permissions: "read" | "write" | "read_write"; description: string };

export type ShopData = {
  account: AccountNo;
  items: Item[];
  orders: Order[];
  hooks: Hook[];
  keys: ApiKey[];
};
