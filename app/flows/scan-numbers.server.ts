/**
 * The look at numbers that nobody announced a change of: the only way to notice an edit by hand on eBay and Etsy. Reads the live
 * channel, a slice at each poll, so that everything is seen within `scanMs`; the call budget leaves room for what is more urgent.
 */
import { ChannelError } from "#app/channels/errors.ts";
import { type ConnectionRow, mayWrite } from "#app/data/connections.server.ts";
import { dueForLook } from "#app/data/quantities.server.ts";
import { withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { recordReadings } from "./record-readings.server.ts";
import { ringForWork } from "./ring.server.ts";

/** Readings of one look; the next poll goes on where this one stopped. */
const MOST_PER_LOOK = 500;

export async function scanNumbers(house: House, connection: ConnectionRow): Promise<void> {
  if (!mayWrite(connection)) return;
  const due = await dueForLook(house.db.plain, connection.id, new Date(house.now().getTime() - house.pace.scanMs), MOST_PER_LOOK);
  if (due.length === 0) return;
  const ids = new Map(due.map((row) => [row.key, row.id]));
  const touched = new Set<string>();
  try {
    await withChannel(house, connection, "drift", async (open) => {
      for (let from = 0; from < due.length; from += open.capabilities.readBatch) {
        const batch = due.slice(from, from + open.capabilities.readBatch);
        const readings = await open.channel.readStock(
          open.context,
          batch.map((row) => ({ key: row.key, ref: row.ref })),
        );
        const outcome = await recordReadings(house, connection, open.capabilities, readings, ids);
        for (const id of outcome.touched) touched.add(id);
        // What differs is dirty now: the drain reads orders past it and looks again.
        if (outcome.ordersNeededPast !== null) touched.add(connection.id);
      }
    });
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    // A look may be late; polls and drains go before it.
    house.log.info("a look at the numbers was broken off", { connectionId: connection.id, kind: error.kind });
  }
  await ringForWork(house, connection.sellerId, touched);
}
