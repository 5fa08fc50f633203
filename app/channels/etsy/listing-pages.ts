/** One page of a list of Etsy's: a state of the shop, or a section of it. */
import { z } from "zod";
import type { JsonObject } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";
import { listingIdSchema, rowsSchema } from "./answers.ts";
import { read } from "./client.ts";
import { readRows } from "./stock-read.ts";

export const STATES = ["active", "sold_out", "inactive", "draft", "expired"] as const;
export const PAGE = 100;

/** A state's listings, or a section's, which holds what is on sale only (its count says so, and the call needs no token). */
export type EtsyList = { state: (typeof STATES)[number] } | { section: number };

export type ListedRows = { count: number; rows: unknown[] };

/** Rows of a list are said to end here, however many there are (contracts/etsy.md 2, unconfirmed; so the first that lies behind is asked for). */
const REPORTED_CEILING = 12_000;

export function ceilingOf(settings: JsonObject): number {
  const told = settings.listCeiling;
  return typeof told === "number" && Number.isInteger(told) && told >= PAGE ? told : REPORTED_CEILING;
}

/** Throws "unavailable" for a page that is empty although the list goes on, or that holds rows without an id. */
export async function askPage(context: ChannelContext, list: EtsyList, offset: number, limit = PAGE): Promise<ListedRows> {
  const { count, results } =
    "state" in list ? await askState(context, list.state, offset, limit) : await askSection(context, list.section, offset, limit);
  if (results.length === 0 && count > offset) {
    throw new ChannelError("unavailable", "Etsy answered an empty page in the middle of the listings", { code: EMPTY_PAGE });
  }
  if (results.some((row) => !listingIdSchema.safeParse(row).success)) {
    throw new ChannelError("unavailable", "Etsy answered a listing without an id");
  }
  return { count, rows: results };
}

const EMPTY_PAGE = "empty-page";

/** How Etsy may say that it does not page on from here. */
export function isRefusedPlace(error: unknown): boolean {
  return error instanceof ChannelError && (error.kind === "rejected" || error.platform.code === EMPTY_PAGE);
}

type Answered = { count: number; results: unknown[] };

async function askState(context: ChannelContext, state: (typeof STATES)[number], offset: number, limit: number): Promise<Answered> {
  const query = new URLSearchParams({ state, limit: String(limit), offset: String(offset), includes: "Inventory" });
  const path = `/shops/${context.account.externalId}/listings`;
  return (await read(context, { operation: "getListingsByShop", method: "GET", path, query }, rowsSchema)).value;
}

/** A section's list brings no inventories; they are read beside it. */
async function askSection(context: ChannelContext, section: number, offset: number, limit: number): Promise<Answered> {
  const query = new URLSearchParams({ shop_section_ids: String(section), limit: String(limit), offset: String(offset) });
  const path = `/shops/${context.account.externalId}/shop-sections/listings`;
  const { value } = await read(context, { operation: "getListingsByShopSectionId", method: "GET", path, query }, rowsSchema);
  const ids = value.results.flatMap((row) => listingIdSchema.safeParse(row).data?.listing_id ?? []);
  const rows = await readRows(context, ids);
  return { count: value.count, results: value.results.map((row) => rows.get(listingIdSchema.safeParse(row).data?.listing_id ?? 0) ?? row) };
}

const sectionsSchema = z.object({
  results: z.array(z.object({ shop_section_id: z.int().positive(), active_listing_count: z.int().nonnegative() })),
});

/** Ids of the sections that hold anything on sale. */
export async function readSections(context: ChannelContext): Promise<number[]> {
  const path = `/shops/${context.account.externalId}/sections`;
  const { value } = await read(context, { operation: "getShopSections", method: "GET", path }, sectionsSchema);
  return value.results.filter((section) => section.active_listing_count > 0).map((section) => section.shop_section_id);
}
