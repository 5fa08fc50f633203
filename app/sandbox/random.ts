/** A seeded stream of numbers, so that the same seed misbehaves in the same way. Not for secrets. */
export type Random = {
  /** 0 <= x < 1 */
  next(): number;
  state(): number;
  restore(state: number): void;
};

/** The mulberry32 generator: one 32-bit word of state, which makes it easy to keep across restarts. */
export function createRandom(seed: number): Random {
  let word = seed >>> 0;
  return {
    next() {
      word = (word + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(word ^ (word >>> 15), word | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
    },
    state: () => word,
    restore(state) {
      word = state >>> 0;
    },
  };
}

/** A seed of its own for each purpose, so that one stream never shifts another. */
export function deriveSeed(seed: number, purpose: string): number {
  let hash = 0x811c9dc5 ^ (seed >>> 0);
  for (let at = 0; at < purpose.length; at++) hash = Math.imul(hash ^ purpose.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
