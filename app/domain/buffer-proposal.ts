/** How many units to hold back on a channel so that what sells elsewhere while its number is still old is covered. Pure. */

export type BufferEvidence = {
  /** Time until the channel shows a sale made elsewhere, in 95 of 100 cases. */
  lagMs: number;
  /** Units of the item sold elsewhere in the busiest stretch, as units per hour. */
  peakPerHour: number;
};

/** `units` = `lagMs` times one sale per `everyMs`, rounded up: "2 units: 40 s x 1 sale per 20 s". */
export type BufferProposal = { units: number; lagMs: number; everyMs: number };

const HOUR_MS = 3_600_000;
/** Below one sale in two such stretches a held-back unit costs more sales than it saves. */
const LEAST_EXPECTED = 0.5;
/** 40 s at one sale per 20 s are two, whatever the fractions of floating point say. */
const ROUNDING = 1e-9;

/** Null where no buffer is worth its price. */
export function proposeBuffer({ lagMs, peakPerHour }: BufferEvidence): BufferProposal | null {
  if (!(lagMs > 0) || !(peakPerHour > 0)) return null;
  const everyMs = HOUR_MS / peakPerHour;
  const expected = lagMs / everyMs;
  if (expected < LEAST_EXPECTED) return null;
  return { units: Math.ceil(expected - ROUNDING), lagMs, everyMs };
}
