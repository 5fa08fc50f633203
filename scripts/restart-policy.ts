const WINDOW_MS = 60_000;
const MOST_DEATHS = 5;
const FIRST_WAIT_MS = 100;

/** What to do after a child died, from the times (ms) of its deaths so far, this one included (settled.md 8). */
export function afterDeath(deaths: readonly number[], now: number): { restartInMs: number } | "give up" {
  const recent = deaths.filter((at) => now - at < WINDOW_MS).length;
  return recent >= MOST_DEATHS ? "give up" : { restartInMs: FIRST_WAIT_MS * 4 ** (recent - 1) };
}
