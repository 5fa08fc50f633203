/** The places of a shop, and whether their sum may still be chosen. */
import type { ChannelName } from "#app/domain/channel-words.ts";
import { UUID } from "./cursor.ts";
import type { ViewHouse } from "./view-house.ts";

export type PlacesView = {
  connection: { id: string; name: string; channel: ChannelName };
  /** Which places count may change only while nothing is live. */
  mayRecount: boolean;
  places: { externalId: string; name: string; counted: boolean; receiving: boolean; rank: number; fulfilmentService: boolean }[];
};

/** Null where there is no such connection, or it has no places. */
export async function placesView(house: ViewHouse, sellerId: string, connectionId: string): Promise<PlacesView | null> {
  if (!UUID.test(connectionId)) return null;
  return house.db.read(sellerId, async (prisma) => {
    const connection = await prisma.connection.findFirst({ where: { id: connectionId, sellerId } });
    const places = await prisma.location.findMany({
      where: { sellerId, connectionId, active: true },
      orderBy: [{ fulfilmentService: "asc" }, { rank: "asc" }, { name: "asc" }],
      select: { externalId: true, name: true, counted: true, receiving: true, rank: true, fulfilmentService: true },
    });
    if (!connection || places.length === 0) return null;
    const { id, name, channel, lifecycle } = connection;
    return { connection: { id, name, channel: channel as ChannelName }, mayRecount: lifecycle === "observe", places };
  });
}
