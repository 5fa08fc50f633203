/** A shop as plain JSON and back, so that a second start of the sandbox meets the same world. */
import { History } from "../history.ts";
import type { IdempotentAttempt, ItemState, LevelState, ShopState } from "./shop-state.ts";

type PackedLevel = Omit<LevelState, "past"> & { moved: boolean };
type PackedItem = Omit<ItemState, "levels"> & { levels: PackedLevel[] };
export type PackedShop = Omit<ShopState, "products" | "variants" | "items" | "bySku" | "orders" | "tokens" | "attempts"> & {
  products: ShopState["products"] extends Map<number, infer T> ? T[] : never;
  variants: ShopState["variants"] extends Map<number, infer T> ? T[] : never;
  items: PackedItem[];
  orders: ShopState["orders"] extends Map<number, infer T> ? T[] : never;
  tokens: { access: [string, unknown][]; refresh: [string, unknown][]; usedPairs: number[]; lastPair: number };
  attempts: [string, Omit<IdempotentAttempt, "answer">][];
};

/** What an attempt answered holds live objects and is not kept: after a restart a repeated key counts as a failed attempt. */
export function packShop(shop: ShopState): PackedShop {
  const { bySku: _, ...rest } = shop;
  return {
    ...rest,
    products: [...shop.products.values()],
    variants: [...shop.variants.values()],
    items: [...shop.items.values()].map((item) => ({
      ...item,
      levels: item.levels.map(({ past, ...level }) => ({ ...level, moved: past !== null })),
    })),
    orders: [...shop.orders.values()],
    tokens: {
      access: [...shop.tokens.access],
      refresh: [...shop.tokens.refresh],
      usedPairs: [...shop.tokens.usedPairs],
      lastPair: shop.tokens.lastPair,
    },
    attempts: [...shop.attempts].map(([key, { at, fingerprint }]) => [key, { at, fingerprint, failed: true }]),
  };
}

export function unpackShop(packed: PackedShop): ShopState {
  const byId = <T extends { id: number }>(all: T[]) => new Map(all.map((each) => [each.id, each]));
  const bySku = new Map<string, number[]>();
  for (const variant of packed.variants) if (variant.sku) bySku.set(variant.sku, [...(bySku.get(variant.sku) ?? []), variant.id]);
  const items = packed.items.map(
    (item): ItemState => ({
      ...item,
      levels: item.levels.map(({ moved, ...level }) => {
        const { available, committed, onHand } = level;
        return { ...level, past: moved ? new History({ available, committed, onHand }) : null };
      }),
    }),
  );
  return {
    ...packed,
    products: byId(packed.products),
    variants: byId(packed.variants),
    items: byId(items),
    orders: byId(packed.orders),
    bySku,
    tokens: {
      access: new Map(packed.tokens.access as [string, never][]),
      refresh: new Map(packed.tokens.refresh as [string, never][]),
      usedPairs: new Set(packed.tokens.usedPairs),
      lastPair: packed.tokens.lastPair,
    },
    attempts: new Map(packed.attempts.map(([key, attempt]) => [key, { ...attempt, answer: null }])),
  };
}
