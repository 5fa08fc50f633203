import { z } from "zod";
import type { JsonObject, ShownState, StockReading } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ListingState } from "./answers.ts";
import type { QuantityGroup } from "./quantity-groups.ts";

/**
 * How a number is addressed: its listing, and whether it was we who took that listing off sale because nothing was left.
 * `deactivatedByUs` belongs to the listing: one number that carries it speaks for all of its siblings.
 */
const refSchema = z.object({ listingId: z.int().positive(), deactivatedByUs: z.boolean().optional() });
export type StockRef = z.infer<typeof refSchema>;

export function readRef(ref: JsonObject): StockRef {
  const read = refSchema.safeParse(ref);
  if (!read.success) throw new ChannelError("rejected", "a stored address of an Etsy number is not readable");
  return read.data;
}

/** Listing ids of these numbers that we took off sale. */
export function deactivatedListings(refs: readonly { ref: JsonObject }[]): Set<number> {
  const found = new Set<number>();
  for (const { ref } of refs) {
    const { listingId, deactivatedByUs } = readRef(ref);
    if (deactivatedByUs) found.add(listingId);
  }
  return found;
}

export function shownState(state: ListingState): ShownState {
  switch (state) {
    case "active":
      return "active";
    case "inactive":
      return "inactive";
    case "sold_out":
      return "sold-out";
    case "draft":
      return "draft";
    case "expired":
      return "ended";
    default:
      return state satisfies never;
  }
}

type Seen = {
  key: string;
  ref: JsonObject;
  state: ListingState;
  group: QuantityGroup | undefined;
  /** Whether this listing, if it is inactive, is so by our own hand. */
  byUs: boolean;
  sentAt: Date;
};

/** The reading of one number out of its listing. */
export function readingOf({ key, ref, state, group, byUs, sentAt }: Seen): StockReading {
  if (!group) return { key, quantity: null, state: "missing", sentAt, parts: [] };
  const ours = byUs && state === "inactive";
  const knownAsOurs = readRef(ref).deactivatedByUs === true;
  return {
    key,
    // Off sale by our hand means sold out: what Etsy keeps as quantity there is not on sale.
    quantity: ours ? 0 : group.quantity,
    state: state === "active" && !group.enabled ? "inactive" : shownState(state),
    sentAt,
    parts: [],
    ...(ours === knownAsOurs ? {} : { ref: { ...ref, deactivatedByUs: ours } }),
  };
}
