/** What is known about a number after a write of ours that the channel confirmed (design.md 5). Pure. */
import { type NumberState, openGap } from "./reading.ts";

export type AfterOwnWrite = Pick<
  NumberState,
  "confirmed" | "confirmedAt" | "steadySince" | "drift" | "coveredGap" | "lateGap" | "oddQuantity" | "oddAt"
>;

/**
 * @param quantity what the channel confirmed to show
 * @param sentAt when the write was sent, by our clock
 * @param staleReadMs readings of this channel may be this old
 */
export function afterOwnWrite(state: NumberState, quantity: number, sentAt: Date, staleReadMs: number): AfterOwnWrite {
  const coveredGap = openGap(state, staleReadMs);
  // A write that may still land late would cover the same gap.
  const written = { confirmed: quantity, confirmedAt: sentAt, steadySince: sentAt, coveredGap, lateGap: coveredGap };
  // A gap that is still unexplained stays a gap, to the unit, however little our write has left to be seen.
  if (coveredGap !== 0) return { ...written, drift: [...state.drift], oddQuantity: quantity, oddAt: state.oddAt ?? sentAt };
  // The write set the number, whatever own orders had done to it until then.
  const drift = state.drift.filter((d) => d.at > sentAt);
  const gone = state.oddQuantity !== null && state.oddQuantity < 0;
  return { ...written, drift, oddQuantity: gone ? state.oddQuantity : null, oddAt: gone ? state.oddAt : null };
}
