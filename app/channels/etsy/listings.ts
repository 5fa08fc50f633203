/**
 * All listings, state by state: Etsy has no list of all. Paging is by position only, and a listing that leaves the list while we
 * read moves the rest up; so each page begins with the last row of the page before, and goes back when it is not there. Where Etsy
 * does not page on although there is more, the shop's sections show what they hold, and the last page says that the list was cut.
 */
import { z } from "zod";
import type { ChannelListing } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, ListingPage } from "../port.ts";
import { listingIdSchema } from "./answers.ts";
import { askPage, ceilingOf, type EtsyList, isRefusedPlace, type ListedRows, PAGE, readSections, STATES } from "./listing-pages.ts";
import { listingsOfRow } from "./listing-row.ts";
import { readRows } from "./stock-read.ts";

/**
 * Where the next page begins; `seen` counts rows of this list already handed out, `before` those of the states before it. `cut`: some list
 * did not go on to its end. `sections`: the present one, and what is left of them; null while states are walked.
 */
const pageSchema = z.object({
  state: z.enum(STATES),
  seen: z.int().nonnegative(),
  last: z.int().positive().nullable(),
  /** Rows that Etsy said this list has. */
  count: z.int().nonnegative().default(0),
  before: z.int().nonnegative(),
  cut: z.boolean().default(false),
  sections: z.array(z.int().positive()).nullable().default(null),
});
type Page = z.infer<typeof pageSchema>;

const ADVICE = "Sort them into sections of your shop at Etsy: what stands in a section and is on sale can be found there.";

export async function listListings(context: ChannelContext, page: string | null): Promise<ListingPage> {
  const at: Page =
    page === null ? { state: STATES[0], seen: 0, last: null, count: 0, before: 0, cut: false, sections: null } : readPage(page);
  const read = await readOn(context, at);
  const total = at.sections === null ? at.before + read.count : at.before;
  const listings = read.rows.flatMap((row): ChannelListing[] => listingsOfRow(row));
  if (!read.cut && read.seen < read.count) {
    const last = read.rows.length > 0 ? listingIdSchema.parse(read.rows[read.rows.length - 1]).listing_id : at.last;
    return { listings, nextPage: JSON.stringify({ ...at, seen: read.seen, last, count: read.count } satisfies Page), total };
  }
  const next = await nextList(context, { ...at, cut: at.cut || read.cut, before: total }, read.cut);
  return { listings, nextPage: next.page && JSON.stringify(next.page), total, ...(next.page === null && next.cut ? { cut: ADVICE } : {}) };
}

/** The next state; a cut list of what is on sale is first looked through section by section. */
async function nextList(context: ChannelContext, ended: Page, cutHere: boolean): Promise<{ page: Page | null; cut: boolean }> {
  const begun = { ...ended, seen: 0, last: null, count: 0 };
  const sections =
    ended.sections === null ? (cutHere && ended.state === "active" ? await readSections(context) : []) : ended.sections.slice(1);
  if (sections.length > 0) return { page: { ...begun, sections }, cut: ended.cut };
  const state = STATES[STATES.indexOf(ended.state) + 1];
  return { page: state === undefined ? null : { ...begun, state, sections: null }, cut: ended.cut };
}

/** By listing id; ids that are none of Etsy's are left out. */
export async function readNamed(context: ChannelContext, names: string[]): Promise<ChannelListing[]> {
  const ids = names.map(Number).filter((id) => Number.isSafeInteger(id) && id > 0);
  return [...(await readRows(context, ids)).values()].flatMap((row) => listingsOfRow(row));
}

type Rows = ListedRows & { seen: number; cut: boolean };

/** The rows after the last one seen. */
async function readOn(context: ChannelContext, at: Page): Promise<Rows> {
  const section = at.sections?.[0];
  const list: EtsyList = section === undefined ? { state: at.state } : { section };
  if (at.last === null) {
    const { count, rows } = await askPage(context, list, 0);
    return { count, rows, seen: rows.length, cut: false };
  }
  const ceiling = ceilingOf(context.settings);
  const from = Math.max(0, at.seen - 1);
  if (at.seen >= ceiling) return readBehind(context, list, at, from);
  // Up to the ceiling exactly: a page that would reach across might be refused as a whole.
  const answer = await askPage(context, list, from, Math.min(PAGE, Math.max(2, ceiling - from)));
  const found = positionOf(answer.rows, at.last);
  if (found >= 0) {
    const rows = after(answer, from, found);
    if (rows.rows.length > 0 || rows.seen >= rows.count) return rows;
    // An answer cut short after the row that marks our place: the next one is asked for without it.
    const next = await askPage(context, list, rows.seen);
    return { count: next.count, rows: next.rows, seen: rows.seen + next.rows.length, cut: false };
  }
  // Rows before this place have gone: look for the last one seen in the page before.
  const back = Math.max(0, from - PAGE + 1);
  const earlier = await askPage(context, list, back);
  const place = positionOf(earlier.rows, at.last);
  // Even the last row itself has gone; reading some rows twice is harmless, missing one is not.
  if (place >= 0) return after(earlier, back, place);
  return { count: earlier.count, rows: earlier.rows, seen: back + earlier.rows.length, cut: false };
}

/** Behind the reported ceiling only an answer that begins where we stand is believed; anything else is its end. */
async function readBehind(context: ChannelContext, list: EtsyList, at: Page, from: number): Promise<Rows> {
  const ended: Rows = { count: at.count, rows: [], seen: at.seen, cut: true };
  try {
    const answer = await askPage(context, list, from);
    const found = at.last === null ? -1 : positionOf(answer.rows, at.last);
    const goesOn = found >= 0 && (found < answer.rows.length - 1 || from + answer.rows.length >= answer.count);
    return goesOn ? after(answer, from, found) : { ...ended, count: answer.count };
  } catch (error) {
    if (isRefusedPlace(error)) return ended;
    throw error;
  }
}

function after(answer: ListedRows, from: number, place: number): Rows {
  return { count: answer.count, rows: answer.rows.slice(place + 1), seen: from + answer.rows.length, cut: false };
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
