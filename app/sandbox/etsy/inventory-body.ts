/**
 * Reads the body of updateListingInventory as strictly as the platform does: what a GET answers is not a valid PUT, every field
 * of an offering is required, prices are numbers, and what differs between products must be named in the *_on_property lists.
 */
import { EtsyRefusal } from "./answers.ts";
import { DIVISOR } from "./money.ts";
import type { OnProperty, PropertyValue } from "./shop-state.ts";

export type ProductInput = {
  sku: string;
  values: PropertyValue[];
  priceMinor: number;
  quantity: number;
  enabled: boolean;
  readinessStateId: number | null;
};
export type InventoryInput = { products: ProductInput[]; on: OnProperty };

const MOST_QUANTITY = 999;
const MOST_PROPERTIES = 2;

type Fields = Record<string, unknown>;

export function readInventoryBody(
  contentType: string | undefined,
  body: Buffer,
  digital: boolean,
  readinessStates: number[],
): InventoryInput {
  if (!contentType?.toLowerCase().startsWith("application/json")) throw refuse("Invalid content type: expected application/json");
  const fields = readObject(parse(body), "body", [
    "products",
    "price_on_property",
    "quantity_on_property",
    "sku_on_property",
    "readiness_state_on_property",
  ]);
  const given = fields.products;
  if (!Array.isArray(given) || given.length === 0) throw refuse("Missing required parameter: products");
  const products = given.map((product, index) => readProduct(product, `products[${index}]`, digital, readinessStates));
  const on: OnProperty = {
    price: readPropertyIds(fields.price_on_property, "price_on_property"),
    quantity: readPropertyIds(fields.quantity_on_property, "quantity_on_property"),
    sku: readPropertyIds(fields.sku_on_property, "sku_on_property"),
    readiness: readPropertyIds(fields.readiness_state_on_property, "readiness_state_on_property"),
  };
  checkTogether(products, on);
  return { products, on };
}

function readProduct(given: unknown, at: string, digital: boolean, readinessStates: number[]): ProductInput {
  const fields = readObject(given, at, ["sku", "property_values", "offerings"]);
  const sku = fields.sku ?? "";
  if (typeof sku !== "string" || sku.length > 32) throw refuse(`Invalid value for ${at}.sku: must be a string of at most 32 characters`);
  const values = fields.property_values ?? [];
  if (!Array.isArray(values)) throw refuse(`Invalid value for ${at}.property_values: must be an array`);
  if (!Array.isArray(fields.offerings) || fields.offerings.length !== 1)
    throw refuse(`Invalid value for ${at}.offerings: one offering is required`);
  return {
    sku,
    values: values.map((value, index) => readPropertyValue(value, `${at}.property_values[${index}]`)),
    ...readOffering(fields.offerings[0], `${at}.offerings[0]`, digital, readinessStates),
  };
}

function readOffering(given: unknown, at: string, digital: boolean, readinessStates: number[]) {
  const names = ["price", "quantity", "is_enabled", "readiness_state_id"];
  const fields = readObject(given, at, names);
  for (const name of names) if (fields[name] === undefined) throw refuse(`Missing required parameter: ${at}.${name}`);
  const { price, quantity, is_enabled: enabled, readiness_state_id: readiness } = fields;
  if (typeof price !== "number" || !(price > 0)) throw refuse(`Invalid value for ${at}.price: must be a float`);
  if (typeof quantity !== "number" || !Number.isInteger(quantity) || quantity < 0 || quantity > MOST_QUANTITY) {
    throw refuse(`Invalid value for ${at}.quantity: must be an integer between 0 and ${MOST_QUANTITY}`);
  }
  if (typeof enabled !== "boolean") throw refuse(`Invalid value for ${at}.is_enabled: must be a boolean`);
  if (readiness !== null && (typeof readiness !== "number" || !readinessStates.includes(readiness))) {
    throw refuse(`Invalid value for ${at}.readiness_state_id: no such processing profile`);
  }
  if (readiness === null && !digital)
    throw refuse(`Invalid value for ${at}.readiness_state_id: physical listings need a processing profile`);
  return { priceMinor: Math.round(price * DIVISOR), quantity, enabled, readinessStateId: readiness };
}

function readPropertyValue(given: unknown, at: string): PropertyValue {
  const fields = readObject(given, at, ["property_id", "property_name", "scale_id", "value_ids", "values"]);
  const { property_id: propertyId, property_name: name, scale_id: scale, value_ids: valueIds, values } = fields;
  if (!isId(propertyId)) throw refuse(`Invalid value for ${at}.property_id: must be a positive integer`);
  if (name !== undefined && typeof name !== "string") throw refuse(`Invalid value for ${at}.property_name: must be a string`);
  if (scale !== undefined && scale !== null && !isId(scale)) throw refuse(`Invalid value for ${at}.scale_id: must be a positive integer`);
  if (!Array.isArray(valueIds) || !valueIds.every(isId)) throw refuse(`Invalid value for ${at}.value_ids: must be an array of integers`);
  if (!Array.isArray(values) || !values.every((value) => typeof value === "string")) {
    throw refuse(`Invalid value for ${at}.values: must be an array of strings`);
  }
  if (values.some((value) => /[()]/.test(value))) throw refuse(`Invalid value for ${at}.values: parentheses are not allowed`);
  return { propertyId, propertyName: name ?? "", scaleId: isId(scale) ? scale : null, valueIds, values };
}

function checkTogether(products: ProductInput[], on: OnProperty): void {
  const propertyIds = products[0]!.values.map((value) => value.propertyId);
  if (propertyIds.length > MOST_PROPERTIES) throw refuse("Invalid value for products: a listing can have at most two variations");
  const combinations = new Set<string>();
  for (const product of products) {
    if (product.values.map((value) => value.propertyId).join() !== propertyIds.join()) {
      throw refuse("Invalid value for products: all products need the same properties");
    }
    combinations.add(combination(product, propertyIds));
  }
  if (combinations.size !== products.length) throw refuse("Invalid value for products: two products have the same property values");

  const alike: [string, number[], (product: ProductInput) => unknown][] = [
    ["price", on.price, (product) => product.priceMinor],
    ["quantity", on.quantity, (product) => product.quantity],
    ["sku", on.sku, (product) => product.sku],
    ["readiness_state", on.readiness, (product) => product.readinessStateId],
  ];
  for (const [name, properties, read] of alike) {
    if (properties.some((id) => !propertyIds.includes(id)))
      throw refuse(`Invalid value for ${name}_on_property: not a property of this listing`);
    const seen = new Map<string, unknown>();
    for (const product of products) {
      const group = combination(product, properties);
      if (seen.has(group) && seen.get(group) !== read(product)) {
        throw refuse(`The provided ${name} values are not consistent with ${name}_on_property`);
      }
      seen.set(group, read(product));
    }
  }
  // The rule that makes a whole listing impossible to zero through this call.
  if (!products.some((product) => product.enabled && product.quantity > 0)) throw refuse("One offering must have quantity greater than 0");
}

function combination(product: ProductInput, properties: number[]): string {
  const chosen = product.values.filter((value) => properties.includes(value.propertyId));
  return JSON.stringify(chosen.map((value) => [value.propertyId, value.valueIds, value.values]));
}

function readPropertyIds(given: unknown, name: string): number[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given) || !given.every(isId)) throw refuse(`Invalid value for ${name}: must be an array of integers`);
  return given;
}

function readObject(given: unknown, at: string, names: string[]): Fields {
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw refuse(`Invalid value for ${at}: must be an object`);
  for (const name of Object.keys(given)) if (!names.includes(name)) throw refuse(`Invalid parameter: ${at}.${name}`);
  return given as Fields;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw refuse("The request body is not valid JSON");
  }
}

const isId = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value) && value > 0;
const refuse = (text: string): EtsyRefusal => new EtsyRefusal(400, text);
