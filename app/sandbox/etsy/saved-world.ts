/** The simulated shops as plain JSON and back. Histories are not kept: after a restart nothing is stale. */
import { ACCOUNTS } from "../simulator.ts";
import type { Grant } from "./grants.ts";
import { emptyShop, type Listing, putListing, putReceipt, type Receipt, type Shop } from "./shop-state.ts";
import { type EtsyWorld, nowMs } from "./world.ts";

type ShopFacts = Pick<Shop, "account" | "shopId" | "userId" | "name" | "currency" | "createdAt" | "readinessStates">;
type SavedShop = { facts: ShopFacts; fees: Shop["fees"]; listings: Listing[]; receipts: Receipt[] };
type SavedWorld = { shops: SavedShop[]; grants: Grant[] };

export function saveWorld(world: EtsyWorld): SavedWorld {
  const shops = ACCOUNTS.flatMap((account) => {
    const shop = world.shops.get(account);
    if (!shop) return [];
    const { shopId, userId, name, currency, createdAt, readinessStates } = shop;
    const facts: ShopFacts = { account, shopId, userId, name, currency, createdAt, readinessStates };
    return [{ facts, fees: shop.fees, listings: [...shop.listings.values()], receipts: [...shop.receipts.values()] }];
  });
  return { shops, grants: world.grants.save(nowMs(world)) };
}

/** `state` is what saveWorld gave, through JSON; the core keeps a version of its own beside it. */
export function loadWorld(world: EtsyWorld, state: unknown): void {
  const saved = state as SavedWorld;
  world.shops = new Map(
    saved.shops.map(({ facts, fees, listings, receipts }) => {
      const shop: Shop = { ...emptyShop(facts), fees };
      for (const listing of listings) putListing(shop, listing, null);
      for (const receipt of receipts) putReceipt(shop, receipt, null);
      return [shop.account, shop];
    }),
  );
  world.grants.load(saved.grants);
}
