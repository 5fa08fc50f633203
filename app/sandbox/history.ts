/**
 * A value and what it was before, for platforms that answer with old numbers for a while (staleReadMs) or whose order feed
 * lags behind (orderLagMs). A simulator keeps one per listing or order and asks for the value as it stood some time ago.
 */
const KEEP_MS = 15 * 60_000;

export class History<T> {
  private entries: { at: number; value: T }[];

  /** `bornAt` in milliseconds; leave it out for things that were always there. */
  constructor(value: T, bornAt = Number.NEGATIVE_INFINITY) {
    this.entries = [{ at: bornAt, value }];
  }

  get current(): T {
    return this.entries[this.entries.length - 1]!.value;
  }

  set(value: T, now: Date): void {
    const at = now.getTime();
    const last = this.entries[this.entries.length - 1]!;
    if (last.at === at) last.value = value;
    else this.entries.push({ at, value });
    // One entry older than the longest lag must stay: it is what was true then.
    while (this.entries.length > 1 && this.entries[1]!.at < at - KEEP_MS) this.entries.shift();
  }

  /** The value as it stood `ms` ago; undefined when it did not exist yet. */
  ago(ms: number, now: Date): T | undefined {
    if (ms <= 0) return this.current;
    const then = now.getTime() - ms;
    for (let index = this.entries.length - 1; index >= 0; index--) {
      const entry = this.entries[index]!;
      if (entry.at <= then) return entry.value;
    }
    return undefined;
  }
}
