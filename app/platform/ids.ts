import { randomBytes } from "node:crypto";
import type { Clock } from "./clock.ts";
import { systemClock } from "./clock.ts";

export type IdSource = () => string;

/** 74 random bits remain; the low 12 bits after the version count up within one millisecond (RFC 9562, method 1). */
const COUNTER_LIMIT = 0x1000;

/**
 * UUIDs of version 7: they sort by time, and ids of one source sort in the order in which they were given, also within a
 * millisecond and when the clock is set back. Lower case with dashes.
 */
export function createIds(options: { clock?: Pick<Clock, "now">; random?: (bytes: number) => Uint8Array } = {}): IdSource {
  const clock = options.clock ?? systemClock;
  const random = options.random ?? randomBytes;
  let lastMs = -1;
  let counter = 0;
  return () => {
    const nowMs = clock.now().getTime();
    const noise = random(10);
    if (nowMs > lastMs) {
      lastMs = nowMs;
      // The upper half stays free, so that a busy millisecond has room to count.
      counter = (((noise[8] ?? 0) << 8) | (noise[9] ?? 0)) & 0x7ff;
    } else if (++counter === COUNTER_LIMIT) {
      lastMs += 1;
      counter = 0;
    }
    const bytes = Buffer.alloc(16);
    bytes.writeUIntBE(lastMs, 0, 6);
    bytes.writeUInt16BE(0x7000 | counter, 6);
    bytes.set(noise.subarray(0, 8), 8);
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = bytes.toString("hex");
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };
}

/** The process's own source. */
export const newId: IdSource = createIds();
