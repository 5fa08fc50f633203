/** What the two write paths share: what is known of each write, and how a reading decides before anything is sent. */
import type { StockReading } from "#app/domain/channel-words.ts";
import { ChannelError } from "../errors.ts";
import type { ChannelContext, StockWrite, WriteGate, WriteResult } from "../port.ts";
import { stateOf } from "./listings.ts";

export type WriteSession = {
  context: ChannelContext;
  gate: WriteGate;
  results: Map<string, WriteResult>;
  /** Something was sent that may have changed a number. */
  sent: boolean;
};

export function settle(session: WriteSession, result: WriteResult): void {
  session.results.set(result.key, result);
}

export function confirmed(write: StockWrite, sentAt: Date, more: { note?: string; ref?: StockWrite["ref"] } = {}): WriteResult {
  return { key: write.key, outcome: "confirmed", quantity: write.to, state: stateOf(write.to), sentAt, parts: [], ...more };
}

/**
 * True where the write should go out. Otherwise its result stands: something else is shown, it is gone, or it is there already.
 * `repeat`: the same write was just sent with an unclear answer, so that finding its value proves it.
 */
export function mayWrite(session: WriteSession, write: StockWrite, reading: StockReading, repeat = false): boolean {
  const { key, to } = write;
  if (reading.state === "missing") settle(session, { key, outcome: "not-found" });
  else if (repeat && reading.quantity === to) settle(session, confirmed(write, reading.sentAt));
  else if (reading.quantity !== write.from) settle(session, { key, outcome: "conflict", reading });
  // A write of the same value would only spend one of the day's revisions.
  else if (reading.quantity === to) settle(session, confirmed(write, reading.sentAt));
  else return true;
  return false;
}

/** Asks the gate for the writes of one call; what it stops is settled as not sent. */
export async function passGate<T extends { write: StockWrite; reading: StockReading }>(session: WriteSession, imminent: T[]): Promise<T[]> {
  if (imminent.length === 0) return [];
  const allowed = await session.gate(imminent.map(({ write, reading }) => ({ key: write.key, readAt: reading.sentAt })));
  for (const { write } of imminent) {
    if (!allowed.has(write.key)) settle(session, { key: write.key, outcome: "not-sent", reason: "stopped at the last moment" });
  }
  return imminent.filter(({ write }) => allowed.has(write.key));
}

/** Runs one changing call. null: no usable answer came, and its writes are settled as unknown. */
export async function sendWrite<T>(session: WriteSession, writes: StockWrite[], call: () => Promise<T>): Promise<T | null> {
  try {
    const answer = await call();
    session.sent = true;
    return answer;
  } catch (error) {
    if (!(error instanceof ChannelError) || error.kind !== "outcome-unknown") throw error;
    session.sent = true;
    for (const { key } of writes) settle(session, { key, outcome: "unknown", reason: error.message });
    return null;
  }
}
