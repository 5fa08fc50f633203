/** The only place where the simulated shops' numbers change: keeps the states in balance, journals and tells the webhooks. */
import { History } from "../history.ts";
import type { SimulatorHost } from "../simulator.ts";
import type { ItemState, LevelState, Numbers, ShopState, VariantState } from "./shop-state.ts";

export type Cause = { by: "api" | "order" | "hand"; call: string | null };
export type Shift = Partial<Pick<Numbers, "available" | "committed">>;
/** Told each level whose `available` changed. */
export type LevelWatcher = (shop: ShopState, item: ItemState, level: LevelState) => void;

export type StockBooks = {
  /** Adds to the numbers of one level; onHand follows. */
  shift(shop: ShopState, item: ItemState, level: LevelState, by: Shift, cause: Cause): void;
  activate(shop: ShopState, item: ItemState, locationId: number, available: number, cause: Cause, levelId: number): LevelState;
};

export function openStockBooks(host: SimulatorHost, tell: LevelWatcher): StockBooks {
  const journal = (shop: ShopState, item: ItemState, from: number, cause: Cause) => {
    const sku = shop.variants.get(item.variantId)?.sku ?? "";
    host.journal({ account: shop.account, sku, from, to: shownQuantity(shop, item), by: cause.by, call: cause.call });
  };
  return {
    shift(shop, item, level, by, cause) {
      const now = host.now();
      const before = shownQuantity(shop, item);
      level.past ??= new History(numbersOf(level));
      level.available += by.available ?? 0;
      level.committed += by.committed ?? 0;
      level.onHand = level.available + level.committed;
      level.updatedAt = now.getTime();
      level.past.set(numbersOf(level), now);
      if (by.available) {
        journal(shop, item, before, cause);
        tell(shop, item, level);
      }
      host.touched();
    },
    activate(shop, item, locationId, available, cause, levelId) {
      const before = shownQuantity(shop, item);
      const at = host.now().getTime();
      const level: LevelState = { id: levelId, locationId, available, committed: 0, onHand: available, updatedAt: at, past: null };
      item.levels.push(level);
      journal(shop, item, before, cause);
      tell(shop, item, level);
      host.touched();
      return level;
    },
  };
}

const numbersOf = ({ available, committed, onHand }: Numbers): Numbers => ({ available, committed, onHand });

/** As a reader sees it who is served old numbers for `staleMs`. */
export function numbersSeen(level: LevelState, staleMs: number, now: Date): Numbers {
  return (staleMs > 0 && level.past?.ago(staleMs, now)) || level;
}

/** Levels at the seller's own active places; a fulfilment service's stock is not the seller's to set. */
export function ownLevels(shop: ShopState, item: ItemState): LevelState[] {
  return item.levels.filter((level) =>
    shop.locations.some((place) => place.id === level.locationId && place.active && !place.fulfilmentService),
  );
}

/** What the sandbox calls the shown number: the sum over the seller's own active places. */
export function shownQuantity(shop: ShopState, item: ItemState): number {
  return ownLevels(shop, item).reduce((sum, level) => sum + level.available, 0);
}

/** The newest variant with this SKU. */
export function variantBySku(shop: ShopState, sku: string): VariantState | null {
  const id = shop.bySku.get(sku)?.at(-1);
  return id === undefined ? null : (shop.variants.get(id) ?? null);
}
