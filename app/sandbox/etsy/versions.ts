import { History } from "../history.ts";

/** Things by id, each with what it was before, for stale reads and lagging feeds. */
export class Versions<T> {
  private readonly kept = new Map<number, History<T>>();

  get size(): number {
    return this.kept.size;
  }

  get(id: number): T | undefined {
    return this.kept.get(id)?.current;
  }

  /** The value as it stood `ms` ago; undefined when it did not exist yet. */
  ago(id: number, ms: number, now: Date): T | undefined {
    return this.kept.get(id)?.ago(ms, now);
  }

  set(id: number, value: T, now: Date): void {
    const history = this.kept.get(id);
    if (history) history.set(value, now);
    else this.kept.set(id, new History(value, now.getTime()));
  }

  /** Puts a value in place as if it had always stood there (seeding, loading). */
  seed(id: number, value: T): void {
    this.kept.set(id, new History(value));
  }

  delete(id: number): void {
    this.kept.delete(id);
  }

  *values(): IterableIterator<T> {
    for (const history of this.kept.values()) yield history.current;
  }
}
