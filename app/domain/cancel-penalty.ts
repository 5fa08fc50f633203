/** How much a cancellation by the seller hurts on a connection: what he set there, else what is known of the platform. */
import type { ChannelName } from "./channel-words.ts";
import { CANCEL_PENALTY, MOST_PENALTY } from "./keep-order.ts";

/** `settings` are the connection's. */
export function penaltyOf(channel: ChannelName, settings: unknown): number {
  const set = typeof settings === "object" && settings !== null && "cancelPenalty" in settings ? settings.cancelPenalty : null;
  return isPenalty(set) ? set : CANCEL_PENALTY[channel];
}

export function isPenalty(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MOST_PENALTY;
}
