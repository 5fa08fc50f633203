/** Which of the orders that compete for a unit to keep, and for which reason: the first thing in which they differ decides. Pure. */
import type { ChannelName } from "./channel-words.ts";

export type Competing = {
  orderId: string;
  /** Shipped orders cannot be taken back. */
  shipped: boolean;
  paid: boolean;
  /** How much a cancellation by the seller hurts on this channel, 0 to 3 (see below). */
  penalty: number;
  /** What the order's units of the item bring, in minor units; null where the platform does not say. */
  worthMinor: number | null;
  currency: string | null;
  placedAt: Date;
};

export type KeepReason = "shipped" | "paid" | "penalty" | "price" | "earlier";
export type Advice = { orderId: string; reason: KeepReason };

/** Most a seller can set for a channel. */
export const MOST_PENALTY = 3;

/**
 * What a cancellation by the seller costs him on each platform, unless he says otherwise. eBay counts cancellations for lack of stock
 * against the account and asks for less than 2 % of them (market.md 2c); nothing of the kind is known of the others' own rules for shops,
 * so a marketplace weighs more than a shop of one's own.
 */
export const CANCEL_PENALTY: Record<ChannelName, number> = { ebay: 3, etsy: 2, shopify: 1, woocommerce: 1 };

/** Null where fewer than two orders still compete. */
export function adviseKeeping(orders: readonly Competing[]): Advice | null {
  const [best, second] = [...orders].sort((a, b) => compare(a, b).order);
  if (best === undefined || second === undefined) return null;
  return { orderId: best.orderId, reason: compare(best, second).reason };
}

function compare(a: Competing, b: Competing): { order: number; reason: KeepReason } {
  const worth = a.currency !== null && a.currency === b.currency && a.worthMinor !== null && b.worthMinor !== null;
  const by: [KeepReason, number][] = [
    ["shipped", Number(b.shipped) - Number(a.shipped)],
    ["paid", Number(b.paid) - Number(a.paid)],
    ["penalty", b.penalty - a.penalty],
    ["price", worth ? (b.worthMinor ?? 0) - (a.worthMinor ?? 0) : 0],
    ["earlier", a.placedAt.getTime() - b.placedAt.getTime()],
  ];
  const [reason, order] = by.find(([, difference]) => difference !== 0) ?? ["earlier" as const, a.orderId < b.orderId ? -1 : 1];
  return { order, reason };
}
