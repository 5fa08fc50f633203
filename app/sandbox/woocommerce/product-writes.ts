/** Creating, changing, trashing and deleting products and variations, with the refusals of a real shop. */
import { RestError } from "./answers.ts";
import type { Item, ItemType } from "./model.ts";
import type { ProductFields } from "./product-fields.ts";
import { addItem, changeItem, indexSku, type Shop, unindexSku } from "./shop.ts";
import { type ChangedBy, journalNumber } from "./stock.ts";
import { fire } from "./webhooks.ts";

export function createItem(shop: Shop, fields: ProductFields, parent: Item | null, cause: ChangedBy): Item {
  claimSku(shop, fields.sku ?? "", null);
  const nowMs = shop.host.now().getTime();
  const managed = fields.manageStock === true;
  const item: Item = {
    id: shop.host.nextId(),
    parentId: parent?.id ?? 0,
    type: parent ? "variation" : ((fields.type ?? "simple") as ItemType),
    name: fields.name ?? parent?.name ?? "Product",
    option: parent ? (fields.option ?? null) : null,
    sku: fields.sku ?? "",
    price: fields.price ?? "",
    status: fields.status ?? "publish",
    statusBeforeTrash: null,
    manageStock: managed,
    stock: managed ? (fields.stockQuantity ?? 0) : null,
    statusByHand: fields.stockStatus ?? "instock",
    backorders: fields.backorders ?? "no",
    createdMs: nowMs,
    modifiedMs: nowMs,
    children: [],
  };
  shop.pastItems.remember(item.id, null, nowMs);
  addItem(shop, item);
  journalNumber(shop, item, 0, item.stock, cause);
  shop.host.touched();
  fire(shop, "product", "created", item.id);
  return item;
}

/** A partial body is merged. A quantity on an item that does not manage stock changes nothing and is answered with 200. */
export function updateItem(shop: Shop, item: Item, fields: ProductFields, cause: ChangedBy): void {
  if (fields.sku !== undefined && fields.sku.toLowerCase() !== item.sku.toLowerCase()) claimSku(shop, fields.sku, item);
  const before = item.stock;
  const wasTrashed = item.status === "trash";
  changeItem(shop, item, () => {
    if (fields.sku !== undefined) {
      unindexSku(shop, item);
      item.sku = fields.sku;
      indexSku(shop, item);
    }
    if (fields.name !== undefined) item.name = fields.name;
    if (fields.option !== undefined && item.type === "variation") item.option = fields.option;
    if (fields.price !== undefined) item.price = fields.price;
    if (fields.status !== undefined) item.status = fields.status;
    if (fields.backorders !== undefined) item.backorders = fields.backorders;
    if (fields.stockStatus !== undefined) item.statusByHand = fields.stockStatus;
    if (fields.manageStock !== undefined) item.manageStock = fields.manageStock === true;
    if (!item.manageStock) item.stock = null;
    else if (fields.stockQuantity !== undefined) item.stock = fields.stockQuantity ?? 0;
    else if (fields.inventoryDelta !== undefined) item.stock = (item.stock ?? 0) + fields.inventoryDelta;
    else item.stock ??= 0;
  });
  if (wasTrashed !== (item.status === "trash")) {
    shop.productsChanged();
    for (const child of childrenOf(shop, item)) setTrash(shop, child, item.status === "trash");
  }
  journalNumber(shop, item, before, item.stock, cause);
  fire(shop, "product", "updated", item.id);
}

function childrenOf(shop: Shop, item: Item): Item[] {
  return item.children.flatMap((id) => shop.items.get(id) ?? []);
}

function setTrash(shop: Shop, item: Item, trashed: boolean): void {
  changeItem(shop, item, () => {
    if (trashed) item.statusBeforeTrash = item.status;
    item.status = trashed ? "trash" : (item.statusBeforeTrash ?? "publish");
  });
}

/** To the trash (product.deleted), its variations along with it. */
export function trashItem(shop: Shop, item: Item): void {
  for (const one of [item, ...childrenOf(shop, item)]) setTrash(shop, one, true);
  shop.productsChanged();
  fire(shop, "product", "deleted", item.id);
}

/** Away for good. On a published product this queues no webhook at all. */
export function destroyItem(shop: Shop, item: Item): void {
  const nowMs = shop.host.now().getTime();
  for (const one of [item, ...childrenOf(shop, item)]) {
    shop.pastItems.remember(one.id, { ...one }, nowMs);
    unindexSku(shop, one);
    shop.items.delete(one.id);
  }
  const parent = shop.items.get(item.parentId);
  if (parent) parent.children = parent.children.filter((id) => id !== item.id);
  shop.productsChanged();
  shop.host.touched();
}

function claimSku(shop: Shop, sku: string, owner: Item | null): void {
  if (!sku) return;
  for (const id of shop.bySku.get(sku.toLowerCase()) ?? []) {
    const other = shop.items.get(id);
    if (!other || other.id === owner?.id) continue;
    if (other.status === "trash") {
      throw new RestError(
        400,
        "woocommerce_rest_product_not_created",
        `The product with SKU (${sku}) you are trying to insert is already present in the lookup table`,
      );
    }
    throw new RestError(400, "product_invalid_sku", "Invalid or duplicated SKU.", {
      status: 400,
      resource_id: other.id,
      unique_sku: `${sku}-1`,
    });
  }
}
