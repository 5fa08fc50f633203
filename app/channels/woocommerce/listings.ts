/**
 * Walks through all products and the variations of each variable one. Pages shift while products come and go, so a page begins
 * with the last product of the one before: where that is not found again, something was removed and we step back.
 */
import { z } from "zod";
import type { ChannelListing, ListingProblem } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, ListingPage } from "../port.ts";
import { PER_PAGE, readPage } from "./list-pages.ts";
import { minorUnits } from "./money.ts";
import { quantityRefOf, readItem, type ShopItem, shownState } from "./product-shape.ts";
import { factsOf } from "./settings.ts";
import { OddValue } from "./values.ts";

/** Variations need a call per parent; more parents wait for the next page, so that one page stays a bounded amount of work. */
const PARENTS_PER_PAGE = 5;

const cursorShape = z.object({
  /** Products passed so far, and the id of the last one. */
  passed: z.int().nonnegative(),
  last: z.int().nonnegative(),
  total: z.int().nullable(),
  /** Variable products whose variations are still to be read. */
  parents: z.array(z.int()),
});
type Cursor = z.infer<typeof cursorShape>;

export async function listListings(context: ChannelContext, page: string | null): Promise<ListingPage> {
  const cursor: Cursor = page === null ? { passed: 0, last: 0, total: null, parents: [] } : readCursor(page);
  if (cursor.parents.length > 0) return variationPage(context, cursor);
  const { items, odd, next } = await productPage(context, cursor);
  const variable = items.filter((item) => item.type === "variable");
  const now = variable.slice(0, PARENTS_PER_PAGE);
  const listings = items.filter((item) => item.type !== "variable").map((item) => toListing(context, item, null));
  for (const parent of now) listings.push(...(await variationsOf(context, parent)));
  const parents = variable.slice(PARENTS_PER_PAGE).map((item) => item.id);
  const more = { ...next, parents };
  const isLast = next.total !== null && next.passed >= next.total && parents.length === 0;
  return { listings: [...listings, ...odd], nextPage: isLast ? null : JSON.stringify(more), total: next.total };
}

/** Products by id, variable ones with all their variations. */
export async function readNamed(context: ChannelContext, names: string[]): Promise<ChannelListing[]> {
  const ids = names.map(Number).filter((id) => Number.isSafeInteger(id) && id > 0);
  if (ids.length === 0) return [];
  const { items, odd } = sortOut(context, (await readPage(context, "products", 0, ids)).values, null);
  const listings = items.filter((item) => item.type !== "variable").map((item) => toListing(context, item, null));
  for (const parent of items.filter((item) => item.type === "variable")) listings.push(...(await variationsOf(context, parent)));
  return [...listings, ...odd];
}

function readCursor(page: string): Cursor {
  try {
    return cursorShape.parse(JSON.parse(page));
  } catch {
    throw new ChannelError("rejected", "this is no place in the shop's products", { code: "odd-place" });
  }
}

async function productPage(context: ChannelContext, cursor: Cursor) {
  let { passed } = cursor;
  for (;;) {
    const offset = Math.max(0, passed - 1);
    const found = await readPage(context, "products", offset, null);
    const total = found.total ?? offset + found.values.length + (found.values.length === PER_PAGE ? 1 : 0);
    const ids = found.values.map(idIn);
    const shifted = passed > 0 && ids[0] !== undefined && ids[0] > cursor.last;
    const shrunk = passed > 0 && ids.length === 0 && total <= offset;
    if ((shifted || shrunk) && offset > 0) {
      passed = Math.max(0, passed - PER_PAGE);
      continue;
    }
    const last = Math.max(cursor.last, ...ids);
    const next = { passed: offset + ids.length, last, total };
    const fresh = found.values.filter((value) => idIn(value) > cursor.last);
    if (fresh.length === 0 && next.passed < total) {
      if (next.passed <= passed) throw new ChannelError("unavailable", "The shop's list does not go on.", { code: "short-page" });
      passed = next.passed;
      continue;
    }
    return { ...sortOut(context, fresh, null), next };
  }
}

function idIn(value: unknown): number {
  const id = typeof value === "object" && value !== null ? (value as { id?: unknown }).id : undefined;
  if (typeof id !== "number") throw new ChannelError("rejected", "The shop listed a product without an id.", { code: "odd-answer" });
  return id;
}

/** An item that cannot be read is still listed, as one that cannot be kept in step; it must not stop the import of all others. */
function sortOut(
  context: ChannelContext,
  values: readonly unknown[],
  parent: ShopItem | null,
): { items: ShopItem[]; odd: ChannelListing[] } {
  const items: ShopItem[] = [];
  const odd: ChannelListing[] = [];
  for (const value of values) {
    try {
      items.push(readItem(value, parent?.id ?? null));
    } catch (error) {
      if (!(error instanceof OddValue)) throw error;
      const stand: ShopItem = { ...BLANK, id: idIn(value), parentId: parent?.id ?? null };
      const problem: ListingProblem = { kind: "unsupported", text: `This product's data cannot be read: ${error.message}.` };
      odd.push({ ...toListing(context, stand, parent), state: "inactive", problems: [problem] });
    }
  }
  return { items, odd };
}

const BLANK: ShopItem = {
  id: 0,
  parentId: null,
  type: "simple",
  name: "",
  sku: null,
  price: null,
  status: "publish",
  managed: "none",
  quantity: null,
  backorders: false,
  options: [],
};

async function variationPage(context: ChannelContext, cursor: Cursor): Promise<ListingPage> {
  const now = cursor.parents.slice(0, PARENTS_PER_PAGE);
  const found = await readPage(context, "products", 0, now);
  const listings: ChannelListing[] = [];
  for (const parent of sortOut(context, found.values, null).items) listings.push(...(await variationsOf(context, parent)));
  const next = { ...cursor, parents: cursor.parents.slice(PARENTS_PER_PAGE) };
  const isLast = next.parents.length === 0 && next.total !== null && next.passed >= next.total;
  return { listings, nextPage: isLast ? null : JSON.stringify(next), total: next.total };
}

async function variationsOf(context: ChannelContext, parent: ShopItem): Promise<ChannelListing[]> {
  const byId = new Map<number, ChannelListing>();
  for (let offset = 0; ; ) {
    const found = await readPage(context, `products/${parent.id}/variations`, offset, null);
    const { items, odd } = sortOut(context, found.values, parent);
    for (const listing of [...items.map((item) => toListing(context, item, parent)), ...odd]) byId.set(Number(listing.externalId), listing);
    offset += found.values.length;
    if (found.total === null ? found.values.length < PER_PAGE : offset >= found.total) return [...byId.values()];
  }
}

function toListing(context: ChannelContext, item: ShopItem, parent: ShopItem | null): ChannelListing {
  const { currency } = factsOf(context.settings);
  return {
    externalId: String(item.id),
    externalParentId: item.parentId === null ? null : String(item.parentId),
    title: parent ? [parent.name, item.options.join(", ")].filter(Boolean).join(" - ") : item.name,
    parentTitle: parent?.name ?? null,
    sku: item.sku,
    barcode: null,
    priceMinor: minorUnits(item.price, currency),
    currency,
    state: shownState(item),
    quantity: item.quantity,
    quantityRef: quantityRefOf(item),
    parts: [],
    problems: problemsOf(item),
  };
}

function problemsOf(item: ShopItem): ListingProblem[] {
  const problems: ListingProblem[] = [];
  if (item.sku === null) problems.push({ kind: "no-sku", text: "This product has no SKU in the shop." });
  if (item.type === "external" || item.type === "grouped") {
    problems.push({ kind: "unsupported", text: "External and grouped products have no stock of their own." });
  } else if (item.managed === "none") {
    problems.push({ kind: "untracked", text: "The shop does not track a quantity for this product, so none can be set." });
  }
  if (item.managed !== "none" && item.backorders) {
    problems.push({ kind: "oversell-allowed", text: "The shop allows backorders: it goes on selling at zero and below." });
  }
  return problems;
}
