import type { QuantityRow } from "#app/data/quantities.server.ts";
import type { StockReading } from "#app/domain/channel-words.ts";
import type { Verdict } from "#app/domain/reading.ts";

/** A reading of a locked row, and what the domain made of it. */
export type Judged = { row: QuantityRow; reading: StockReading; verdict: Verdict };
