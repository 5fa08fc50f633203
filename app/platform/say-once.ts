import type { Clock } from "./clock.ts";

/**
 * Lets the first of many equal messages pass and counts the rest for a while: a broken connection repeats itself hundreds of
 * times a second. `say` receives the message and how many like it were kept back before.
 */
export function createSayOnce(
  say: (message: string, keptBack: number) => void,
  options: { everyMs: number; clock: Clock; maxKinds?: number },
) {
  const heard = new Map<string, { at: number; keptBack: number }>();
  const maxKinds = options.maxKinds ?? 200;
  return (message: string): void => {
    const at = options.clock.elapsedMs();
    const before = heard.get(message);
    if (before && at - before.at < options.everyMs) {
      before.keptBack += 1;
      return;
    }
    if (!before && heard.size >= maxKinds) heard.clear();
    heard.set(message, { at, keptBack: 0 });
    say(message, before?.keptBack ?? 0);
  };
}
