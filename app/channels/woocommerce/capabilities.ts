/** What WooCommerce does natively, with the seller's or the tests' own timings on top. */
import type { Json, JsonObject } from "#app/domain/channel-words.ts";
import type { Capabilities } from "../port.ts";
import { batchSizeOf, differencesOf } from "./settings.ts";

export function capabilities(settings: JsonObject): Capabilities {
  const timings = asObject(settings.timings);
  const timing = (name: string, otherwise: number): number => {
    const value = timings[name];
    return typeof value === "number" && value >= 0 ? value : otherwise;
  };
  const differences = differencesOf(settings);
  return {
    // No ETag, no If-Match, nothing to compare with anywhere in its API.
    compare: "read-first",
    push: { orders: true, stock: true },
    readBatch: 100,
    writeBatch: batchSizeOf(settings),
    writeByParent: true,
    locations: false,
    maxQuantity: 2_147_483_647,
    // Orders and stock are rows of one database: neither lags behind the other.
    orderLagMs: timing("orderLagMs", 0),
    // Pages shift while data changes, and modification times have whole seconds.
    orderOverlapMs: timing("orderOverlapMs", 10 * 60_000),
    staleReadMs: timing("staleReadMs", 0),
    readingSpacingMs: timing("readingSpacingMs", 1_000),
    historyDays: 90,
    // `_reduced_stock` on the order's lines says what came back.
    returnsShowAsRise: false,
    ...(differences === null ? {} : { differences }),
    // A host lets a request run up to a minute after we stopped waiting for it.
    ...(differences === "chosen" ? { lateWriteMs: timing("lateWriteMs", 60_000) } : {}),
  };
}

function asObject(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
