/** How a number changes. Every change is journalled and saves the product, which fires its webhook. */
import type { Item } from "./model.ts";
import { changeItem, type Shop } from "./shop.ts";
import { fire } from "./webhooks.ts";

export type ChangedBy = { by: "api" | "order" | "hand"; call: string | null };

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
