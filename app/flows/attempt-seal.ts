import type { SealedPlace } from "#app/platform/sealing.server.ts";

/** The keys of a try to connect are sealed to its own row, and to no other. */
export function attemptPlace(attemptId: string): SealedPlace {
  return { table: "connect_attempt", rowId: attemptId, field: "sealed" };
}
