/** The neutral world from which each simulator builds its accounts: same seed, same goods and numbers. */
import { GOODS, LOOKS, PARTS } from "./product-names.ts";
import { createRandom, deriveSeed, type Random } from "./random.ts";
import type { AccountNo, ChannelName, SeedComposite, SeedItem, WorldSeed } from "./simulator.ts";

export const DEFAULT_ITEMS = 24;
export const MOST_ITEMS = 100_000;

/** `items` counts the simple SKUs of account 1; the second demo seller (account 3) has at most 12 of his own, account 2 three. */
export function makeWorld(seed: number, items: number): WorldSeed {
  const random = createRandom(deriveSeed(seed, "world"));
  const hidden = [...makeParts(1, ""), ...makeParts(3, "B-")];
  return {
    seed,
    simple: [
      ...makeItems(random, 1, "", items),
      ...makeItems(random, 2, "A2-", Math.min(items, 3)),
      ...makeItems(random, 3, "B-", Math.min(items, 12)),
    ],
    composites: items === 0 ? [] : makeComposites(hidden),
    hidden,
  };
}

function makeItems(random: Random, account: AccountNo, prefix: string, count: number): SeedItem[] {
  const made: SeedItem[] = [];
  for (let index = 0; index < count; index++) {
    const goods = GOODS[index % GOODS.length]!;
    const look = LOOKS[(index * 7 + Math.floor(index / GOODS.length)) % LOOKS.length]!;
    const round = Math.floor(index / (GOODS.length * LOOKS.length));
    made.push({
      sku: `${prefix}${goods.code}-${String(index + 1).padStart(4, "0")}`,
      title: `${look} ${goods.word}${round === 0 ? "" : ` No. ${round + 1}`}`,
      quantity: 12 + Math.floor(random.next() * 29),
      priceMinor: goods.priceMinor + 50 * Math.floor(random.next() * 8),
      account,
    });
  }
  return made;
}

function makeParts(account: AccountNo, prefix: string): SeedItem[] {
  return PARTS.map((part) => ({ ...part, sku: prefix + part.sku, priceMinor: 0, account }));
}

/** Several share a part: one sale of a bundle lowers what the packs can still make. */
function makeComposites(hidden: SeedItem[]): SeedComposite[] {
  const stock = new Map(hidden.map((part) => [part.sku, part.quantity]));
  const make = (
    account: AccountNo,
    kind: "pack" | "bundle",
    sku: string,
    title: string,
    priceMinor: number,
    channels: ChannelName[],
    components: { sku: string; units: number }[],
  ): SeedComposite => ({
    account,
    kind,
    sku,
    title,
    priceMinor,
    channels,
    components,
    quantity: Math.min(...components.map(({ sku: part, units }) => Math.floor((stock.get(part) ?? 0) / units))),
  });
  return [
    make(
      1,
      "pack",
      "PACK-WICK-6",
      "Beeswax Tealights, pack of 6",
      890,
      ["shopify", "ebay", "woocommerce"],
      [{ sku: "PART-WICK", units: 6 }],
    ),
    make(1, "pack", "PACK-WICK-12", "Beeswax Tealights, pack of 12", 1590, ["shopify", "etsy"], [{ sku: "PART-WICK", units: 12 }]),
    make(1, "pack", "PACK-CARD-5", "Letterpress Cards, set of 5", 1490, ["ebay", "etsy", "woocommerce"], [{ sku: "PART-CARD", units: 5 }]),
    make(
      1,
      "bundle",
      "BUNDLE-CALM",
      "Quiet Evening Gift Box",
      2490,
      ["shopify", "etsy", "woocommerce"],
      [
        { sku: "PART-BOX", units: 1 },
        { sku: "PART-WICK", units: 4 },
        { sku: "PART-SACHET", units: 2 },
      ],
    ),
    make(
      1,
      "bundle",
      "BUNDLE-NOTE",
      "Thank-You Gift Box",
      1990,
      ["shopify", "ebay"],
      [
        { sku: "PART-BOX", units: 1 },
        { sku: "PART-CARD", units: 2 },
        { sku: "PART-SACHET", units: 1 },
      ],
    ),
    make(3, "pack", "B-PACK-CARD-5", "Letterpress Cards, set of 5", 1490, ["shopify", "etsy"], [{ sku: "B-PART-CARD", units: 5 }]),
  ];
}
