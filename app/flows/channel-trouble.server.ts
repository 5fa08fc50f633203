/**
 * A channel that does not answer (design.md 3, step 6): the numbers that wait say so with the time of the next try, the tries thin
 * out, and what lasts becomes one alert, which closes by itself with the first success.
 */
import type { ChannelError } from "#app/channels/errors.ts";
import { closeAlerts, raiseAlert } from "#app/data/audit.server.ts";
import type { ConnectionRow } from "#app/data/connections.server.ts";
import { stallDue } from "#app/data/quantities.server.ts";
import type { House } from "./house.server.ts";

const ALERT_AFTER_MS = 120_000;
const WORDS: Partial<Record<ChannelError["kind"], string>> = {
  unavailable: "it does not answer",
  "outcome-unknown": "it does not answer",
  "rate-limited": "it takes no more calls for now",
};

/** Answers how long to wait before the next drain. */
export async function noteTrouble(house: House, connection: ConnectionRow, error: ChannelError): Promise<number> {
  const why = WORDS[error.kind] ?? error.message;
  const told = error.retryAfterMs;
  const stalled = await house.db.write(connection.sellerId, async (sql) => {
    const numbers = await stallDue(sql, connection.id, {
      kind: error.kind,
      text: `${connection.name}: ${why}.`,
      leastMs: told ?? 2_000,
      mostMs: 60_000,
    });
    const lasts = numbers.since !== null && house.now().getTime() - numbers.since.getTime() > ALERT_AFTER_MS;
    if (lasts) {
      await raiseAlert(sql, connection.sellerId, {
        id: house.newId(),
        connectionId: connection.id,
        kind: "failed",
        key: `trouble:${connection.id}`,
        severity: 2,
        text: `${connection.name} has taken no changes for a while: ${why}. ${numbers.count === 1 ? "One number waits" : `${numbers.count} numbers wait`}; we keep trying and catch up by ourselves.`,
        data: { connectionId: connection.id, kind: error.kind, count: numbers.count },
      });
    }
    return numbers;
  });
  house.announce(connection.sellerId, "numbers");
  return stalled.waitMs;
}

export async function troubleOver(house: House, connection: ConnectionRow): Promise<void> {
  await house.db.write(connection.sellerId, (sql) => closeAlerts(sql, connection.sellerId, [`trouble:${connection.id}`]));
}
