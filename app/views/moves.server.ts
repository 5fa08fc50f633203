/** An account that changes hands, as each of the two sides sees it. */
import type { MoveState } from "#app/domain/account-move.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { UUID } from "./cursor.ts";
import type { ViewHouse } from "./view-house.ts";

export type MoveView = {
  now: Date;
  id: string;
  channel: ChannelName;
  name: string;
  state: MoveState;
  offeredUntil: Date;
  dueAt: Date | null;
  connectionId: string | null;
};

/** The asker's side; null where this seller asked for no such thing. */
export async function moveView(house: ViewHouse, sellerId: string, moveId: string): Promise<MoveView | null> {
  if (!UUID.test(moveId)) return null;
  const now = house.now();
  const rows = await house.db.read(sellerId, (prisma) => prisma.$queryRawUnsafe<Omit<MoveView, "now">[]>(MOVE, sellerId, moveId));
  const [row] = rows;
  if (row === undefined) return null;
  // The worker's clock destroys what is over; until it has come by, the page says so already.
  return { ...row, now, state: row.state === "offered" && row.offeredUntil <= now ? "dropped" : row.state };
}

const MOVE = `
select id, channel::text as channel, name, state, offered_until as "offeredUntil", due_at as "dueAt", connection_id as "connectionId"
from move_request where seller_id = $1::uuid and id = $2::uuid`;

/** Channels that were left, newest first: their statements stay. */
export async function leftChannels(house: ViewHouse, sellerId: string): Promise<{ id: string; channel: ChannelName; name: string }[]> {
  const rows = await house.db.read(sellerId, (prisma) =>
    prisma.connection.findMany({
      where: { sellerId, lifecycle: "disconnected" },
      orderBy: { createdAt: "desc" },
      take: 50,
      select: { id: true, channel: true, name: true },
    }),
  );
  return rows.map((row) => ({ ...row, channel: row.channel as ChannelName }));
}

export type HolderNotice = { id: string; askedAt: Date; dueAt: Date };

/** The holder's side: the open request for this connection's account, if there is one. */
export async function holderNotice(house: ViewHouse, sellerId: string, connectionId: string): Promise<HolderNotice | null> {
  if (!UUID.test(connectionId)) return null;
  return house.db.read(sellerId, (prisma) =>
    prisma.moveNotice.findFirst({ where: { sellerId, connectionId, state: "open" }, select: { id: true, askedAt: true, dueAt: true } }),
  );
}
