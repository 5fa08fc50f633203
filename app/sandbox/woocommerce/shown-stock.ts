/** Where a number lives and how it is shown. */
import type { Item, StockStatus } from "./model.ts";
import type { Shop } from "./shop.ts";

/** The item that holds the number of this item: itself, its parent (a pool), or nobody. */
export function numberHolder(shop: Shop, item: Item): Item | null {
  if (item.manageStock) return item;
  if (item.type !== "variation") return null;
  const parent = shop.items.get(item.parentId);
  return parent?.manageStock ? parent : null;
}

export function shownNumber(shop: Shop, item: Item): number | null {
  return numberHolder(shop, item)?.stock ?? null;
}

/** Derived while stock is managed: nothing left is out of stock, or on backorder where backorders are allowed. */
export function stockStatus(shop: Shop, item: Item): StockStatus {
  const holder = numberHolder(shop, item);
  if (holder) {
    if ((holder.stock ?? 0) > 0) return "instock";
    return holder.backorders === "no" ? "outofstock" : "onbackorder";
  }
  if (item.type !== "variable" || item.children.length === 0) return item.statusByHand;
  const children = item.children.flatMap((id) => shop.items.get(id) ?? []).map((child) => stockStatus(shop, child));
  if (children.includes("instock")) return "instock";
  return children.includes("onbackorder") ? "onbackorder" : "outofstock";
}
