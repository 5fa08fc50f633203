/** A product or variation as the shop shows it, read once: where its number lives, what it says, whether it can be bought. */
import type { QuantityRef, ShownState } from "#app/domain/channel-words.ts";
import { asFields, type Fields, idOf, OddValue, textOf, unitsOf } from "./values.ts";

export type ShopItem = {
  id: number;
  /** The variable product of a variation, else null. */
  parentId: number | null;
  type: string;
  name: string;
  sku: string | null;
  price: unknown;
  status: string;
  /** Who keeps the number: the item, its parent (a pool), or nobody. */
  managed: "own" | "parent" | "none";
  quantity: number | null;
  backorders: boolean;
  /** What tells a variation from its siblings ("Blue, L"). */
  options: string[];
};

/** `parentId`: given where the address said whose variation this is. Throws OddValue. */
export function readItem(value: unknown, parentId: number | null): ShopItem {
  const fields = asFields(value, "product");
  const managed = readManaged(fields.manage_stock);
  const type = parentId === null ? textOf(fields.type, "type") : "variation";
  const parent = parentId ?? (type === "variation" ? idOf(fields.parent_id, "parent_id") : null);
  return {
    id: idOf(fields.id, "id"),
    parentId: parent,
    type,
    name: fields.name === undefined ? "" : textOf(fields.name, "name"),
    sku: fields.sku === undefined || fields.sku === null || fields.sku === "" ? null : textOf(fields.sku, "sku"),
    price: fields.price,
    status: textOf(fields.status, "status"),
    managed,
    quantity: managed === "none" || fields.stock_quantity === null ? null : unitsOf(fields.stock_quantity, "stock_quantity"),
    backorders: fields.backorders === "notify" || fields.backorders === "yes",
    options: readOptions(fields),
  };
}

/** A variation of a pool says "parent" instead of true. */
function readManaged(value: unknown): ShopItem["managed"] {
  if (value === true) return "own";
  if (value === "parent") return "parent";
  if (value === false) return "none";
  throw new OddValue("manage_stock is none of true, false and parent");
}

function readOptions(fields: Fields): string[] {
  if (!Array.isArray(fields.attributes)) return [];
  return fields.attributes.flatMap((attribute: unknown) => {
    const option = typeof attribute === "object" && attribute !== null ? (attribute as Fields).option : undefined;
    return typeof option === "string" && option !== "" ? [textOf(option, "option")] : [];
  });
}

/** Keys: p:ID a product's own number or the pool of a variable one; v:PARENT:ID a variation's own. */
export function quantityRefOf(item: ShopItem): QuantityRef {
  if (item.parentId === null) return { key: `p:${item.id}`, ref: { productId: item.id } };
  if (item.managed === "parent") return { key: `p:${item.parentId}`, ref: { productId: item.parentId } };
  return { key: `v:${item.parentId}:${item.id}`, ref: { productId: item.id, parentId: item.parentId } };
}

export function shownState(item: ShopItem): ShownState {
  switch (item.status) {
    case "trash":
      return "ended";
    case "publish":
      break;
    case "private":
      return "inactive";
    default:
      return "draft";
  }
  if (item.managed === "none" || item.quantity === null) return "untracked";
  return item.quantity <= 0 && !item.backorders ? "sold-out" : "active";
}
