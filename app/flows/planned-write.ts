import type { QuantityRow } from "#app/data/quantities.server.ts";
import type { NextStep } from "#app/domain/next-step.ts";

/** A number that was picked, and the write that the domain decided for it. */
export type Planned = { row: QuantityRow; step: Extract<NextStep, { kind: "write" }> };
