/** SKUs of the Inventory API with their offers: two numbers exist, and the listing shows the lesser. */
import { z } from "zod";
import { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";
import { inParallel } from "./in-parallel.ts";
import { API, errorsOf, readBody, sendRest } from "./rest-client.ts";

const BASE = `${API}/sell/inventory/v1`;
const SKUS_PER_CALL = 25;
const CALLS_AT_ONCE = 4;
const LONGEST_SKU = 50;
const UNKNOWN_SKU = ["25702", "25708", "25710"];

export type InventoryOffer = {
  offerId: string;
  listingId: string;
  /** null: the offer sets no limit of its own. */
  available: number | null;
  price: { value: string; currency: string } | null;
};
export type InventoryNumbers = {
  sku: string;
  barcode: string | null;
  /** null: a replacing write lost it, nothing can be bought. */
  total: number | null;
  /** Only those that are live listings now. */
  offers: InventoryOffer[];
};
/** `numbers` null: the Inventory API does not know the SKU. */
export type InventoryReading = { numbers: InventoryNumbers | null; sentAt: Date };

const itemShape = z.object({
  product: z.object({ ean: z.array(z.string()).optional(), upc: z.array(z.string()).optional() }).optional(),
  availability: z.object({ shipToLocationAvailability: z.object({ quantity: z.int().optional() }).optional() }).optional(),
});
type Item = z.infer<typeof itemShape>;
const bulkShape = z.object({
  responses: z.array(
    z.object({
      sku: z.string(),
      statusCode: z.int(),
      inventoryItem: itemShape.optional(),
      errors: z.array(z.object({ errorId: z.int() })).optional(),
    }),
  ),
});
const offersShape = z.object({
  offers: z.array(
    z.object({
      offerId: z.string(),
      format: z.string().optional(),
      status: z.string().optional(),
      availableQuantity: z.int().optional(),
      listing: z.object({ listingId: z.string().optional() }).optional(),
      pricingSummary: z.object({ price: z.object({ value: z.string(), currency: z.string() }).optional() }).optional(),
    }),
  ),
});

/** Whether the seller uses the Inventory API at all; most do not. */
export async function usesInventoryApi(context: ChannelContext): Promise<boolean> {
  const call = { operation: "getInventoryItems", method: "GET" as const, url: `${BASE}/inventory_item?limit=1&offset=0`, accept: [404] };
  const answer = await sendRest(context, call);
  return answer.status !== 404 && readBody(call, answer, z.object({ total: z.int() })).total > 0;
}

/** What buyers can take of the SKU where most can be taken: of several offers the highest, each at most the total. */
export function shownOf({ total, offers }: InventoryNumbers): number {
  return Math.max(0, ...offers.map((offer) => Math.min(offer.available ?? Number.POSITIVE_INFINITY, total ?? 0)));
}

export async function readInventory(context: ChannelContext, skus: string[]): Promise<Map<string, InventoryReading>> {
  const sentAt = context.now();
  const askable = [...new Set(skus)].filter((sku) => sku.length <= LONGEST_SKU);
  const items = new Map<string, Item>();
  const batches = Array.from({ length: Math.ceil(askable.length / SKUS_PER_CALL) }, (_, n) =>
    askable.slice(n * SKUS_PER_CALL, (n + 1) * SKUS_PER_CALL),
  );
  for (const found of await inParallel(batches, CALLS_AT_ONCE, (batch) => getItems(context, batch)))
    for (const [sku, item] of found) items.set(sku, item);
  const known = [...items];
  const offers = await inParallel(known, CALLS_AT_ONCE, ([sku]) => getOffers(context, sku));
  const readings = new Map<string, InventoryReading>(skus.map((sku) => [sku, { numbers: null, sentAt }]));
  known.forEach(([sku, item], index) => {
    readings.set(sku, { numbers: numbersOf(sku, item, offers[index]!), sentAt });
  });
  return readings;
}

async function getItems(context: ChannelContext, skus: string[]): Promise<Map<string, Item>> {
  const call = {
    operation: "bulkGetInventoryItem",
    method: "POST" as const,
    url: `${BASE}/bulk_get_inventory_item`,
    body: { requests: skus.map((sku) => ({ sku })) },
    accept: [400],
  };
  const answer = await sendRest(context, call);
  if (answer.status === 400)
    return refusedTogether(
      context,
      skus,
      errorsOf(answer.text).map((error) => String(error.errorId)),
    );
  const rows = new Map(readBody(call, answer, bulkShape).responses.map((row) => [row.sku, row]));
  const found = new Map<string, Item>();
  for (const sku of skus) {
    const row = rows.get(sku);
    if (row?.statusCode === 200 && row.inventoryItem) found.set(sku, row.inventoryItem);
    else if (!row || !isUnknown(row.statusCode, row.errors))
      throw new ChannelError("unavailable", "eBay left out SKUs that bulkGetInventoryItem asked for");
  }
  return found;
}

/** One SKU that eBay finds odd must not hide the others: they are asked one by one. */
async function refusedTogether(context: ChannelContext, skus: string[], codes: string[]): Promise<Map<string, Item>> {
  if (!codes.some((code) => UNKNOWN_SKU.includes(code)))
    throw new ChannelError("rejected", "eBay refused bulkGetInventoryItem", { status: 400, ...(codes[0] ? { code: codes[0] } : {}) });
  if (skus.length === 1) return new Map();
  const single = await inParallel(skus, CALLS_AT_ONCE, (sku) => getItems(context, [sku]));
  return new Map(single.flatMap((found) => [...found]));
}

function isUnknown(statusCode: number, errors: { errorId: number }[] = []): boolean {
  return statusCode === 404 || errors.some(({ errorId }) => UNKNOWN_SKU.includes(String(errorId)));
}

async function getOffers(context: ChannelContext, sku: string): Promise<InventoryOffer[]> {
  const call = {
    operation: "getOffers",
    method: "GET" as const,
    url: `${BASE}/offer?${new URLSearchParams({ sku, limit: "100" })}`,
    accept: [404],
  };
  const answer = await sendRest(context, call);
  // 404 says that the SKU has no offer.
  if (answer.status === 404) return [];
  return readBody(call, answer, offersShape).offers.flatMap((offer) => {
    const listingId = offer.listing?.listingId;
    if (offer.status !== "PUBLISHED" || offer.format === "AUCTION" || !listingId) return [];
    return [{ offerId: offer.offerId, listingId, available: offer.availableQuantity ?? null, price: offer.pricingSummary?.price ?? null }];
  });
}

function numbersOf(sku: string, item: Item, offers: InventoryOffer[]): InventoryNumbers {
  return {
    sku,
    barcode: item.product?.ean?.[0] ?? item.product?.upc?.[0] ?? null,
    total: item.availability?.shipToLocationAvailability?.quantity ?? null,
    offers,
  };
}
