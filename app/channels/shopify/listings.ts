/** Product variants as listings, page by page, with the reasons why one cannot be kept in step safely. */
import { z } from "zod";
import type { ChannelListing, ListingProblem } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, ListingPage } from "../port.ts";
import { callAdmin } from "./admin-api.ts";
import { VARIANTS_PAGE } from "./documents.ts";
import { allLevels, countedParts, type LevelPage, levelsPerPage, type PageInfo, stateOf, sumOf } from "./levels.ts";
import { toMinor } from "./money.ts";

type Variant = {
  id: string;
  sku: string | null;
  barcode: string | null;
  title: string;
  price: string;
  inventoryPolicy: "DENY" | "CONTINUE";
  product: { id: string; title: string; status: string };
  inventoryItem: { id: string; tracked: boolean; inventoryLevels: LevelPage };
};
type Answer = {
  shop: { currencyCode: string };
  productVariantsCount: { count: number; precision: string } | null;
  productVariants: { nodes: Variant[]; pageInfo: PageInfo };
};

/**
 * Shopify pages no deeper than 25,000 objects into one list (contract 3). Before that the walk begins a new list behind the last
 * variant it saw: the list is sorted by id, and `id:>=` is a documented filter.
 */
const DEEPEST = 25_000;

/** Where the next page begins: a cursor within the list of variants from id `from` on, `passed` of which were handed out. */
const placeShape = z.object({ after: z.string().nullable(), from: z.string().regex(/^\d+$/).nullable(), passed: z.int().min(0) });
type Place = z.infer<typeof placeShape>;

/** Shopify lets a query ask for 1,000 points at most; a variant is 3 points, its levels 2 and 3 each. */
const POINTS = 980;
const pageSize = (levels: number): number => Math.min(250, Math.floor(POINTS / (5 + 3 * levels)));

export async function listListings(context: ChannelContext, page: string | null): Promise<ListingPage> {
  const place = page === null ? { after: null, from: null, passed: 0 } : readPlace(page);
  const levels = levelsPerPage(context.settings);
  const first = pageSize(levels);
  const data = await callAdmin<Answer>(context, {
    operation: "productVariants",
    document: VARIANTS_PAGE,
    variables: { first, after: place.after, query: place.from === null ? null : `id:>=${place.from}`, levels },
  });
  const { nodes, pageInfo } = data.productVariants;
  const counted = data.productVariantsCount;
  const total = counted?.precision === "EXACT" ? counted.count : null;
  // A shop that counts variants but shows none is having a bad moment; taken at its word, everything would seem to have vanished.
  if (page === null && nodes.length === 0 && (total ?? 0) > 0)
    throw new ChannelError("unavailable", "Shopify answered an empty first page");
  const listings: ChannelListing[] = [];
  for (const variant of nodes) listings.push(await toListing(context, variant, data.shop.currencyCode));
  return { listings, nextPage: pageInfo.hasNextPage ? JSON.stringify(nextPlace(place, nodes, pageInfo, first)) : null, total };
}

/** All variants of these products. */
export async function readNamed(context: ChannelContext, names: string[]): Promise<ChannelListing[]> {
  const ids = names.flatMap((name) => /^gid:\/\/shopify\/Product\/(\d+)$/.exec(name)?.[1] ?? []);
  if (ids.length === 0) return [];
  const levels = levelsPerPage(context.settings);
  const listings: ChannelListing[] = [];
  for (let after: string | null = null; ; ) {
    const data: Answer = await callAdmin<Answer>(context, {
      operation: "productVariants",
      document: VARIANTS_PAGE,
      variables: { first: pageSize(levels), after, query: `product_ids:${ids.join(",")}`, levels },
    });
    const { nodes, pageInfo } = data.productVariants;
    for (const variant of nodes) listings.push(await toListing(context, variant, data.shop.currencyCode));
    if (!pageInfo.hasNextPage || pageInfo.endCursor === null) return listings;
    after = pageInfo.endCursor;
  }
}

function nextPlace(place: Place, nodes: Variant[], pageInfo: PageInfo, first: number): Place {
  const last = /\/(\d+)$/.exec(nodes.at(-1)?.id ?? "")?.[1];
  if (last === undefined || pageInfo.endCursor === null)
    throw new ChannelError("unavailable", "Shopify announced more variants but no way to them");
  const passed = place.passed + nodes.length;
  if (passed + first > DEEPEST) return { after: null, from: String(BigInt(last) + 1n), passed: 0 };
  return { ...place, after: pageInfo.endCursor, passed };
}

function readPlace(page: string): Place {
  try {
    return placeShape.parse(JSON.parse(page));
  } catch {
    throw new ChannelError("rejected", "this is no place in Shopify's variants");
  }
}

async function toListing(context: ChannelContext, variant: Variant, currency: string): Promise<ChannelListing> {
  const { product, inventoryItem: item } = variant;
  const parts = item.tracked ? countedParts(context, await allLevels(context, item.id, item.inventoryLevels)) : [];
  const stocked = item.tracked && parts.length > 0;
  return {
    externalId: variant.id,
    externalParentId: product.id,
    title: variant.title === "Default Title" ? product.title : `${product.title} - ${variant.title}`,
    parentTitle: product.title,
    sku: variant.sku?.trim() ? variant.sku : null,
    barcode: variant.barcode?.trim() ? variant.barcode : null,
    priceMinor: toMinor(variant.price, currency),
    currency,
    state: stateOf(product.status, item.tracked),
    quantity: stocked ? sumOf(parts) : null,
    quantityRef: { key: item.id, ref: { inventoryItemId: item.id } },
    parts,
    problems: problemsOf(variant, stocked),
  };
}

function problemsOf(variant: Variant, stocked: boolean): ListingProblem[] {
  const problems: ListingProblem[] = [];
  if (!variant.sku?.trim()) problems.push({ kind: "no-sku", text: "This variant has no SKU, so it cannot be matched by itself." });
  if (!variant.inventoryItem.tracked) {
    problems.push({ kind: "untracked", text: "Shopify does not track this variant's stock, so it has no number to keep in step." });
  } else if (!stocked) {
    problems.push({
      kind: "not-stocked",
      text: "This variant is stocked at none of the counted locations; stock it there in Shopify first.",
    });
  }
  if (variant.inventoryPolicy === "CONTINUE") {
    problems.push({
      kind: "oversell-allowed",
      text: "Shopify goes on selling this variant when it is out of stock, so a zero stops nobody.",
    });
  }
  return problems;
}
