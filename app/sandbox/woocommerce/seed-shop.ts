/** Builds one account's shop from the neutral world. Most goods are simple products; a few share a variable parent. */
import { createHash } from "node:crypto";
import type { AccountNo, SeedItem, SimulatorHost, WorldSeed } from "../simulator.ts";
import type { Item } from "./model.ts";
import { addItem, createShop, type Shop } from "./shop.ts";

/** Of the first goods, these neighbours become variations of one product, each with its own stock. */
const VARIATION_GROUP = { from: 4, to: 7 };

export function seedShop(host: SimulatorHost, world: WorldSeed, account: AccountNo): Shop {
  const shop = createShop(account, host);
  const key = `ck_${digest(world.seed, account, "key")}`;
  shop.keys.set(key, {
    id: host.nextId(),
    key,
    secret: `cs_${digest(world.seed, account, "secret")}`,
    permissions: "read_write",
    description: "Seeded",
  });
  const goods = world.simple.filter((item) => item.account === account);
  const grouped = goods.length > VARIATION_GROUP.to ? goods.slice(VARIATION_GROUP.from, VARIATION_GROUP.to) : [];
  const composites = world.composites.filter((item) => item.account === account && item.channels.includes("woocommerce"));
  for (const item of [...goods, ...composites]) {
    if (item === grouped[0]) {
      const parent = place(shop, blank(host, { name: `${item.title} and friends`, type: "variable" }));
      for (const one of grouped) place(shop, { ...stocked(host, one), type: "variation", parentId: parent.id, option: one.title });
    }
    if (!grouped.includes(item)) place(shop, stocked(host, item));
  }
  if (goods.length > 0) placeOddities(shop);
  return shop;
}

/**
 * What real shops also hold: goods without a stock number and, at the seller who only watches (account 3), a pool of variations
 * that share their parent's number and goods that may be backordered.
 */
function placeOddities(shop: Shop): void {
  const { host, account } = shop;
  const sku = (name: string) => (account === 1 ? name : `${account === 3 ? "B" : "A2"}-${name}`);
  place(shop, blank(host, { name: "Gift wrapping", sku: sku("GIFT-WRAP"), price: "2.50" }));
  if (account !== 3) return;
  const pool = blank(host, { name: "Linen apron", type: "variable", manageStock: true, stock: 15 });
  place(shop, pool);
  for (const option of ["Sand", "Slate", "Moss"]) {
    place(
      shop,
      blank(host, {
        name: pool.name,
        type: "variation",
        parentId: pool.id,
        option,
        sku: sku(`APRON-${option.toUpperCase()}`),
        price: "29.00",
      }),
    );
  }
  place(shop, blank(host, { name: "Oak tray", sku: sku("TRAY-OAK"), price: "39.00", manageStock: true, stock: 6, backorders: "notify" }));
}

function place(shop: Shop, item: Item): Item {
  addItem(shop, item);
  return item;
}

function stocked(host: SimulatorHost, seed: SeedItem): Item {
  const price = (seed.priceMinor / 100).toFixed(2);
  return blank(host, { name: seed.title, sku: seed.sku, price, manageStock: true, stock: seed.quantity });
}

function blank(host: SimulatorHost, more: Partial<Item> & { name: string }): Item {
  const nowMs = host.now().getTime();
  return {
    id: host.nextId(),
    parentId: 0,
    type: "simple",
    option: null,
    sku: "",
    price: "",
    status: "publish",
    statusBeforeTrash: null,
    manageStock: false,
    stock: null,
    statusByHand: "instock",
    backorders: "no",
    createdMs: nowMs,
    modifiedMs: nowMs,
    children: [],
    ...more,
  };
}

/** Keys that the same seed gives again: a demo started twice keeps its connection. */
function digest(...parts: (string | number)[]): string {
  return createHash("sha256").update(parts.join("/")).digest("hex").slice(0, 40);
}
