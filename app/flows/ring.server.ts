/** Rings for connections that may have work now: after the commit, never awaited by a request (the sweep covers a lost ring). */
import { connectionsOf } from "#app/data/connections.server.ts";
import type { House } from "./house.server.ts";

export async function ringForWork(house: House, sellerId: string, connectionIds: ReadonlySet<string>): Promise<void> {
  if (connectionIds.size === 0) return;
  const connections = await house.db.write(sellerId, (sql) => connectionsOf(sql, sellerId));
  for (const connection of connections) {
    if (connectionIds.has(connection.id) && (connection.lifecycle === "live" || connection.leaveOpen)) {
      house.doorbell.ringSoon({ job: "drain-connection", channel: connection.channel, connectionId: connection.id });
    }
  }
  house.announce(sellerId, "numbers");
}
