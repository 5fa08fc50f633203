/** Long reads of a channel (listings, past orders): a limit that ends soon is waited for, so that one full second does not cost a minute. */
import { ChannelError } from "#app/channels/errors.ts";
import type { House } from "./house.server.ts";

/** For a longer limit the read ends, keeps its place, and goes on by the clock. */
const MOST_WAIT_MS = 20_000;

/** Repeats `call` after each short limit; everything else is thrown on. */
export async function waitOut<T>(house: House, call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const wait = error instanceof ChannelError && error.kind === "rate-limited" ? error.retryAfterMs : null;
      if (wait === null || wait > MOST_WAIT_MS) throw error;
      await house.pause(wait);
    }
  }
}

/** A page that was asked for by a place that the channel no longer takes: its cursors expire. The walk begins anew. */
export function isLostPlace(error: unknown, page: string | null): boolean {
  return page !== null && error instanceof ChannelError && error.kind === "rejected";
}
