/** Listings that no item stands behind yet: what is proposed, and what hinders the others. */
import type { PrismaTx } from "#app/data/database.server.ts";
import { SOLD_UNLINKED } from "#app/data/proposed-links.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { type Cursor, pageOf, readCursor, UUID } from "./cursor.ts";
import { COUNT_LIMIT } from "./inventory-query.ts";
import { MATCHING_TABS, type MatchingTab } from "./matching-tabs.ts";
import type { ViewHouse } from "./view-house.ts";

export type MatchingQuery = { tab: MatchingTab; search: string; connectionId: string | null; cursor: string | null };

export type MatchingRow = {
  id: string;
  title: string;
  sku: string | null;
  connectionId: string;
  channel: ChannelName;
  connectionName: string;
  /** Whether its channel is live: a linked listing then still waits for a look of its own. */
  live: boolean;
  shown: number | null;
  /** The item that carries its SKU. */
  item: { id: string; title: string; sku: string; available: number } | null;
  /** Other numbers of its channel with the same SKU. */
  twins: number;
  /** Units sold on it while it was linked to nothing, not counted so far. */
  sold: number;
};

export type MatchingView = {
  now: Date;
  counts: Record<MatchingTab, number>;
  channels: { id: string; channel: ChannelName; name: string }[];
  rows: MatchingRow[];
  nextPage: string | null;
  previousPage: string | null;
};

const PAGE_ROWS = 50;

export function readMatchingQuery(params: URLSearchParams): MatchingQuery {
  const channel = params.get("channel") ?? "";
  return {
    tab: MATCHING_TABS.find((tab) => tab === params.get("tab")) ?? "proposed",
    search: (params.get("q") ?? "").replaceAll("\0", "").trim().slice(0, 100),
    connectionId: UUID.test(channel) ? channel : null,
    cursor: params.get("page"),
  };
}

/** Another number of the same channel carries the SKU (data/listings, unambiguousUnlinked): such never link by themselves. */
const TWIN = `exists (select from listing o where o.connection_id = l.connection_id and o.sku_key = l.sku_key and o.quantity_id <> l.quantity_id and o.go_live <> 'ignored')`;
const OF_TAB: Record<MatchingTab, string> = {
  proposed: "l.link_state = 'proposed'",
  "no-sku": "l.link_state = 'unlinked' and l.sku_key is null",
  duplicate: `l.link_state = 'unlinked' and l.sku_key is not null and ${TWIN}`,
  unknown: `l.link_state = 'unlinked' and l.sku_key is not null and not ${TWIN}`,
  refused: "l.link_state = 'refused'",
};
const THERE = `l.seller_id = $1::uuid and l.go_live <> 'ignored' and exists (select from connection c where c.id = l.connection_id and c.lifecycle <> 'disconnected')`;

export function matchingView(house: ViewHouse, sellerId: string, query: MatchingQuery): Promise<MatchingView> {
  return house.db.read(sellerId, async (prisma) => {
    const channels = await prisma.connection.findMany({
      where: { sellerId, lifecycle: { not: "disconnected" } },
      orderBy: { createdAt: "asc" },
      select: { id: true, channel: true, name: true },
    });
    const page = await readRows(prisma, sellerId, query, readCursor(query.cursor));
    const rows = page.rows.map(({ key: _key, itemId, itemTitle, itemSku, available, ...row }) => ({
      ...row,
      item: itemId === null ? null : { id: itemId, title: itemTitle ?? "", sku: itemSku ?? "", available: available ?? 0 },
    }));
    return { now: house.now(), counts: await readCounts(prisma, sellerId), channels, ...page, rows };
  });
}

async function readCounts(prisma: PrismaTx, sellerId: string): Promise<Record<MatchingTab, number>> {
  const columns = MATCHING_TABS.map(
    (tab) => `(select count(*)::int from (select from listing l where ${THERE} and ${OF_TAB[tab]} limit ${COUNT_LIMIT + 1}) x) as "${tab}"`,
  );
  const [row] = await prisma.$queryRawUnsafe<Record<MatchingTab, number>[]>(`select ${columns.join(", ")}`, sellerId);
  return row ?? { proposed: 0, "no-sku": 0, duplicate: 0, unknown: 0, refused: 0 };
}

type Read = Omit<MatchingRow, "item"> & {
  key: string;
  itemId: string | null;
  itemTitle: string | null;
  itemSku: string | null;
  available: number | null;
};

async function readRows(prisma: PrismaTx, sellerId: string, query: MatchingQuery, cursor: Cursor | null) {
  const key = "lower(l.title)";
  const back = cursor?.direction === "before";
  const way = back ? "desc" : "asc";
  const from = cursor ? `and (${key}, l.id) ${back ? "<" : ">"} ($4::text, $5::uuid)` : "";
  const pattern = `%${query.search.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  const read = await prisma.$queryRawUnsafe<Read[]>(
    `select l.id, ${key} as key, case when l.parent_title is null or l.parent_title = l.title then l.title else l.parent_title || ' · ' || l.title end as title,
       l.sku, c.id as "connectionId", c.channel::text as channel, c.name as "connectionName", c.lifecycle = 'live' as live, q.confirmed as shown,
       i.id as "itemId", i.title as "itemTitle", i.sku as "itemSku", i.on_hand - i.reserved as available,
       (select count(distinct o.quantity_id)::int from listing o where o.connection_id = l.connection_id and o.sku_key = l.sku_key and o.quantity_id <> l.quantity_id and o.go_live <> 'ignored') as twins,
       (select coalesce(sum(ol.held + ol.consumed - ol.returned - ol.baseline_held - ol.baseline_consumed), 0)::int ${SOLD_UNLINKED}) as sold
     from listing l join channel_quantity q on q.id = l.quantity_id join connection c on c.id = l.connection_id
     left join stock_item i on i.seller_id = l.seller_id and i.sku_key = l.sku_key
     where ${THERE} and ${OF_TAB[query.tab]} and ($2::text = '%%' or l.title ilike $2::text or l.parent_title ilike $2::text or l.sku ilike $2::text)
       and ($3::uuid is null or l.connection_id = $3::uuid) ${from}
     order by ${key} ${way}, l.id ${way} limit ${PAGE_ROWS + 1}`,
    ...[sellerId, pattern, query.connectionId],
    ...(cursor ? [cursor.key, cursor.id] : []),
  );
  return pageOf(read, PAGE_ROWS, cursor, (row) => row.key);
}

/** Every proposed listing of the view: "all of them" is asked for by the view and its count, never by a page's ids. */
export function allProposed(house: ViewHouse, sellerId: string, query: Pick<MatchingQuery, "search" | "connectionId">): Promise<string[]> {
  const pattern = `%${query.search.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  return house.db.read(sellerId, async (prisma) => {
    const rows = await prisma.$queryRawUnsafe<{ id: string }[]>(
      `select l.id from listing l where ${THERE} and ${OF_TAB.proposed} and ($2::text = '%%' or l.title ilike $2::text or l.parent_title ilike $2::text or l.sku ilike $2::text)
         and ($3::uuid is null or l.connection_id = $3::uuid) order by l.id limit 10000`,
      ...[sellerId, pattern, query.connectionId],
    );
    return rows.map((row) => row.id);
  });
}
