/** Where a number lives, how it is shown, and how it changes. Every change is journalled and saves the product, which fires its webhook. */
import type { Item, StockStatus } from "./model.ts";
import { changeItem, type Shop } from "./shop.ts";
import { fire } from "./webhooks.ts";

export type ChangedBy = { by: "api" | "order" | "hand"; call: string | null };

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

/** SKUs under which a person sees this holder's number. */
function skusShowing(shop: Shop, holder: Item): string[] {
  if (holder.type !== "variable") return [holder.sku];
  const pooled = holder.children.flatMap((id) => shop.items.get(id) ?? []).filter((child) => !child.manageStock);
  return pooled.length > 0 ? pooled.map((child) => child.sku) : [holder.sku];
}

/** Notes a change of the shown number of `holder` that has just happened. */
export function journalNumber(shop: Shop, holder: Item, from: number | null, to: number | null, cause: ChangedBy): void {
  if ((from ?? 0) === (to ?? 0)) return;
  for (const sku of skusShowing(shop, holder)) {
    shop.host.journal({ account: shop.account, sku, from: from ?? 0, to: to ?? 0, by: cause.by, call: cause.call });
  }
}

/** Moves a holder's number to `to` and saves the product as the shop does (product.updated). */
export function setNumber(shop: Shop, holder: Item, to: number, cause: ChangedBy): void {
  const from = holder.stock;
  changeItem(shop, holder, () => {
    holder.stock = to;
  });
  journalNumber(shop, holder, from, to, cause);
  fire(shop, "product", "updated", holder.id);
}

/** One statement in the shop's database: relative, so that a sale between somebody's read and write is not lost here. */
export function moveNumber(shop: Shop, holder: Item, delta: number, cause: ChangedBy): void {
  setNumber(shop, holder, (holder.stock ?? 0) + delta, cause);
}
