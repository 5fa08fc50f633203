/**
 * All listings, state by state: Etsy has no list of all. Paging is by position only, and a listing that leaves the list while we
 * read moves the rest up; so each page begins with the last row of the page before, and goes back when it is not there.
 */
import { z } from "zod";
import type { ChannelListing } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, ListingPage } from "../port.ts";
import { listingIdSchema, rowsSchema } from "./answers.ts";
import { read } from "./client.ts";
import { listingsOfRow } from "./listing-row.ts";

const STATES = ["active", "sold_out", "inactive", "draft", "expired"] as const;
const PAGE = 100;

/** Where the next page begins; `seen` counts rows of this state already handed out, `before` those of the states before it. */
const pageSchema = z.object({
  state: z.enum(STATES),
  seen: z.int().nonnegative(),
  last: z.int().positive().nullable(),
  before: z.int().nonnegative(),
});
type Page = z.infer<typeof pageSchema>;

export async function listListings(context: ChannelContext, page: string | null): Promise<ListingPage> {
  const at = page === null ? { state: STATES[0], seen: 0, last: null, before: 0 } : readPage(page);
  const { count, rows, seen } = await readOn(context, at);
  const total = at.before + count;
  const listings = rows.flatMap((row): ChannelListing[] => listingsOfRow(row));
  if (seen < count) {
    const last = rows.length > 0 ? listingIdSchema.parse(rows[rows.length - 1]).listing_id : at.last;
    return { listings, nextPage: JSON.stringify({ ...at, seen, last } satisfies Page), total };
  }
  const next = STATES[STATES.indexOf(at.state) + 1];
  const nextPage: Page | null = next === undefined ? null : { state: next, seen: 0, last: null, before: total };
  return { listings, nextPage: nextPage && JSON.stringify(nextPage), total };
}

type Rows = { count: number; rows: unknown[]; seen: number };

/** The rows after the last one seen. */
async function readOn(context: ChannelContext, at: Page): Promise<Rows> {
  if (at.last === null) {
    const { count, rows } = await askPage(context, at.state, 0);
    return { count, rows, seen: rows.length };
  }
  const from = Math.max(0, at.seen - 1);
  const answer = await askPage(context, at.state, from);
  const found = positionOf(answer.rows, at.last);
  if (found >= 0) {
    const rows = after(answer, from, found);
    if (rows.rows.length > 0 || rows.seen >= rows.count) return rows;
    // An answer cut short after the row that marks our place: the next one is asked for without it.
    const next = await askPage(context, at.state, rows.seen);
    return { count: next.count, rows: next.rows, seen: rows.seen + next.rows.length };
  }
  // Rows before this place have gone: look for the last one seen in the page before.
  const back = Math.max(0, from - PAGE + 1);
  const earlier = await askPage(context, at.state, back);
  const place = positionOf(earlier.rows, at.last);
  // Even the last row itself has gone; reading some rows twice is harmless, missing one is not.
  return place >= 0 ? after(earlier, back, place) : { count: earlier.count, rows: earlier.rows, seen: back + earlier.rows.length };
}

function after(answer: { count: number; rows: unknown[] }, from: number, place: number): Rows {
  return { count: answer.count, rows: answer.rows.slice(place + 1), seen: from + answer.rows.length };
}

async function askPage(context: ChannelContext, state: Page["state"], offset: number): Promise<{ count: number; rows: unknown[] }> {
  const query = new URLSearchParams({ state, limit: String(PAGE), offset: String(offset), includes: "Inventory" });
  const path = `/shops/${context.account.externalId}/listings`;
  const { value } = await read(context, { operation: "getListingsByShop", method: "GET", path, query }, rowsSchema);
  if (value.results.length === 0 && value.count > offset) {
    throw new ChannelError("unavailable", "Etsy answered an empty page in the middle of the listings");
  }
  if (value.results.some((row) => !listingIdSchema.safeParse(row).success)) {
    throw new ChannelError("unavailable", "Etsy answered a listing without an id");
  }
  return { count: value.count, rows: value.results };
}

function positionOf(rows: unknown[], listingId: number): number {
  return rows.findIndex((row) => listingIdSchema.parse(row).listing_id === listingId);
}

function readPage(page: string): Page {
  try {
    return pageSchema.parse(JSON.parse(page));
  } catch {
    throw new ChannelError("rejected", "the place to go on in Etsy's listings is not readable");
  }
}
