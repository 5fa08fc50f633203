/** How a try to connect is bound: to the session that began it, to its one-time state, and its keys to its own row. */
import { createHash } from "node:crypto";
import type { SealedPlace } from "#app/platform/sealing.server.ts";

export function attemptPlace(attemptId: string): SealedPlace {
  return { table: "connect_attempt", rowId: attemptId, field: "sealed" };
}

/** A session's key and a one-time state are stored as this only: who reads the table can use neither. */
export function hashOfSecret(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
