/**
 * Remembers for a while how things stood, for stale reads and for order feeds that lag. Only what changed is kept, so an
 * untouched shop of 100,000 products costs nothing.
 */
export type PastVersions<T> = {
  /** `before` stood until `untilMs`; null = it did not exist. */
  remember(id: number, before: T | null, untilMs: number): void;
  /** How it stood at that moment; undefined = no older version known, the current one stood already. */
  at(id: number, momentMs: number): T | null | undefined;
  clear(): void;
};

const KEEP_MS = 10 * 60_000;
const KEEP_VERSIONS = 60;

export function createPastVersions<T>(): PastVersions<T> {
  const byId = new Map<number, { untilMs: number; value: T | null }[]>();
  return {
    remember(id, before, untilMs) {
      const versions = byId.get(id) ?? [];
      versions.push({ untilMs, value: before });
      while (versions.length > KEEP_VERSIONS || (versions[0] && versions[0].untilMs < untilMs - KEEP_MS)) versions.shift();
      byId.set(id, versions);
    },
    at(id, momentMs) {
      return byId.get(id)?.find((version) => version.untilMs > momentMs)?.value;
    },
    clear() {
      byId.clear();
    },
  };
}
