/** How fresh what we know of one channel is, and what the others hold back while it cannot be seen. */
import type { PrismaTx } from "#app/data/database.server.ts";
import type { UnseenKind } from "#app/domain/sight.ts";

/** Every number is looked at within this time where the budget allows. */
export const LOOK_BOUND_MS = 900_000;

export type ChannelSight = {
  /** Numbers that are kept in step, and how many of them were read within the bound. */
  numbers: number;
  fresh: number;
  /** Null where one was never read, or there is none. */
  oldestReadAt: Date | null;
  unread: number;
  unseen: { since: Date; kind: UnseenKind } | null;
  /** What the others hold back right now. */
  inForce: number;
  policy: { units: number; lastUnit: boolean };
};

type Row = Omit<ChannelSight, "unseen" | "policy"> & {
  since: Date | null;
  kind: UnseenKind | null;
  units: number;
  lastUnit: boolean;
};

const SQL = `
select count(q.id)::int as numbers, (count(q.id) filter (where q.last_read_at > $3::timestamptz))::int as fresh, min(q.last_read_at) as "oldestReadAt",
  (count(q.id) filter (where q.last_read_at is null))::int as unread, c.unseen_since as since, c.unseen_kind as kind, c.safety_units as "inForce",
  c.blind_units as units, c.blind_last_unit as "lastUnit"
from connection c left join channel_quantity q on q.connection_id = c.id and q.target is not null
where c.seller_id = $1::uuid and c.id = $2::uuid group by c.id`;

export async function readSightOf(prisma: PrismaTx, sellerId: string, connectionId: string, now: Date): Promise<ChannelSight> {
  const since = new Date(now.getTime() - LOOK_BOUND_MS);
  const [row] = await prisma.$queryRawUnsafe<Row[]>(SQL, sellerId, connectionId, since);
  if (row === undefined) throw new Error("this connection does not exist");
  const { since: from, kind, units, lastUnit, ...rest } = row;
  return { ...rest, unseen: from === null || kind === null ? null : { since: from, kind }, policy: { units, lastUnit } };
}
