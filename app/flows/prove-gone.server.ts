/**
 * What a finished look did not show, among numbers that take no part: a reading of each says whether it is gone. A page that came
 * empty or cut short is no proof. Numbers that take part are read by the drain.
 */
import type { ConnectionRow } from "#app/data/connections.server.ts";
import { idleNotSeenSince, storeIdleStates } from "#app/data/listings.server.ts";
import { comparableState } from "#app/domain/reading.ts";
import { withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";

const GONE = new Set(["missing", "ended", "inactive", "draft"]);

/** Answers how many are proved to be gone or off sale. */
export async function proveGone(house: House, connection: ConnectionRow, begun: Date): Promise<number> {
  const unseen = await house.db.write(connection.sellerId, (sql) => idleNotSeenSince(sql, connection.id, begun));
  if (unseen.length === 0) return 0;
  return withChannel(house, connection, "import", async ({ channel, context, capabilities }) => {
    let gone = 0;
    for (let from = 0; from < unseen.length; from += capabilities.readBatch) {
      const batch = unseen.slice(from, from + capabilities.readBatch);
      const readings = new Map((await channel.readStock(context, batch)).map((reading) => [reading.key, reading]));
      const states = batch.flatMap(({ key, quantityId }) => {
        const reading = readings.get(key);
        const state = reading && comparableState(reading);
        return state !== undefined && GONE.has(state) ? [{ quantityId, state }] : [];
      });
      await house.db.write(connection.sellerId, (sql) => storeIdleStates(sql, states));
      gone += states.length;
    }
    return gone;
  });
}
