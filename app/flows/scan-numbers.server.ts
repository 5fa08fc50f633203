/**
 * The look at numbers that nobody announced a change of: the only way to notice an edit by hand on eBay and Etsy. Reads the live
 * channel, a slice at a time, so that everything is seen within the time that the budget allows (flows/pace-connection).
 */
import { ChannelError } from "#app/channels/errors.ts";
import { type ConnectionRow, findConnection, mayWrite } from "#app/data/connections.server.ts";
import { feedRead, readFeed } from "#app/data/feeds.server.ts";
import { dueForLook, looksOwed } from "#app/data/quantities.server.ts";
import { nextLook, planLook } from "#app/domain/look-round.ts";
import { withChannel } from "./channel-door.server.ts";
import type { House } from "./house.server.ts";
import { recordReadings } from "./record-readings.server.ts";
import { ringForWork } from "./ring.server.ts";

export async function scanNumbers(house: House, connection: ConnectionRow): Promise<void> {
  if (!mayWrite(connection)) return;
  const begun = house.now();
  const lookMs = (await readFeed(house.db.plain, connection.id, "scan"))?.everyMs ?? house.pace.scanMs;
  const plan = planLook(begun, lookMs, await looksOwed(house.db.plain, connection.id), house.pace.lookAtOnce);
  const due = await dueForLook(house.db.plain, connection.id, plan);
  if (due.length > 0) await look(house, connection, due);
  const nextAt = nextLook(house.now(), lookMs, await looksOwed(house.db.plain, connection.id), house.pace.lookAtOnce);
  await feedRead(house.db.plain, connection.id, "scan", { cursor: null, begun, nextAt });
}

async function look(house: House, connection: ConnectionRow, due: Awaited<ReturnType<typeof dueForLook>>): Promise<void> {
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

/** The same by id, for the doorbell. */
export async function scanConnectionById(house: House, connectionId: string): Promise<void> {
  const connection = await findConnection(house.db.plain, connectionId);
  if (connection !== null) await scanNumbers(house, connection);
}
