/**
 * What to make of a platform's webhooks: what it says of them, and whether orders come that it never announced. Silence counts as
 * broken even where the platform says that all is well (settled.md 29: it probes and alarms, it never lowers a number).
 */
import type { ChannelName, Json, JsonObject } from "./channel-words.ts";

export type WatchState = "well" | "mended" | "broken" | "silent";

/** Kept in the connection's webhook_facts under `watch`. Times are ISO texts. */
export type WebhookWatch = {
  state: WatchState;
  checkedAt: string;
  /** When all was last known to be well: a gap begins there. */
  goodAt: string | null;
  /** What the platform said, by topic; empty where it cannot be asked. */
  hooks: { topic: string; state: string }[];
  /** Since when deliveries may have been lost; null while all is well. */
  gapFrom: string | null;
  mendedAt: string | null;
  /** Orders that nobody had announced, found when the gap was read again. */
  found: number;
  /** Why it could not be mended, in the platform's or our words. */
  problem: string | null;
};

/** So many orders in a row that no delivery announced. One may be an accident, two may share it. */
export const SILENT_AFTER = 3;

const MINUTE_MS = 60_000;
/**
 * After this long a delivery is late. Shopify and eBay send at once and try again within minutes; Etsy's third try comes after five
 * minutes; a WooCommerce shop sends when its scheduler runs, within a minute on a busy shop and far later on a quiet one.
 */
const USUAL_DELIVERY_MS: Record<ChannelName, number> = {
  shopify: 5 * MINUTE_MS,
  ebay: 5 * MINUTE_MS,
  etsy: 10 * MINUTE_MS,
  woocommerce: 30 * MINUTE_MS,
};

/** `settings.timings.deliveryMs` stands above the usual time of the platform. */
export function usualDeliveryMs(channel: ChannelName, settings: JsonObject): number {
  const { timings } = settings;
  const own = typeof timings === "object" && timings !== null && !Array.isArray(timings) ? timings.deliveryMs : undefined;
  return typeof own === "number" && own >= 0 ? own : USUAL_DELIVERY_MS[channel];
}

/** Orders whose delivery is overdue now. */
export function overdue<T extends { foundAt: Date }>(orders: T[], usualMs: number, now: Date): T[] {
  return orders.filter((order) => now.getTime() - order.foundAt.getTime() >= usualMs);
}

/** `hooks` null: the platform cannot be asked. */
export function judge(hooks: { state: string }[] | null, late: number): "well" | "broken" | "silent" {
  if (hooks?.some((hook) => hook.state !== "active")) return "broken";
  return late >= SILENT_AFTER ? "silent" : "well";
}

/** Null where it was never looked at, or what stands there is none of ours. */
export function readWatch(facts: Json): WebhookWatch | null {
  if (typeof facts !== "object" || facts === null || Array.isArray(facts)) return null;
  const { watch } = facts;
  return typeof watch === "object" && watch !== null && !Array.isArray(watch) && typeof watch.state === "string"
    ? (watch as unknown as WebhookWatch)
    : null;
}
