/**
 * The parts of Etsy's answers that we use; everything else, buyers' data above all, is dropped while parsing. Field names and
 * types follow Etsy's OpenAPI document 3.0.0 as of 2026-08-17.
 */
import { z } from "zod";

const id = z.int().positive();
const epochSeconds = z.int().nonnegative();

export const moneySchema = z.object({ amount: z.int(), divisor: z.int().positive(), currency_code: z.string().min(3) });

const propertyValueFields = {
  property_id: id,
  property_name: z.string().nullish(),
  scale_id: id.nullish(),
  scale_name: z.string().nullish(),
  value_ids: z.array(z.int()),
  values: z.array(z.string()),
  value_pairs: z.unknown().optional(),
};
const offeringFields = {
  offering_id: id,
  quantity: z.int(),
  is_enabled: z.boolean(),
  is_deleted: z.boolean(),
  price: moneySchema,
  readiness_state_id: id.nullish(),
};
const productFields = { product_id: id, sku: z.string(), is_deleted: z.boolean() };
const propertyIds = z.array(z.int());
const inventoryFields = {
  price_on_property: propertyIds,
  quantity_on_property: propertyIds,
  sku_on_property: propertyIds,
  readiness_state_on_property: propertyIds.nullish(),
};

export const inventorySchema = z.object({
  ...inventoryFields,
  products: z.array(
    z.object({ ...productFields, offerings: z.array(z.object(offeringFields)), property_values: z.array(z.object(propertyValueFields)) }),
  ),
});

/**
 * The same, refusing every field we do not know. A PUT replaces the whole inventory, so what we could not carry over would be
 * lost: better no write than that.
 */
export const exactInventorySchema = z.strictObject({
  ...inventoryFields,
  products: z.array(
    z.strictObject({
      ...productFields,
      offerings: z.array(z.strictObject({ ...offeringFields, price: z.strictObject(moneySchema.shape) })),
      property_values: z.array(z.strictObject(propertyValueFields)),
    }),
  ),
});

export const listingSchema = z.object({
  listing_id: id,
  title: z.string(),
  state: z.enum(["active", "inactive", "sold_out", "draft", "expired"]),
  quantity: z.int(),
  ending_timestamp: epochSeconds.nullish(),
});

/** A page whose rows are parsed one by one: a single odd listing must not hide the others. */
export const rowsSchema = z.object({ count: z.int().nonnegative(), results: z.array(z.unknown()) });
export const listingIdSchema = z.object({ listing_id: id });
export const listingRowSchema = listingSchema.extend({ inventory: inventorySchema.nullish() });

export const transactionSchema = z.object({
  transaction_id: id,
  title: z.string().nullish(),
  quantity: z.int().nonnegative(),
  listing_id: z.int().nullish(),
  sku: z.string().nullish(),
  price: moneySchema.nullish(),
  shipped_timestamp: epochSeconds.nullish(),
  // Not `variations`: that list also holds what the buyer typed.
  product_data: z
    .array(z.object({ property_id: id, value_ids: z.array(z.int()).nullish(), values: z.array(z.string()).nullish() }))
    .nullish(),
});

export const receiptSchema = z.object({
  receipt_id: id,
  status: z.string(),
  is_paid: z.boolean(),
  is_shipped: z.boolean(),
  created_timestamp: epochSeconds,
  updated_timestamp: epochSeconds,
  transactions: z.array(transactionSchema),
  refunds: z.array(z.object({ created_timestamp: epochSeconds.nullish() })).nullish(),
  total_price: z.object({ currency_code: z.string() }).nullish(),
});
export const receiptPageSchema = z.object({ count: z.int().nonnegative(), results: z.array(receiptSchema) });

export const selfSchema = z.object({ user_id: id, shop_id: id.nullish() });
export const shopSchema = z.object({
  shop_id: id,
  shop_name: z.string(),
  currency_code: z.string(),
  is_vacation: z.boolean().nullish(),
});
export const tokenSchema = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.number().positive(),
});

export type Money = z.infer<typeof moneySchema>;
export type Inventory = z.infer<typeof inventorySchema>;
export type InventoryProduct = Inventory["products"][number];
export type PropertyValue = InventoryProduct["property_values"][number];
export type Listing = z.infer<typeof listingSchema>;
export type ListingState = Listing["state"];
export type ListingRow = z.infer<typeof listingRowSchema>;
export type Receipt = z.infer<typeof receiptSchema>;
export type Transaction = z.infer<typeof transactionSchema>;
