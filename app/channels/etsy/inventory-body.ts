/**
 * Fetch, merge, put: Etsy's PUT replaces the whole inventory, so the body repeats everything that was just read and changes
 * nothing but quantities. A second, independent look compares the body with the reading before it may go out.
 */
import type { Inventory, InventoryProduct, PropertyValue } from "./answers.ts";
import { toFloat } from "./money.ts";
import { quantityKey } from "./property-key.ts";
import { liveProducts } from "./quantity-groups.ts";

type BodyProperty = { property_id: number; property_name?: string; scale_id?: number | null; value_ids: number[]; values: string[] };
type BodyOffering = { price: number; quantity: number; is_enabled: boolean; readiness_state_id: number | null };
export type InventoryBody = {
  products: { sku: string; property_values: BodyProperty[]; offerings: BodyOffering[] }[];
  price_on_property: number[];
  quantity_on_property: number[];
  sku_on_property: number[];
  readiness_state_on_property?: number[] | null;
};

export type BuiltBody = { body: InventoryBody } | { refused: string };

/** `quantityOf` answers the number for each quantity key. `shopCurrency` null = not known. */
export function buildInventoryBody(
  listingId: number,
  inventory: Inventory,
  quantityOf: (key: string) => number,
  shopCurrency: string | null,
): BuiltBody {
  const body: InventoryBody = {
    products: [],
    price_on_property: inventory.price_on_property,
    quantity_on_property: inventory.quantity_on_property,
    sku_on_property: inventory.sku_on_property,
  };
  if (inventory.readiness_state_on_property !== undefined) body.readiness_state_on_property = inventory.readiness_state_on_property;
  for (const product of liveProducts(inventory)) {
    const quantity = quantityOf(quantityKey(listingId, product.property_values, inventory.quantity_on_property));
    const offerings: BodyOffering[] = [];
    for (const offering of product.offerings) {
      // A converted price written back as it stands would become the price.
      if (shopCurrency !== null && offering.price.currency_code !== shopCurrency) {
        return {
          refused: `Etsy showed a price in ${offering.price.currency_code}, but the shop sells in ${shopCurrency}. Nothing was sent, so that no price changes.`,
        };
      }
      const price = toFloat(offering.price);
      if (price === null) return { refused: "Etsy showed a price that cannot be sent back unchanged. Nothing was sent." };
      offerings.push({ price, quantity, is_enabled: offering.is_enabled, readiness_state_id: offering.readiness_state_id ?? null });
    }
    body.products.push({ sku: product.sku, property_values: product.property_values.map(bodyProperty), offerings });
  }
  const difference = findDifference(listingId, inventory, body, quantityOf);
  return difference === null
    ? { body }
    : { refused: `The prepared change would have touched more than stock (${difference}). Nothing was sent.` };
}

function bodyProperty(value: PropertyValue): BodyProperty {
  const property: BodyProperty = { property_id: value.property_id, value_ids: value.value_ids, values: value.values };
  // The document lets a reading carry null here, and a body not.
  if (typeof value.property_name === "string") property.property_name = value.property_name;
  if (value.scale_id !== undefined) property.scale_id = value.scale_id;
  return property;
}

/** What differs between the reading and the body beyond quantities; null = nothing. */
export function findDifference(
  listingId: number,
  inventory: Inventory,
  body: InventoryBody,
  quantityOf: (key: string) => number,
): string | null {
  const products = liveProducts(inventory);
  if (products.length === 0 || body.products.length !== products.length) return "number of variations";
  for (const name of ["price_on_property", "quantity_on_property", "sku_on_property"] as const) {
    if (!same(body[name], inventory[name])) return name;
  }
  if (!same(body.readiness_state_on_property ?? null, inventory.readiness_state_on_property ?? null)) return "readiness_state_on_property";
  for (const [index, product] of products.entries()) {
    const difference = differenceOfProduct(product, body.products[index]!);
    if (difference !== null) return difference;
    const quantity = quantityOf(quantityKey(listingId, product.property_values, inventory.quantity_on_property));
    if (!Number.isInteger(quantity) || quantity < 0) return "a quantity that is no count";
    if (body.products[index]!.offerings.some((offering) => offering.quantity !== quantity)) return "a quantity";
  }
  return null;
}

function differenceOfProduct(before: InventoryProduct, after: InventoryBody["products"][number]): string | null {
  if (after.sku !== before.sku) return "SKU";
  if (!same(before.property_values.map(comparable), after.property_values.map(comparable))) return "options";
  if (after.offerings.length !== before.offerings.length) return "offers";
  for (const [index, offering] of before.offerings.entries()) {
    const sent = after.offerings[index]!;
    if (Math.round(sent.price * offering.price.divisor) !== offering.price.amount) return "price";
    if (sent.is_enabled !== offering.is_enabled) return "visibility";
    if (sent.readiness_state_id !== (offering.readiness_state_id ?? null)) return "processing time";
  }
  return null;
}

function comparable(value: BodyProperty | PropertyValue) {
  return [value.property_id, value.property_name ?? null, value.scale_id ?? null, value.value_ids, value.values];
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
