/** Steps that the trap tests share: the merchant acting past the connector, and lists collected over all their pages. For tests only. */
import type { ChannelListing, JsonObject } from "#app/domain/channel-words.ts";
import type { ChannelContext, StockWrite } from "../port.ts";
import { listListings } from "./listings.ts";
import { callShop } from "./shop-client.ts";

/** What the merchant does with the same key; DELETE is for good. */
export async function merchant(
  context: ChannelContext,
  method: "GET" | "POST" | "PUT" | "DELETE",
  endpoint: string,
  body?: JsonObject,
): Promise<JsonObject> {
  const call = { operation: "merchant", method, endpoint, ...(body ? { body } : {}) };
  return (await callShop(context, method === "DELETE" ? { ...call, params: { force: "true" } } : call)).body as JsonObject;
}

export async function allListings(context: ChannelContext): Promise<ChannelListing[]> {
  const found: ChannelListing[] = [];
  for (let page: string | null = null; ; ) {
    const answer = await listListings(context, page);
    found.push(...answer.listings);
    page = answer.nextPage;
    if (page === null) return found;
  }
}

export async function listingOf(context: ChannelContext, sku: string): Promise<ChannelListing> {
  const listing = (await allListings(context)).find((one) => one.sku === sku);
  if (!listing) throw new Error(`no listing ${sku}`);
  return listing;
}

export function writeOf(listing: ChannelListing, from: number, to: number): StockWrite {
  return { ...listing.quantityRef, from, to, readAt: new Date(), idempotencyKey: "k", parts: [], maySpend: false };
}

/** A gate that lets everything through. */
export async function letAll(imminent: { key: string }[]): Promise<ReadonlySet<string>> {
  return new Set(imminent.map((one) => one.key));
}
