/** What is known about a number after a write of ours that the channel confirmed (design.md 5). Pure. */
import { mayBeOld, type NumberState } from "./reading.ts";

export type AfterOwnWrite = Pick<NumberState, "confirmed" | "confirmedAt" | "steadySince" | "drift" | "oddQuantity" | "oddAt">;

/**
 * @param quantity what the channel confirmed to show
 * @param sentAt when the write was sent, by our clock
 * @param staleReadMs readings of this channel may be this old
 */
export function afterOwnWrite(state: NumberState, quantity: number, sentAt: Date, staleReadMs: number): AfterOwnWrite {
  const odd = state.oddQuantity;
  const surelySeen = state.oddAt !== null && !mayBeOld(state.oddAt, state, staleReadMs);
  if (odd !== null && odd >= 0 && state.confirmed !== null && surelySeen) {
    // A gap that is still unexplained stays a gap: both sides of it move with our write.
    const confirmed = Math.max(0, quantity - (odd - state.confirmed));
    return { confirmed, confirmedAt: sentAt, steadySince: sentAt, drift: [...state.drift], oddQuantity: quantity, oddAt: state.oddAt };
  }
  // The write set the number, whatever own orders had done to it until then.
  const drift = state.drift.filter((d) => d.at > sentAt);
  const gone = odd !== null && odd < 0;
  return {
    confirmed: quantity,
    confirmedAt: sentAt,
    steadySince: sentAt,
    drift,
    oddQuantity: gone ? odd : null,
    oddAt: gone ? state.oddAt : null,
  };
}
