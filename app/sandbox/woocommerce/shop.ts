/** One shop: its data, the indexes that keep 100,000 products quick, and what every change of it must do. */
import type { AccountNo, SimulatorHost } from "../simulator.ts";
import type { ApiKey, Hook, Item, Order, ShopData } from "./model.ts";
import { createPastVersions, type PastVersions } from "./past-versions.ts";

export type Shop = {
  readonly account: AccountNo;
  readonly host: SimulatorHost;
  /** The second account runs an old version, which cannot sort by modification and has no order tables of its own. */
  readonly isOld: boolean;
  readonly items: Map<number, Item>;
  readonly orders: Map<number, Order>;
  readonly hooks: Map<number, Hook>;
  readonly keys: Map<string, ApiKey>;
  /** Lower-cased SKU -> ids of products and variations, also trashed ones. */
  readonly bySku: Map<string, Set<number>>;
  /** Product ids (no variations, no trash) in ascending order; rebuilt after a product came or went. */
  liveProducts(): readonly number[];
  productsChanged(): void;
  /** Orders by modification, oldest first; an entry counts only while it is the newest of its order. */
  readonly orderLog: { atMs: number; id: number }[];
  readonly pastItems: PastVersions<Item>;
  readonly pastOrders: PastVersions<Order>;
  /** Deliveries that wait to be sent, by hook and resource, and how long they may wait: what waits already is not queued twice. */
  readonly waiting: Map<string, number>;
  /** OAuth nonces seen, with the second they were used in. */
  readonly nonces: Map<string, number>;
  /** Base address without final slash; the site lives in a sub-folder. */
  address(): string;
};

export function createShop(account: AccountNo, host: SimulatorHost): Shop {
  const items = new Map<number, Item>();
  let live: number[] | null = null;
  return {
    account,
    host,
    isOld: account === 2,
    items,
    orders: new Map(),
    hooks: new Map(),
    keys: new Map(),
    bySku: new Map(),
    liveProducts() {
      if (!live) {
        live = [];
        for (const item of items.values()) if (item.type !== "variation" && item.status !== "trash") live.push(item.id);
        live.sort((a, b) => a - b);
      }
      return live;
    },
    productsChanged() {
      live = null;
    },
    orderLog: [],
    pastItems: createPastVersions<Item>(),
    pastOrders: createPastVersions<Order>(),
    waiting: new Map(),
    nonces: new Map(),
    address: () => `${host.origin()}/woocommerce/shop-${account}`,
  };
}

export function addItem(shop: Shop, item: Item): void {
  shop.items.set(item.id, item);
  indexSku(shop, item);
  if (item.parentId) shop.items.get(item.parentId)?.children.push(item.id);
  shop.productsChanged();
}

export function indexSku(shop: Shop, item: Item): void {
  if (!item.sku) return;
  const key = item.sku.toLowerCase();
  const ids = shop.bySku.get(key) ?? new Set<number>();
  ids.add(item.id);
  shop.bySku.set(key, ids);
}

export function unindexSku(shop: Shop, item: Item): void {
  shop.bySku.get(item.sku.toLowerCase())?.delete(item.id);
}

/** The item that is on sale under this SKU; trashed ones do not count. */
export function itemBySku(shop: Shop, sku: string): Item | null {
  for (const id of shop.bySku.get(sku.toLowerCase()) ?? []) {
    const item = shop.items.get(id);
    if (item && item.status !== "trash") return item;
  }
  return null;
}

/** Changes an item through `change`, keeping how it stood before for stale reads. */
export function changeItem(shop: Shop, item: Item, change: () => void): void {
  const nowMs = shop.host.now().getTime();
  shop.pastItems.remember(item.id, { ...item, children: [...item.children] }, nowMs);
  change();
  item.modifiedMs = nowMs;
  shop.host.touched();
}

export function changeOrder(shop: Shop, order: Order, change: () => void): void {
  const nowMs = shop.host.now().getTime();
  shop.pastOrders.remember(order.id, structuredClone(order), nowMs);
  change();
  order.modifiedMs = nowMs;
  logOrder(shop, order);
  shop.host.touched();
}

export function addOrder(shop: Shop, order: Order): void {
  shop.pastOrders.remember(order.id, null, shop.host.now().getTime());
  shop.orders.set(order.id, order);
  logOrder(shop, order);
  shop.host.touched();
}

function logOrder(shop: Shop, order: Order): void {
  const { orderLog } = shop;
  orderLog.push({ atMs: order.modifiedMs, id: order.id });
  if (orderLog.length < 1000 || orderLog.length < shop.orders.size * 3) return;
  const newest = new Map(orderLog.map((entry) => [entry.id, entry]));
  const kept = orderLog.filter((entry) => newest.get(entry.id) === entry);
  orderLog.length = 0;
  orderLog.push(...kept);
}

/** Ids of orders changed after a moment, each once, oldest change first. */
export function ordersChangedAfter(shop: Shop, afterMs: number): number[] {
  const { orderLog } = shop;
  let low = 0;
  let high = orderLog.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (orderLog[middle]!.atMs > afterMs) high = middle;
    else low = middle + 1;
  }
  const ids = new Set<number>();
  for (const { id } of orderLog.slice(low)) {
    ids.delete(id);
    if (shop.orders.has(id)) ids.add(id);
  }
  return [...ids];
}

export function saveShop(shop: Shop): ShopData {
  return {
    account: shop.account,
    items: [...shop.items.values()],
    orders: [...shop.orders.values()],
    hooks: [...shop.hooks.values()],
    keys: [...shop.keys.values()],
  };
}

export function loadShop(host: SimulatorHost, data: ShopData): Shop {
  const shop = createShop(data.account, host);
  for (const item of data.items) {
    shop.items.set(item.id, item);
    indexSku(shop, item);
  }
  for (const order of [...data.orders].sort((a, b) => a.modifiedMs - b.modifiedMs)) {
    shop.orders.set(order.id, order);
    shop.orderLog.push({ atMs: order.modifiedMs, id: order.id });
  }
  for (const hook of data.hooks) shop.hooks.set(hook.id, hook);
  for (const key of data.keys) shop.keys.set(key.key, key);
  return shop;
}
