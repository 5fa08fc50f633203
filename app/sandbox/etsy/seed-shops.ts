/** Builds the three shops from the neutral world: plain listings, one with variations, and in the second shop the odd ones. */
import type { AccountNo, SimulatorHost, WorldSeed } from "../simulator.ts";
import { ACCOUNTS } from "../simulator.ts";
import { seedOddListings } from "./odd-listings.ts";
import { type Goods, propertyValue, seedListing, seedProduct } from "./seed-listing.ts";
import { emptyShop, type Shop } from "./shop-state.ts";

const NAMES: Record<AccountNo, string> = { 1: "HarbourWorkshop", 2: "HarbourSeconds", 3: "BrightBarnGoods" };
const DAY_S = 24 * 3600;
/** Two neighbouring SKUs become one listing with two variations, so that the first shop has one too. */
const PAIR_AT = 4;

export function seedShops(host: SimulatorHost, world: WorldSeed): Map<AccountNo, Shop> {
  const shops = new Map<AccountNo, Shop>();
  for (const account of ACCOUNTS) {
    const shop = emptyShop({
      account,
      shopId: host.nextId(),
      userId: host.nextId(),
      name: NAMES[account],
      currency: "USD",
      createdAt: Math.floor(host.now().getTime() / 1000) - 400 * DAY_S,
      readinessStates: [host.nextId(), host.nextId()],
    });
    shops.set(account, shop);
    const goods: Goods[] = world.simple.filter((item) => item.account === account);
    const composites = world.composites.filter((item) => item.account === account && item.channels.includes("etsy"));
    const pair = goods.length >= 8 ? goods.slice(PAIR_AT, PAIR_AT + 2) : [];
    for (const item of [...goods, ...composites])
      if (!pair.includes(item)) seedListing(host, shop, item.title, [seedProduct(host, shop, item, [])]);
    if (pair.length === 2) seedPair(host, shop, pair as [Goods, Goods]);
    if (account === 2) seedOddListings(host, shop);
  }
  return shops;
}

function seedPair(host: SimulatorHost, shop: Shop, [first, second]: [Goods, Goods]): void {
  const products = [
    seedProduct(host, shop, first, [propertyValue(513, "Design", host.nextId(), first.title)]),
    seedProduct(host, shop, second, [propertyValue(513, "Design", host.nextId(), second.title)]),
  ];
  const on = { price: [513], quantity: [513], sku: [513], readiness: [] };
  seedListing(host, shop, `${first.title} or ${second.title}`, products, { on });
}
