import { z } from "zod";
import { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";
import { exactInventorySchema, type Inventory, inventorySchema, type Listing, listingSchema } from "./answers.ts";
import { read } from "./client.ts";
import { type QuantityGroup, quantityGroups, whyReadOnly } from "./quantity-groups.ts";

/** One listing as it stands now: its state and its whole inventory out of one answer. */
export type ListingLook = {
  listingId: number;
  listing: Listing;
  inventory: Inventory;
  groups: Map<string, QuantityGroup>;
  /** Why it must not be written: words, and who can do something about it; null = it may be. */
  readOnly: { text: string; who: "seller" | "us" } | null;
  sentAt: Date;
};

const lookSchema = z.looseObject({ listing: listingSchema });

/** Throws ChannelError; "not-found" when Etsy does not know the listing or keeps no inventory for it. */
export async function lookAtListing(context: ChannelContext, listingId: number): Promise<ListingLook> {
  const query = new URLSearchParams({ includes: "Listing" });
  const wanted = { operation: "getListingInventory", method: "GET", path: `/listings/${listingId}/inventory`, query } as const;
  const { value, sentAt } = await read(context, wanted, lookSchema);
  const { listing, ...rest } = value;
  const inventory = inventorySchema.safeParse(rest);
  if (!inventory.success) throw new ChannelError("unavailable", "Etsy's inventory of a listing could not be read");
  return {
    listingId,
    listing,
    inventory: inventory.data,
    groups: quantityGroups(listingId, inventory.data),
    readOnly: readOnlyReason(listingId, rest, inventory.data),
    sentAt,
  };
}

function readOnlyReason(listingId: number, raw: unknown, inventory: Inventory): ListingLook["readOnly"] {
  const seller = whyReadOnly(listingId, inventory);
  if (seller !== null) return { text: seller, who: "seller" };
  if (exactInventorySchema.safeParse(raw).success) return null;
  return {
    text: "Etsy describes this listing with fields that InventorySync does not know yet; writing its stock could lose them.",
    who: "us",
  };
}
