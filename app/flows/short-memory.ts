/** Remembers answers for a few seconds; concurrent askers share one question. Failures and "nothing yet" are not remembered. */
export function createShortMemory<T>(
  livesMs: number,
  now: () => Date,
  worthKeeping: (answer: T) => boolean = (answer) => answer !== null,
): (key: string, ask: () => Promise<T>) => Promise<T> {
  const held = new Map<string, { until: number; answer: Promise<T> }>();
  return (key, ask) => {
    const at = now().getTime();
    const known = held.get(key);
    if (known !== undefined && known.until > at) return known.answer;
    if (held.size > 10_000) held.clear();
    const answer = ask();
    held.set(key, { until: at + livesMs, answer });
    answer.then(
      (kept) => {
        if (!worthKeeping(kept)) held.delete(key);
      },
      () => held.delete(key),
    );
    return answer;
  };
}
