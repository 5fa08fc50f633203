import type { JsonObject } from "#app/domain/channel-words.ts";

/** The demo's platforms keep nothing back (settled.md 4). */
export const DEMO_TIMINGS: JsonObject = { orderLagMs: 0, staleReadMs: 0, readingSpacingMs: 300, orderOverlapMs: 60_000 };
