/** "Try again": deliveries that were put aside get all their tries back, and the worker is rung. */
import { appendAudit, closeAlerts } from "#app/data/audit.server.ts";
import { findConnection } from "#app/data/connections.server.ts";
import { takeUpParked } from "#app/data/inbound-events.server.ts";
import type { House } from "./house.server.ts";

/** Answers how many there were; one that the door itself could not read holds nothing to try again. */
export async function retryParked(house: House, wish: { sellerId: string; actorKey: string; connectionId: string }): Promise<number> {
  const { sellerId, actorKey, connectionId } = wish;
  const done = await house.db.write(sellerId, async (sql) => {
    const count = await takeUpParked(sql, sellerId, connectionId);
    if (count === 0) return null;
    await closeAlerts(sql, sellerId, [`parked:${connectionId}`]);
    await appendAudit(sql, sellerId, [
      {
        id: house.newId(),
        connectionId,
        action: "retry.parked",
        subject: connectionId,
        actorKey,
        facts: { count },
        correlationId: house.newId(),
      },
    ]);
    return { count, connection: await findConnection(sql, connectionId) };
  });
  if (done === null) return 0;
  if (done.connection) house.doorbell.ringSoon({ job: "apply-events", channel: done.connection.channel, connectionId });
  return done.count;
}
