/** The seller says how lowerings travel to a shop that takes both: as the number itself, or as the difference to what stands there. */
import { appendAudit, closeAlerts, raiseAlert } from "#app/data/audit.server.ts";
import { type ConnectionRow, findConnection, setSetting } from "#app/data/connections.server.ts";
import type { House } from "./house.server.ts";

export const WRITING_WAYS = ["absolute", "differences"] as const;
export type WritingWay = (typeof WRITING_WAYS)[number];

/** False where the shop is not known to take differences, or is not the seller's. */
export async function chooseWriting(
  house: House,
  wish: { sellerId: string; actorKey: string; connectionId: string; way: WritingWay },
): Promise<boolean> {
  const { sellerId, actorKey, connectionId, way } = wish;
  const chosen = await house.db.write(sellerId, async (sql) => {
    const connection = await findConnection(sql, connectionId);
    if (connection === null || connection.sellerId !== sellerId) return false;
    const { differences } = house.channels[connection.channel].capabilities(connection.settings);
    if (way === "differences" && differences === undefined) return false;
    await setSetting(sql, sellerId, connectionId, { stockWrites: way });
    await appendAudit(sql, sellerId, [
      {
        id: house.newId(),
        connectionId,
        action: "choose.writing",
        subject: connectionId,
        actorKey,
        facts: { way },
        correlationId: house.newId(),
      },
    ]);
    await closeAlerts(sql, sellerId, [alertKey(connectionId)]);
    return true;
  });
  house.announce(sellerId, "channels");
  return chosen;
}

/** A shop ignored one: from now on its numbers are written as they are, and the seller hears of it once. */
export async function giveUpDifferences(house: House, connection: ConnectionRow): Promise<void> {
  const { id: connectionId, sellerId } = connection;
  await house.db.write(sellerId, async (sql) => {
    await setSetting(sql, sellerId, connectionId, { differencesIgnored: true, stockWrites: "absolute" });
    await appendAudit(sql, sellerId, [
      {
        ...{ id: house.newId(), connectionId, action: "give-up.differences", subject: connectionId, actorKey: "engine", facts: {} },
        correlationId: house.newId(),
      },
    ]);
    await raiseAlert(sql, sellerId, {
      id: house.newId(),
      connectionId,
      kind: "differences-ignored",
      key: alertKey(connectionId),
      severity: 5,
      text: `${connection.name} does not take changes by difference: it answered one and left the number as it was. From now on its numbers are set as they are. Nothing is wrong, and there is nothing for you to do.`,
      data: {},
    });
  });
  house.announce(sellerId, "channels");
}

const alertKey = (connectionId: string) => `differences:${connectionId}`;
