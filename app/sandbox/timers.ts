/** Waiting, as something that can be handed in: tests let minutes pass at once. */
export type Timers = {
  /** Runs once after `ms`; the returned function calls it off. */
  after(ms: number, run: () => void): () => void;
};

export const realTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

export function wait(timers: Timers, ms: number): Promise<void> {
  return ms <= 0 ? Promise.resolve() : new Promise((resolve) => timers.after(ms, resolve));
}
