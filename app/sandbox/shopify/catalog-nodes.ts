/** Shop, places, products, variants and stock as GraphQL objects. A field that is not here answers "not simulated", never null. */
import { listConnection, notSimulated, type PageArguments } from "./connections.ts";
import {
  domainOf,
  gid,
  type ItemState,
  type LevelState,
  type LocationState,
  money,
  type ProductState,
  type ShopState,
  stamp,
  type VariantState,
} from "./shop-state.ts";
import { numbersSeen } from "./stock.ts";

/** What a request sees: one shop, with lagging answers where ordered. */
export type View = { shop: ShopState; now: Date; staleReadMs: number; orderLagMs: number };
export type Node = Record<string, unknown> & { __typename: string };

export function shopNode({ shop }: View): Node {
  return {
    __typename: "Shop",
    id: gid("Shop", shop.id),
    name: shop.title,
    myshopifyDomain: domainOf(shop),
    email: shop.email,
    contactEmail: shop.email,
    currencyCode: shop.currency,
    ianaTimezone: shop.timeZone,
    url: `https://${domainOf(shop)}`,
    createdAt: stamp(shop.createdAt),
    plan: { __typename: "ShopPlan", publicDisplayName: "Basic", shopifyPlus: false, partnerDevelopment: true },
  };
}

export function locationNode(view: View, location: LocationState): Node {
  return {
    __typename: "Location",
    id: gid("Location", location.id),
    legacyResourceId: String(location.id),
    name: location.name,
    isActive: location.active,
    isFulfillmentService: location.fulfilmentService,
    fulfillsOnlineOrders: true,
    shipsInventory: true,
    updatedAt: stamp(location.updatedAt),
    hasActiveInventory: () => [...view.shop.items.values()].some((item) => item.levels.some((level) => level.locationId === location.id)),
  };
}

export function productNode(view: View, product: ProductState): Node {
  return {
    __typename: "Product",
    id: gid("Product", product.id),
    legacyResourceId: String(product.id),
    title: product.title,
    status: product.status,
    vendor: product.vendor,
    createdAt: stamp(product.createdAt),
    updatedAt: stamp(product.updatedAt),
    variants: (page: PageArguments) =>
      listConnection(
        product.variantIds.flatMap((id) => view.shop.variants.get(id) ?? []),
        page,
        (variant) => variantNode(view, variant),
      ),
  };
}

export function variantNode(view: View, variant: VariantState): Node {
  const product = view.shop.products.get(variant.productId)!;
  const item = view.shop.items.get(variant.itemId)!;
  return {
    __typename: "ProductVariant",
    id: gid("ProductVariant", variant.id),
    legacyResourceId: String(variant.id),
    sku: variant.sku,
    barcode: variant.barcode,
    title: variant.title,
    displayName: `${product.title} - ${variant.title}`,
    price: money(variant.priceMinor),
    createdAt: stamp(variant.createdAt),
    updatedAt: stamp(variant.updatedAt),
    inventoryPolicy: variant.policy,
    inventoryQuantity: () => item.levels.reduce((sum, level) => sum + numbersSeen(level, view.staleReadMs, view.now).available, 0),
    product: () => productNode(view, product),
    inventoryItem: () => itemNode(view, item),
  };
}

export function itemNode(view: View, item: ItemState): Node {
  const variant = view.shop.variants.get(item.variantId);
  const levels = () => item.levels.filter((level) => placeOf(view, level).active);
  return {
    __typename: "InventoryItem",
    id: gid("InventoryItem", item.id),
    legacyResourceId: String(item.id),
    sku: variant?.sku ?? null,
    tracked: item.tracked,
    requiresShipping: item.requiresShipping,
    updatedAt: stamp(item.updatedAt),
    createdAt: stamp(variant?.createdAt ?? item.updatedAt),
    duplicateSkuCount: () => Math.max(0, (view.shop.bySku.get(variant?.sku ?? "")?.length ?? 1) - 1),
    locationsCount: () => ({ __typename: "Count", count: levels().length, precision: "EXACT" }),
    variants: (page: PageArguments) => listConnection(variant ? [variant] : [], page, (each) => variantNode(view, each)),
    inventoryLevels: (page: PageArguments & { query?: string | null; includeInactive?: boolean }) => {
      if (page.query) throw notSimulated("searching inventoryLevels");
      return listConnection(page.includeInactive ? item.levels : levels(), page, (level) => levelNode(view, item, level));
    },
    inventoryLevel: ({ locationId }: { locationId: string }) => {
      const level = levels().find((each) => gid("Location", each.locationId) === locationId);
      return level ? levelNode(view, item, level) : null;
    },
  };
}

const STATES = ["available", "committed", "on_hand", "incoming", "reserved", "damaged", "safety_stock", "quality_control"];

export function levelNode(view: View, item: ItemState, level: LevelState): Node {
  return {
    __typename: "InventoryLevel",
    id: `${gid("InventoryLevel", level.id)}?inventory_item_id=${item.id}`,
    isActive: true,
    updatedAt: stamp(level.updatedAt),
    location: () => locationNode(view, placeOf(view, level)),
    item: () => itemNode(view, item),
    quantities: ({ names }: { names: string[] }) => {
      const seen = numbersSeen(level, view.staleReadMs, view.now);
      const known: Record<string, number> = { available: seen.available, committed: seen.committed, on_hand: seen.onHand };
      return names
        .filter((name) => STATES.includes(name))
        .map((name) => ({
          __typename: "InventoryQuantity",
          id: `gid://shopify/InventoryQuantity/${level.id}?name=${name}`,
          name,
          quantity: known[name] ?? 0,
          updatedAt: stamp(level.updatedAt),
        }));
    },
  };
}

const placeOf = (view: View, level: LevelState): LocationState => view.shop.locations.find((place) => place.id === level.locationId)!;
