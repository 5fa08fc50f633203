import { UUID } from "./cursor.ts";
import type { ViewHouse } from "./view-house.ts";

/** Whether the connection is this seller's; asked before a flow is told to act on an id out of an address. */
export async function isOwnConnection(house: ViewHouse, sellerId: string, connectionId: string): Promise<boolean> {
  if (!UUID.test(connectionId)) return false;
  return house.db.read(sellerId, async (prisma) => (await prisma.connection.count({ where: { id: connectionId, sellerId } })) === 1);
}
