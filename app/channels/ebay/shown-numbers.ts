/**
 * Numbers of plain old-style listings out of Trading's list calls, 200 a call, where GetItem costs a call each. The lists show only the
 * variations on which something happened (contracts/ebay.md 13.1), so that variations stay with GetItem; and what a list does not show,
 * or shows as ended, is not read here.
 */
import { z } from "zod";
import type { StockReading } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext } from "../port.ts";
import { isCapped, readActivePage } from "./active-list.ts";
import { stateOf } from "./listings.ts";
import { tradingRef } from "./refs.ts";

/** eBay's most entries of a page. */
const PER_CALL = 200;

/** Keys of plain items (refs.ts); a variation's goes on behind a second colon. */
export const SHOWN = { perCall: PER_CALL, keyPattern: "^t:[^:]+$" };

const placeShape = z.object({ call: z.enum(["selling", "list"]), page: z.int().min(1) });

export async function readShown(
  context: ChannelContext,
  page: string | null,
): Promise<{ readings: StockReading[]; nextPage: string | null }> {
  const at = page === null ? { call: "selling" as const, page: 1 } : readPlace(page);
  let call: "selling" | "list" = at.call;
  let sentAt = context.now();
  let active = await readActivePage(context, call, at.page, null, PER_CALL);
  if (page === null && (isCapped(active) || active.total === 0)) {
    call = "list";
    sentAt = context.now();
    active = await readActivePage(context, call, 1, null, PER_CALL);
  }
  const readings = active.items.flatMap(({ itemId, fixedPrice, units }): StockReading[] => {
    const [unit] = units;
    if (!fixedPrice || unit === undefined || units.length > 1 || unit.variation !== null) return [];
    return [{ key: tradingRef(itemId, null).key, quantity: unit.available, state: stateOf(unit.available), sentAt, parts: [] }];
  });
  return { readings, nextPage: at.page < active.pages ? JSON.stringify({ call, page: at.page + 1 }) : null };
}

function readPlace(page: string): z.infer<typeof placeShape> {
  try {
    return placeShape.parse(JSON.parse(page));
  } catch {
    throw new ChannelError("rejected", "this is no page of eBay's list");
  }
}
