/** Builds the three simulated shops from the neutral seed. Account 1 also has every oddity that makes a stock app stumble. */
import type { AccountNo, SeedItem, SimulatorHost, WorldSeed } from "../simulator.ts";
import type { ItemState, LocationState, ProductState, ShopState, VariantState } from "./shop-state.ts";
import { emptyTokens } from "./tokens.ts";

/** Shopify's ids are long numbers; tools that take them for 32 bits shall break here too. */
const ID_BASE = 7_000_000_000_000;
export const freshId = (host: SimulatorHost): number => ID_BASE + host.nextId();

const SHOPS: Record<AccountNo, { name: string; title: string; currency: string }> = {
  1: { name: "anna-a", title: "Harbour & Loom", currency: "EUR" },
  2: { name: "anna-outlet", title: "Harbour Outlet", currency: "EUR" },
  3: { name: "clara-b", title: "Cedar & Clay", currency: "EUR" },
};

/** The bucket starts full; `capacity` comes from the simulator's quota. */
export function buildShop(host: SimulatorHost, account: AccountNo, world: WorldSeed, capacity: number): ShopState {
  const now = host.now().getTime();
  const { name, title, currency } = SHOPS[account];
  const shop: ShopState = {
    account,
    id: freshId(host),
    name,
    title,
    email: `owner@${name}.invalid`,
    currency,
    timeZone: "Europe/Berlin",
    createdAt: now,
    locations: buildLocations(host, account, now),
    products: new Map(),
    variants: new Map(),
    items: new Map(),
    bySku: new Map(),
    variantIds: [],
    orders: new Map(),
    orderUpdates: [],
    nextOrderNumber: 1001,
    tokens: emptyTokens(),
    attempts: new Map(),
    bucket: { available: capacity, at: now },
    installed: true,
  };
  for (const item of world.simple) if (item.account === account) addVariant(host, shop, asWish(item, shop));
  for (const item of world.composites) {
    if (item.account === account && item.channels.includes("shopify")) addVariant(host, shop, asWish(item, shop));
  }
  if (account === 1) addOddities(host, shop);
  return shop;
}

function buildLocations(host: SimulatorHost, account: AccountNo, now: number): LocationState[] {
  const location = (name: string, fulfilmentService = false): LocationState => ({
    id: freshId(host),
    name,
    active: true,
    fulfilmentService,
    updatedAt: now,
  });
  const main = location("Main warehouse");
  return account === 1 ? [main, location("Harbour shop"), location("Parcel Partner", true)] : [main];
}

/** Where units lie: location index to number. */
export type VariantWish = {
  sku: string | null;
  title: string;
  priceMinor: number;
  stock: Map<number, number>;
  tracked?: boolean;
  policy?: "DENY" | "CONTINUE";
};

function asWish(item: SeedItem, shop: ShopState): VariantWish {
  return { sku: item.sku, title: item.title, priceMinor: item.priceMinor, stock: spread(item.quantity, shop) };
}

/** Most of the stock lies at the first location; of twelve or more a sixth stands in the second. */
export function spread(quantity: number, shop: ShopState): Map<number, number> {
  const own = shop.locations.filter((each) => !each.fulfilmentService && each.active);
  const second = own[1];
  const there = second && quantity >= 12 ? Math.floor(quantity / 6) : 0;
  const stock = new Map([[own[0]!.id, quantity - there]]);
  if (second) stock.set(second.id, there);
  return stock;
}

/** One product with one variant, as most small shops have them. */
export function addVariant(host: SimulatorHost, shop: ShopState, wish: VariantWish): VariantState {
  const now = host.now().getTime();
  const product: ProductState = {
    id: freshId(host),
    title: wish.title,
    status: "ACTIVE",
    vendor: shop.title,
    variantIds: [],
    createdAt: now,
    updatedAt: now,
  };
  const variant: VariantState = {
    id: freshId(host),
    productId: product.id,
    itemId: freshId(host),
    title: "Default Title",
    sku: wish.sku,
    barcode: null,
    priceMinor: wish.priceMinor,
    policy: wish.policy ?? "DENY",
    createdAt: now,
    updatedAt: now,
  };
  const item: ItemState = {
    id: variant.itemId,
    variantId: variant.id,
    tracked: wish.tracked ?? true,
    requiresShipping: true,
    updatedAt: now,
    levels: [...wish.stock].map(([locationId, available]) => ({
      id: freshId(host),
      locationId,
      available,
      committed: 0,
      onHand: available,
      updatedAt: now,
      past: null,
    })),
  };
  product.variantIds.push(variant.id);
  shop.products.set(product.id, product);
  shop.variants.set(variant.id, variant);
  shop.items.set(item.id, item);
  shop.variantIds.push(variant.id);
  if (variant.sku) shop.bySku.set(variant.sku, [...(shop.bySku.get(variant.sku) ?? []), variant.id]);
  return variant;
}

function addOddities(host: SimulatorHost, shop: ShopState): void {
  const main = shop.locations[0]!.id;
  const partner = shop.locations.find((each) => each.fulfilmentService)!.id;
  addVariant(host, shop, { sku: "GIFT-WRAP", title: "Gift wrapping", priceMinor: 300, stock: new Map([[main, 0]]), tracked: false });
  addVariant(host, shop, { sku: "PREORDER-LAMP", title: "Lamp, on order", priceMinor: 8900, stock: spread(3, shop), policy: "CONTINUE" });
  addVariant(host, shop, { sku: "PARTNER-MUG", title: "Mug, sent by Parcel Partner", priceMinor: 1400, stock: new Map([[partner, 25]]) });
  addVariant(host, shop, { sku: "NEW-UNSTOCKED", title: "Not stocked anywhere yet", priceMinor: 1900, stock: new Map() });
  addVariant(host, shop, { sku: null, title: "Without a SKU", priceMinor: 900, stock: spread(4, shop) });
}
