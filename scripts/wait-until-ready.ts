import { PlainFailure } from "./plain-failure.ts";

const PATIENCE_MS = 180_000;
const BETWEEN_MS = 200;
const SAY_AFTER_MS = 15_000;

/** Asks /readyz until it answers 200. Says what is missing when it takes long; throws PlainFailure after three minutes. */
export async function waitUntilReady(origin: string, say: (words: string) => void, cancelled: AbortSignal): Promise<void> {
  const startedAt = Date.now();
  let saidAt = startedAt;
  let missing = "no answer yet";
  while (!cancelled.aborted) {
    try {
      const answer = await fetch(`${origin}/readyz`, { signal: AbortSignal.any([cancelled, AbortSignal.timeout(5_000)]) });
      missing = (await answer.text()).slice(0, 500);
      if (answer.status === 200) return;
    } catch (error) {
      // Not listening yet, or just restarted: the reason stands in `missing` should it never come.
      missing = (error as Error).cause instanceof Error ? ((error as Error).cause as Error).message : (error as Error).message;
    }
    if (Date.now() - startedAt > PATIENCE_MS) throw new PlainFailure(`InventorySync did not become ready within three minutes: ${missing}`);
    if (Date.now() - saidAt > SAY_AFTER_MS) {
      saidAt = Date.now();
      say(`Still preparing: ${missing}`);
    }
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  }
}
