/** Reading numbers: up to 100 listings in one call, which Etsy refuses whole when it does not know one of them. */
import type { JsonObject, StockReading } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";
import { type ListingRow, listingIdSchema, listingRowSchema, rowsSchema } from "./answers.ts";
import { read } from "./client.ts";
import { quantityGroups } from "./quantity-groups.ts";
import { deactivatedListings, readingOf, readRef } from "./stock-ref.ts";

export const READ_BATCH = 100;

/** null = Etsy does not know the listing; "unreadable" = it exists, in a shape that we do not know. */
type Found = { row: ListingRow | null | "unreadable"; sentAt: Date };

export async function readStock(context: ChannelContext, refs: { key: string; ref: JsonObject }[]): Promise<StockReading[]> {
  const ids = [...new Set(refs.map(({ ref }) => readRef(ref).listingId))];
  const found = new Map<number, Found>();
  for (let from = 0; from < ids.length; from += READ_BATCH) await readListings(context, ids.slice(from, from + READ_BATCH), found);
  const byUs = deactivatedListings(refs);
  return refs.map(({ key, ref }) => {
    const { listingId } = readRef(ref);
    const answer = found.get(listingId);
    if (!answer) throw new ChannelError("unavailable", "Etsy's answer left out a listing that was asked for");
    const { row, sentAt } = answer;
    if (row === null) return { key, quantity: null, state: "missing", sentAt, parts: [] };
    if (row === "unreadable" || !row.inventory) return { key, quantity: null, state: "untracked", sentAt, parts: [] };
    const group = quantityGroups(listingId, row.inventory).get(key);
    return readingOf({ key, ref, state: row.state, group, byUs: byUs.has(listingId), sentAt });
  });
}

/** Whole listings with their inventories, for lists that bring none; those that cannot be read are left out. */
export async function readRows(context: ChannelContext, ids: number[]): Promise<Map<number, ListingRow>> {
  const found = new Map<number, Found>();
  if (ids.length > 0) await readListings(context, ids, found);
  return new Map([...found].flatMap(([id, { row }]) => (row === null || row === "unreadable" ? [] : [[id, row] as const])));
}

/** Fills `found`, halving what was refused until the unknown ids stand alone. */
async function readListings(context: ChannelContext, ids: number[], found: Map<number, Found>): Promise<void> {
  const answer = await askBatch(context, ids);
  if (answer.rows === null) {
    if (ids.length === 1) found.set(ids[0]!, { row: null, sentAt: answer.sentAt });
    else await readHalves(context, ids, found);
    return;
  }
  const { rows, sentAt } = answer;
  for (const [id, row] of rows) found.set(id, { row, sentAt });
  const left = ids.filter((id) => !rows.has(id));
  if (left.length === 0) return;
  // Left out of a good answer is not the same as unknown: it is asked for again, and never taken for an answer.
  if (left.length === ids.length) throw new ChannelError("unavailable", "Etsy's answer left out every listing that was asked for");
  await readListings(context, left, found);
}

async function readHalves(context: ChannelContext, ids: number[], found: Map<number, Found>): Promise<void> {
  const middle = Math.ceil(ids.length / 2);
  await readListings(context, ids.slice(0, middle), found);
  await readListings(context, ids.slice(middle), found);
}

type BatchAnswer = { rows: Map<number, ListingRow | "unreadable"> | null; sentAt: Date };

/** `rows` null: at least one of the ids is unknown, and Etsy does not say which. */
async function askBatch(context: ChannelContext, ids: number[]): Promise<BatchAnswer> {
  const query = new URLSearchParams();
  // The document wants the name repeated; the service has taken one comma list as well.
  if (context.settings.etsyIdLists === "comma") query.set("listing_ids", ids.join(","));
  else for (const id of ids) query.append("listing_ids", String(id));
  const startedAt = context.now();
  try {
    const wanted = { operation: "getListingsInventoryByListingIds", method: "GET", path: "/listings/batch/inventory", query } as const;
    const { value, sentAt } = await read(context, wanted, rowsSchema);
    return { rows: rowsById(value.results), sentAt };
  } catch (error) {
    if (error instanceof ChannelError && error.kind === "not-found") return { rows: null, sentAt: startedAt };
    throw error;
  }
}

function rowsById(results: unknown[]): Map<number, ListingRow | "unreadable"> {
  const rows = new Map<number, ListingRow | "unreadable">();
  for (const result of results) {
    const row = listingRowSchema.safeParse(result);
    const id = row.success ? row.data.listing_id : listingIdSchema.safeParse(result).data?.listing_id;
    if (id !== undefined) rows.set(id, row.success ? row.data : "unreadable");
  }
  return rows;
}
