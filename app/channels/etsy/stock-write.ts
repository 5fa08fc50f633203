/**
 * Writing numbers. One listing is one unit of work: one reading, one PUT for all of its numbers. The window between the two
 * cannot be closed, so nothing but the gate stands between them.
 */
import type { StockReading } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, StockWrite, WriteGate, WriteResult } from "../port.ts";
import { type ListingLook, lookAtListing } from "./listing-look.ts";
import { deactivatedListings, readingOf, readRef } from "./stock-ref.ts";
import { carryOut } from "./write-paths.ts";

export const MOST_QUANTITY = 999;

export async function setStock(context: ChannelContext, writes: StockWrite[], gate: WriteGate): Promise<WriteResult[]> {
  const byUs = deactivatedListings(writes);
  const results: WriteResult[] = [];
  const groups = [...groupByListing(writes)];
  for (const [index, [listingId, group]] of groups.entries()) {
    try {
      results.push(...(await writeListing(context, listingId, group, byUs.has(listingId), gate)));
    } catch (error) {
      // Only the reading before a write throws: of this listing nothing was sent.
      if (!(error instanceof ChannelError)) throw error;
      if (error.kind === "not-found") results.push(...group.map(({ key }): WriteResult => ({ key, outcome: "not-found" })));
      else if (results.length === 0) throw error;
      else {
        const rest = groups.slice(index).flatMap(([, left]) => left);
        return [...results, ...rest.map(({ key }): WriteResult => ({ key, outcome: "not-sent", reason: error.message }))];
      }
    }
  }
  return results;
}

function groupByListing(writes: StockWrite[]): Map<number, StockWrite[]> {
  const groups = new Map<number, StockWrite[]>();
  for (const write of writes) {
    const { listingId } = readRef(write.ref);
    const group = groups.get(listingId);
    if (group) group.push(write);
    else groups.set(listingId, [write]);
  }
  return groups;
}

async function writeListing(
  context: ChannelContext,
  listingId: number,
  writes: StockWrite[],
  byUs: boolean,
  gate: WriteGate,
): Promise<WriteResult[]> {
  const look = await lookAtListing(context, listingId);
  const settled: WriteResult[] = [];
  const wanted: StockWrite[] = [];
  for (const write of writes) {
    const verdict = compare(look, { ...write, to: Math.min(write.to, MOST_QUANTITY) }, byUs);
    if ("outcome" in verdict) settled.push(verdict);
    else wanted.push(verdict);
  }
  if (wanted.length === 0) return settled;
  return [...settled, ...(await carryOut(context, look, wanted, byUs, gate))];
}

/** The write itself where it shall go out, or what it came to without being sent. */
function compare(look: ListingLook, write: StockWrite, byUs: boolean): StockWrite | WriteResult {
  const { key } = write;
  const reading = readingOfWrite(look, write, byUs);
  if (reading.state === "missing") return { key, outcome: "not-found" };
  if (reading.quantity !== write.from || isOffSaleByOthers(reading, look, byUs)) return { key, outcome: "conflict", reading };
  if (write.to === write.from) {
    // What was asked for stands there already: a PUT would cost two of the day's calls and renew every product id.
    const { quantity, state, sentAt, ref } = reading;
    return { key, outcome: "confirmed", quantity, state, sentAt, parts: [], ...(ref ? { ref } : {}) };
  }
  if (look.readOnly) return { key, outcome: "rejected", code: null, text: look.readOnly.text, who: look.readOnly.who };
  return write;
}

export function readingOfWrite(look: ListingLook, { key, ref }: StockWrite, byUs: boolean): StockReading {
  return readingOf({ key, ref, state: look.listing.state, group: look.groups.get(key), byUs, sentAt: look.sentAt });
}

/** What somebody else took off sale is never written and never put back on sale. */
function isOffSaleByOthers(reading: StockReading, look: ListingLook, byUs: boolean): boolean {
  if (reading.state === "active" || reading.state === "sold-out") return false;
  return !(byUs && look.listing.state === "inactive");
}
