/** What the shop page shows: one channel's goods with the number each channel shows for the same SKU. */
import type { Controlled } from "./control.ts";
import { type AccountNo, CHANNELS, type ChannelName } from "./simulator.ts";

/** null: not listed there, or taken off sale. */
export type Numbers = Partial<Record<ChannelName, number | null>>;
export type ShopItem = { sku: string; title: string; priceMinor: number | null; numbers: Numbers };
export type ShopView = {
  channel: ChannelName;
  account: AccountNo;
  search: string;
  items: ShopItem[];
  /** How many match, of which `items` are the first. */
  found: number;
  orders: { id: string; status: string; lines: { sku: string; quantity: number }[] }[];
};

const MOST_ITEMS_SHOWN = 60;
const ORDERS_SHOWN = 8;

export function viewShop(sandbox: Pick<Controlled, "desks" | "world">, channel: ChannelName, account: AccountNo, search: string): ShopView {
  const { simple, composites } = sandbox.world();
  const known = new Map([...simple, ...composites].map((item) => [item.sku, item]));
  const { listings, orders } = sandbox.desks[channel]!.simulator.state(account);
  const wanted = search.trim().toLowerCase();
  // A listing that someone added by hand has no title in the seeded world: its SKU stands for it.
  const titled = [...new Set(listings.map((listing) => listing.sku))].map((sku) => ({ sku, title: known.get(sku)?.title ?? sku }));
  const matching = wanted === "" ? titled : titled.filter(({ sku, title }) => `${sku} ${title}`.toLowerCase().includes(wanted));
  const shown = matching.slice(0, MOST_ITEMS_SHOWN);
  const numbers = numbersOf(sandbox, account, new Set(shown.map(({ sku }) => sku)));
  return {
    channel,
    account,
    search,
    items: shown.map(({ sku, title }) => ({ sku, title, priceMinor: known.get(sku)?.priceMinor ?? null, numbers: numbers.get(sku)! })),
    found: matching.length,
    orders: orders.slice(-ORDERS_SHOWN).reverse(),
  };
}

function numbersOf(sandbox: Pick<Controlled, "desks">, account: AccountNo, skus: ReadonlySet<string>): Map<string, Numbers> {
  const all = new Map<string, Numbers>([...skus].map((sku) => [sku, {}]));
  for (const channel of CHANNELS) {
    const desk = sandbox.desks[channel];
    if (!desk) continue;
    for (const numbers of all.values()) numbers[channel] = null;
    for (const { sku, quantity, active } of desk.simulator.state(account).listings) {
      const numbers = all.get(sku);
      // Several listings of one SKU: the first that can be bought is shown.
      if (numbers && active && numbers[channel] === null) numbers[channel] = quantity;
    }
  }
  return all;
}
