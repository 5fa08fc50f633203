/**
 * Listings of the second shop that trip careless programs: numbers shared by all or by some variations, three properties, a
 * digital file, and every state that is not on sale.
 */
import type { SimulatorHost } from "../simulator.ts";
import { propertyValue, seedListing, seedProduct } from "./seed-listing.ts";
import type { Product, PropertyValue, Shop } from "./shop-state.ts";

const COLOUR = 200;
const SIZE = 513;
const WOOD = 514;

export function seedOddListings(host: SimulatorHost, shop: Shop): void {
  const ids = new Map<string, number>();
  const value = (property: number, name: string, text: string): PropertyValue => {
    const key = `${property}/${text}`;
    if (!ids.has(key)) ids.set(key, host.nextId());
    return propertyValue(property, name, ids.get(key)!, text);
  };
  const colour = (text: string) => value(COLOUR, "Primary color", text);
  const size = (text: string) => value(SIZE, "Size", text);
  const wood = (text: string) => value(WOOD, "Wood", text);
  const product = (sku: string, quantity: number, priceMinor: number, values: PropertyValue[]): Product =>
    seedProduct(host, shop, { sku, quantity, priceMinor }, values);

  seedListing(
    host,
    shop,
    "Linen Napkin in three colours, one pile",
    [
      product("ODD-POOL-RED", 9, 1250, [colour("Red")]),
      product("ODD-POOL-BLUE", 9, 1250, [colour("Blue")]),
      product("ODD-POOL-GREEN", 9, 1250, [colour("Green")]),
    ],
    { on: { price: [], quantity: [], sku: [COLOUR], readiness: [] } },
  );

  const plank = (sku: string, quantity: number, priceMinor: number, tone: string, length: string) =>
    product(sku, quantity, priceMinor, [size(length), colour(tone)]);
  seedListing(
    host,
    shop,
    "Shelf in two lengths, stocked by length",
    [
      plank("ODD-SIZE-S-OAK", 7, 1999, "Oak", "Short"),
      plank("ODD-SIZE-S-ASH", 7, 1999, "Ash", "Short"),
      plank("ODD-SIZE-L-OAK", 4, 2495, "Oak", "Long"),
      plank("ODD-SIZE-L-ASH", 4, 2495, "Ash", "Long"),
    ],
    { on: { price: [SIZE], quantity: [SIZE], sku: [SIZE, COLOUR], readiness: [] } },
  );

  const hidden = product("ODD-ALL-HIDDEN", 6, 1090, [colour("White"), size("Small")]);
  seedListing(
    host,
    shop,
    "Mug, every variation counted on its own",
    [
      product("ODD-ALL-A", 5, 1090, [colour("Red"), size("Small")]),
      product("ODD-ALL-B", 3, 1340, [colour("Red"), size("Large")]),
      { ...hidden, enabled: false },
    ],
    { on: { price: [SIZE], quantity: [COLOUR, SIZE], sku: [COLOUR, SIZE], readiness: [] } },
  );

  seedListing(
    host,
    shop,
    "Box with three choices",
    [
      product("ODD-THREE-A", 5, 3000, [colour("Red"), size("Small"), wood("Oak")]),
      product("ODD-THREE-B", 2, 3000, [colour("Red"), size("Small"), wood("Ash")]),
    ],
    { on: { price: [], quantity: [COLOUR, SIZE, WOOD], sku: [COLOUR, SIZE, WOOD], readiness: [] } },
  );

  seedListing(host, shop, "Knitting pattern, a file", [{ ...product("ODD-FILE", 999, 450, []), readinessStateId: null }], {
    type: "download",
  });
  seedListing(host, shop, "Vase, nothing left", [product("ODD-SOLD", 0, 2200, [])], { state: "sold_out" });
  seedListing(host, shop, "Vase, resting", [product("ODD-RESTING", 4, 2200, [])], { state: "inactive" });
  seedListing(host, shop, "Vase, not finished", [product("ODD-DRAFT", 4, 2200, [])], { state: "draft" });
  seedListing(host, shop, "Vase, run out of time", [product("ODD-EXPIRED", 4, 2200, [])], { state: "expired" });
  seedListing(host, shop, "Vase without a number", [product("", 8, 2200, [])]);
}
