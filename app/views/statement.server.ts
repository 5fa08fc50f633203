/** What leaving a channel means, and afterwards the statement: the last number of each listing, what was removed, what is left by hand. */
import type { ChannelName } from "#app/domain/channel-words.ts";
import { UUID } from "./cursor.ts";
import type { ViewHouse } from "./view-house.ts";

export type StatementLine = { listingId: string; title: string; sku: string | null; number: number | null; readAt: Date | null };

export type StatementView = {
  now: Date;
  connection: { id: string; channel: ChannelName; name: string; address: string | null; lifecycle: string };
  /** Set once it is disconnected. `webhooksLeft` null = the shop did not answer, so some or all of ours may stand there. */
  left: { at: Date; webhooksRemoved: number; webhooksLeft: number | null } | null;
  listings: number;
  lines: StatementLine[];
  /** First line of the next page; null on the last. */
  next: number | null;
};

export const STATEMENT_LINES = 200;

export async function statementView(house: ViewHouse, sellerId: string, connectionId: string, from: number): Promise<StatementView | null> {
  if (!UUID.test(connectionId)) return null;
  return house.db.read(sellerId, async (prisma) => {
    const connection = await prisma.connection.findFirst({ where: { id: connectionId, sellerId } });
    if (!connection) return null;
    const where = { sellerId, connectionId };
    const listings = await prisma.listing.count({ where });
    const said = await prisma.auditEvent.findFirst({ where: { ...where, action: "disconnect.account" }, orderBy: { at: "desc" } });
    const lines = await prisma.$queryRawUnsafe<StatementLine[]>(LINES, sellerId, connectionId, STATEMENT_LINES, from);
    const facts = (said?.facts ?? {}) as { webhooksRemoved?: number; webhooksLeft?: number | null };
    const { id, channel, name, address, lifecycle } = connection;
    const done = lifecycle === "disconnected" && said !== null;
    return {
      now: house.now(),
      connection: { id, channel: channel as ChannelName, name, address, lifecycle },
      left: done ? { at: said.at, webhooksRemoved: facts.webhooksRemoved ?? 0, webhooksLeft: facts.webhooksLeft ?? null } : null,
      listings,
      lines,
      next: from + lines.length < listings ? from + lines.length : null,
    };
  });
}

const LINES = `
select l.id as "listingId", l.title, l.sku, q.confirmed as number, q.confirmed_at as "readAt"
from listing l join channel_quantity q on q.id = l.quantity_id
where l.seller_id = $1::uuid and l.connection_id = $2::uuid order by l.title, l.id limit $3::int offset $4::int`;
