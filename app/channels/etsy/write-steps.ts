/** The single steps of which a write is made, and what each of them can come to. */
import { ChannelError } from "../errors.ts";
import type { ChannelContext, StockWrite, WriteGate, WriteResult } from "../port.ts";
import { inventorySchema, listingSchema } from "./answers.ts";
import { type Changed, type Failure, makeChange } from "./changing-call.ts";
import { buildInventoryBody } from "./inventory-body.ts";
import { type ListingLook, lookAtListing } from "./listing-look.ts";
import { type QuantityGroup, quantityGroups } from "./quantity-groups.ts";
import { readingOf } from "./stock-ref.ts";

/** One listing's write under way: the reading it rests on, and whether an inactive state is our own doing. */
export type Work = { context: ChannelContext; look: ListingLook; byUs: boolean; gate: WriteGate };

export async function askGate(
  gate: WriteGate,
  writes: StockWrite[],
  readAt: Date,
): Promise<{ allowed: StockWrite[]; denied: WriteResult[] }> {
  const keys = await gate(writes.map(({ key }) => ({ key, readAt })));
  const denied = writes.filter((write) => !keys.has(write.key));
  return {
    allowed: writes.filter((write) => keys.has(write.key)),
    denied: denied.map(({ key }) => ({ key, outcome: "not-sent", reason: "stopped right before sending" })),
  };
}

export type Put =
  | { ok: true; groups: Map<string, QuantityGroup> | null; sentAt: Date }
  | { ok: false; failure: Failure; status: number | null };

export async function putNumbers(context: ChannelContext, look: ListingLook, numberOf: (group: QuantityGroup) => number): Promise<Put> {
  const currency = typeof context.settings.currency === "string" ? context.settings.currency : null;
  const quantityOf = (key: string) => {
    const group = look.groups.get(key);
    return group ? numberOf(group) : Number.NaN;
  };
  const built = buildInventoryBody(look.listingId, look.inventory, quantityOf, currency);
  if ("refused" in built) return { ok: false, failure: { outcome: "rejected", code: null, text: built.refused, who: "us" }, status: null };
  const path = `/listings/${look.listingId}/inventory`;
  const sent = await makeChange(context, { operation: "updateListingInventory", method: "PUT", path, json: built.body });
  if (!sent.ok) return sent;
  const inventory = inventorySchema.safeParse(sent.body);
  return { ok: true, groups: inventory.success ? quantityGroups(look.listingId, inventory.data) : null, sentAt: sent.sentAt };
}

async function patchState(
  context: ChannelContext,
  listingId: number,
  state: "active" | "inactive",
): Promise<{ ok: true; state: string | null; sentAt: Date } | Extract<Changed, { ok: false }>> {
  const path = `/shops/${context.account.externalId}/listings/${listingId}`;
  const sent = await makeChange(context, { operation: "updateListing", method: "PATCH", path, form: { state } });
  if (!sent.ok) return sent;
  const listing = listingSchema.safeParse(sent.body);
  return { ok: true, state: listing.success ? listing.data.state : null, sentAt: sent.sentAt };
}

/**
 * Moves the listing to another state and makes sure of it. A lost answer is settled by looking at once: a listing that went off
 * sale without anybody noting that it was us would later be taken for the seller's own doing, and never come back.
 */
export async function moveTo(context: ChannelContext, listingId: number, state: "active" | "inactive"): Promise<Moved> {
  const patched = await patchState(context, listingId, state);
  if (patched.ok && patched.state === state) return { ok: true, sentAt: patched.sentAt };
  if (!patched.ok && patched.failure.outcome !== "unknown") return patched;
  const now = await tryToLook(context, listingId);
  if (now?.listing.state === state) return { ok: true, sentAt: now.sentAt };
  if (!patched.ok) return patched;
  return { ok: false, failure: { outcome: "unknown", reason: `Etsy's answer does not show the listing as ${state}` }, status: null };
}

export type Moved = { ok: true; sentAt: Date } | Extract<Changed, { ok: false }>;

/** null: it could not be read now. */
export async function tryToLook(context: ChannelContext, listingId: number): Promise<ListingLook | null> {
  try {
    return await lookAtListing(context, listingId);
  } catch (error) {
    if (error instanceof ChannelError) return null;
    throw error;
  }
}

/** Etsy's answer to the PUT is the proof; the number in it counts, whatever was asked for. */
export function confirmed(write: StockWrite, put: Extract<Put, { ok: true }>): WriteResult {
  const quantity = put.groups?.get(write.key)?.quantity;
  if (quantity === undefined) return unknown(write, "Etsy's answer to the change could not be read");
  return { key: write.key, outcome: "confirmed", quantity, state: "active", sentAt: put.sentAt, parts: [] };
}

/**
 * A refusal may only mean that the last unit was sold between our reading and our call (a sold out listing takes neither a PUT
 * nor a PATCH to inactive). So a refused change looks again before it is called our mistake.
 */
export async function explain(
  { context, look, byUs }: Work,
  writes: StockWrite[],
  { failure, status }: Extract<Changed, { ok: false }>,
): Promise<WriteResult[]> {
  if (status !== 400) return fail(writes, failure);
  const now = await tryToLook(context, look.listingId);
  if (now === null) return fail(writes, failure);
  return writes.map((write): WriteResult => {
    const { key, ref, to, from } = write;
    const reading = readingOf({ key, ref, state: now.listing.state, group: now.groups.get(key), byUs, sentAt: now.sentAt });
    if (reading.quantity === from && now.listing.state === look.listing.state) return { key, ...failure };
    const { quantity, state, sentAt } = reading;
    if (quantity === to && state === "sold-out") return { key, outcome: "confirmed", quantity, state, sentAt, parts: [] };
    return { key, outcome: "conflict", reading };
  });
}

export const fail = (writes: StockWrite[], failure: Failure): WriteResult[] => writes.map(({ key }) => ({ key, ...failure }));
export const unknown = ({ key }: StockWrite, reason: string): WriteResult => ({ key, outcome: "unknown", reason });
