import { penaltyOf } from "#app/domain/cancel-penalty.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { type Cursor, pageOf, readCursor } from "./cursor.ts";
import type { ViewHouse } from "./view-house.ts";

export type OversellRow = {
  id: string;
  itemId: string;
  title: string;
  sku: string;
  kind: "below-zero" | "sold-twice";
  cause: string;
  missing: number;
  openedAt: Date;
  closedAt: Date | null;
  decision: string | null;
  channels: ChannelName[];
};

export type OversellsView = {
  now: Date;
  settled: boolean;
  rows: (OversellRow & { openedKey: string })[];
  nextPage: string | null;
  previousPage: string | null;
  open: number;
  /** Of the last 90 days, the most frequent cause first. */
  causes: { cause: string; n: number }[];
  connections: { id: string; channel: ChannelName; name: string; penalty: number }[];
};

const ROWS = 50;

/** Units that were sold twice: those that wait for the seller, or those that were settled. */
export function oversellsView(
  house: ViewHouse,
  sellerId: string,
  query: { settled: boolean; cursor: string | null },
): Promise<OversellsView> {
  const cursor = readCursor(query.cursor);
  return house.db.read(sellerId, async (prisma) => {
    const rows = await prisma.$queryRawUnsafe<OversellsView["rows"]>(
      pageSql(query.settled, cursor),
      ...[sellerId, ...(cursor ? [cursor.key, cursor.id] : [])],
    );
    const [counts] = await prisma.$queryRawUnsafe<{ n: number }[]>(
      `select count(*)::int as n from oversell_case where seller_id = $1::uuid and closed_at is null`,
      sellerId,
    );
    const causes = await prisma.$queryRawUnsafe<OversellsView["causes"]>(
      `select cause, count(*)::int as n from oversell_case where seller_id = $1::uuid and opened_at > $2::timestamptz - interval '90 days' group by 1 order by 2 desc, 1`,
      ...[sellerId, house.now()],
    );
    const connections = await prisma.connection.findMany({
      where: { sellerId, lifecycle: { not: "disconnected" } },
      orderBy: { createdAt: "asc" },
      select: { id: true, channel: true, name: true, settings: true },
    });
    return {
      ...{ now: house.now(), settled: query.settled, ...pageOf(rows, ROWS, cursor, (row) => row.openedKey) },
      ...{ open: counts?.n ?? 0, causes },
      connections: connections.map(({ settings, ...c }) => ({ ...c, penalty: penaltyOf(c.channel, settings) })),
    };
  });
}

const OPENED_KEY = `to_char(c.opened_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS')`;

function pageSql(settled: boolean, cursor: Cursor | null): string {
  const way = cursor?.direction === "before" ? "asc" : "desc";
  const beyond = cursor ? `and (${OPENED_KEY}, c.id) ${way === "asc" ? ">" : "<"} ($2::text, $3::uuid)` : "";
  return `
select c.id, c.item_id as "itemId", i.title, i.sku, c.kind, c.cause, c.missing, c.opened_at as "openedAt", c.closed_at as "closedAt", c.decision,
  ${OPENED_KEY} as "openedKey",
  array(select distinct n.channel::text from oversell_order o join sales_order s on s.id = o.order_id join connection n on n.id = s.connection_id
    where o.case_id = c.id order by 1) as channels
from oversell_case c join stock_item i on i.id = c.item_id
where c.seller_id = $1::uuid and c.closed_at is ${settled ? "not" : ""} null ${beyond}
order by "openedKey" ${way}, c.id ${way} limit ${ROWS + 1}`;
}
