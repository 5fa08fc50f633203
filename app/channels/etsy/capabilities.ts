import type { JsonObject } from "#app/domain/channel-words.ts";
import type { Capabilities } from "../port.ts";
import { READ_BATCH } from "./stock-read.ts";
import { MOST_QUANTITY } from "./stock-write.ts";

/** Etsy promises no times; these are careful guesses that a connection's settings may replace. */
const TIMINGS = { orderLagMs: 5_000, staleReadMs: 2_000, readingSpacingMs: 3_000, orderOverlapMs: 5 * 60_000 };

/** One listing per setStock (all its numbers together): a GET and a PUT each, several listings side by side. */
const WRITE_BATCH = 1;

export function capabilitiesOf(settings: JsonObject): Capabilities {
  return {
    compare: "read-first",
    // Webhooks are for commercial apps only; none of them tells of a quantity.
    push: { orders: settings.webhooks !== false, stock: false },
    readBatch: READ_BATCH,
    writeBatch: WRITE_BATCH,
    writeByParent: true,
    carriesNeighbours: true,
    locations: false,
    maxQuantity: MOST_QUANTITY,
    historyDays: 90,
    returnsShowAsRise: true,
    ...timingsOf(settings),
  };
}

function timingsOf(settings: JsonObject): typeof TIMINGS {
  const given = settings.timings;
  const timings = { ...TIMINGS };
  if (typeof given !== "object" || given === null || Array.isArray(given)) return timings;
  for (const name of Object.keys(TIMINGS) as (keyof typeof TIMINGS)[]) {
    const ms = given[name];
    if (typeof ms === "number" && ms >= 0) timings[name] = ms;
  }
  return timings;
}
