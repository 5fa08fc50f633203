import type { PrismaTx } from "#app/data/database.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { type Cursor, pageOf, readCursor } from "./cursor.ts";
import { COUNT_LIMIT, INVENTORY_SORTS, INVENTORY_TABS, type InventorySort, type InventoryTab } from "./inventory-query.ts";
import { readNumbers, type ShownNumber } from "./number-rows.server.ts";
import { tagsInUse } from "./tags-in-use.server.ts";
import type { ViewHouse } from "./view-house.ts";

export type InventoryQuery = { tab: InventoryTab; search: string; sort: InventorySort; cursor: string | null };

export type InventoryRow = {
  id: string;
  sku: string;
  title: string;
  onHand: number;
  reserved: number;
  available: number;
  movedAt: Date | null;
  numbers: ShownNumber[];
};

export type InventoryView = {
  now: Date;
  channels: { connectionId: string; channel: ChannelName; name: string; importing: boolean; blind: boolean }[];
  /** Counts per tab; more than `COUNT_LIMIT` is said as "10,000+". */
  counts: Record<InventoryTab, number>;
  rows: InventoryRow[];
  /** Tags that are in use already, for choosing from. */
  tags: string[];
  /** Only on the tab of listings that are not linked. */
  listings: ShownNumber[];
  nextPage: string | null;
  previousPage: string | null;
};

export const PAGE_ROWS = 50;

/** From a hand-typed address: what is unknown falls back to the plain list. */
export function readInventoryQuery(params: URLSearchParams): InventoryQuery {
  const tab = INVENTORY_TABS.find((t) => t === params.get("tab")) ?? "all";
  const sort = INVENTORY_SORTS.find((s) => s === params.get("sort")) ?? "sku";
  return { tab, sort, search: (params.get("q") ?? "").trim().slice(0, 100), cursor: params.get("page") };
}

/**
 * A number of the item that someone must look at, and one that is not proved. Both see only numbers that take part, and begin at the
 * few numbers in question (partial indexes), not at the many items.
 */
const OF_ITEM = `select p.item_id from channel_quantity q join listing l on l.quantity_id = q.id and l.go_live <> 'ignored'
  join component p on p.listing_id = l.id join connection c on c.id = l.connection_id and c.lifecycle <> 'disconnected' where q.seller_id = $1::uuid`;
const IN_QUESTION = `select t.id from channel_quantity t where t.seller_id = $1::uuid
    and (t.raises_stopped is not null or t.failure_kind is not null or t.state in ('ended', 'inactive', 'missing'))
  union select e.quantity_id from outside_edit e where e.seller_id = $1::uuid and e.state = 'open'
  union select n.quantity_id from hold h join hold_number n on n.hold_id = h.id where h.seller_id = $1::uuid and h.closed_at is null`;
const NEEDS_YOU = `i.id in (${OF_ITEM} and q.id in (${IN_QUESTION}) and (q.raises_stopped is not null or q.failure_kind in ('rejected', 'forbidden', 'not-found', 'unsupported')
  or q.state in ('ended', 'inactive', 'missing') and l.go_live = 'live' and not q.off_by_us
  or exists (select from outside_edit e where e.quantity_id = q.id and e.state = 'open')
  or exists (select from hold_number n join hold h on h.id = n.hold_id and h.closed_at is null where n.quantity_id = q.id)))`;
const OUT_OF_STEP = `i.id in (${OF_ITEM} and q.dirty and l.go_live = 'live' and c.lifecycle = 'live')`;
const UNLINKED = `l.link_state <> 'linked' and l.go_live <> 'ignored' and exists (select from connection c where c.id = l.connection_id and c.lifecycle <> 'disconnected')`;

/** Sort keys as text, so that one cursor serves all; numbers are padded. Newest and largest first where that is what is meant. */
const SORT: Record<InventorySort, { key: string; descending: boolean }> = {
  sku: { key: "i.sku_key", descending: false },
  title: { key: "lower(i.title)", descending: false },
  moved: { key: "coalesce(to_char(i.moved_at at time zone 'UTC', 'YYYYMMDDHH24MISSMS'), '')", descending: true },
  available: { key: "lpad((i.on_hand - i.reserved + 1000000000)::text, 12, '0')", descending: false },
};

export function inventoryView(house: ViewHouse, sellerId: string, query: InventoryQuery): Promise<InventoryView> {
  const now = house.now();
  const cursor = readCursor(query.cursor);
  return house.db.read(sellerId, async (prisma) => {
    const channels = await prisma.$queryRawUnsafe<InventoryView["channels"]>(CHANNELS, sellerId);
    const counts = await readCounts(prisma, sellerId);
    const shared = { now, channels, counts, tags: await tagsInUse(prisma, sellerId) };
    if (query.tab === "not-linked") {
      const page = await readUnlinked(prisma, sellerId, query.search, cursor);
      const listings = await readNumbers(prisma, sellerId, { listingIds: page.rows.map((row) => row.id) }, now);
      const place = new Map(page.rows.map((row, index) => [row.id, index]));
      listings.sort((a, b) => (place.get(a.listingId) ?? 0) - (place.get(b.listingId) ?? 0));
      return { ...shared, rows: [], listings, nextPage: page.nextPage, previousPage: page.previousPage };
    }
    const page = await readItems(prisma, sellerId, query, cursor);
    const numbers = await readNumbers(prisma, sellerId, { itemIds: page.rows.map((row) => row.id) }, now);
    const rows = page.rows.map(({ key: _key, ...row }) => ({ ...row, numbers: numbers.filter((n) => n.itemId === row.id) }));
    return { ...shared, rows, listings: [], nextPage: page.nextPage, previousPage: page.previousPage };
  });
}

const CHANNELS = `select c.id as "connectionId", c.channel::text as channel, c.name, c.blind_since is not null as blind,
  exists (select from feed f where f.connection_id = c.id and f.kind = 'listings' and f.finished_at is null) as importing
  from connection c where c.seller_id = $1::uuid and c.lifecycle <> 'disconnected' order by c.created_at, c.id`;

async function readCounts(prisma: PrismaTx, sellerId: string): Promise<Record<InventoryTab, number>> {
  const upTo = (from: string) => `(select count(*)::int from (select from ${from} limit ${COUNT_LIMIT + 1}) x)`;
  const items = "stock_item i where i.seller_id = $1::uuid";
  const [row] = await prisma.$queryRawUnsafe<Record<InventoryTab, number>[]>(
    `select ${upTo(items)} as "all", ${upTo(`${items} and ${NEEDS_YOU}`)} as "needs-you", ${upTo(`${items} and ${OUT_OF_STEP}`)} as "out-of-step",
      ${upTo(`listing l where l.seller_id = $1::uuid and ${UNLINKED}`)} as "not-linked"`,
    sellerId,
  );
  return row ?? { all: 0, "needs-you": 0, "out-of-step": 0, "not-linked": 0 };
}

type ItemRow = Omit<InventoryRow, "numbers"> & { key: string };

async function readItems(prisma: PrismaTx, sellerId: string, query: InventoryQuery, cursor: Cursor | null) {
  const { key, descending } = SORT[query.sort];
  const filter = query.tab === "needs-you" ? NEEDS_YOU : query.tab === "out-of-step" ? OUT_OF_STEP : "true";
  const rows = await prisma.$queryRawUnsafe<ItemRow[]>(
    `select i.id, i.sku, i.title, i.on_hand as "onHand", i.reserved, i.on_hand - i.reserved as available, i.moved_at as "movedAt", ${key} as key
     from stock_item i where i.seller_id = $1::uuid and ${filter}
       and ($2::text = '' or i.title ilike $2 or i.sku ilike $2 or exists (select from item_tag t where t.item_id = i.id and t.tag ilike $2))
       ${beyond(cursor, key, "i.id", descending)}
     order by ${ordered(key, "i.id", descending, cursor)} limit ${PAGE_ROWS + 1}`,
    ...[sellerId, pattern(query.search)],
    ...(cursor ? [cursor.key, cursor.id] : []),
  );
  return pageOf(rows, PAGE_ROWS, cursor, (row) => row.key);
}

async function readUnlinked(prisma: PrismaTx, sellerId: string, search: string, cursor: Cursor | null) {
  const key = "lower(l.title)";
  const rows = await prisma.$queryRawUnsafe<{ id: string; key: string }[]>(
    `select l.id, ${key} as key from listing l where l.seller_id = $1::uuid and ${UNLINKED}
       and ($2::text = '' or l.title ilike $2 or l.sku ilike $2) ${beyond(cursor, key, "l.id", false)}
     order by ${ordered(key, "l.id", false, cursor)} limit ${PAGE_ROWS + 1}`,
    ...[sellerId, pattern(search)],
    ...(cursor ? [cursor.key, cursor.id] : []),
  );
  return pageOf(rows, PAGE_ROWS, cursor, (row) => row.key);
}

function beyond(cursor: Cursor | null, key: string, id: string, descending: boolean): string {
  if (!cursor) return "";
  return `and (${key}, ${id}) ${(cursor.direction === "after") !== descending ? ">" : "<"} ($3::text, $4::uuid)`;
}

function ordered(key: string, id: string, descending: boolean, cursor: Cursor | null): string {
  const way = (cursor?.direction === "before") !== descending ? "desc" : "asc";
  return `${key} ${way}, ${id} ${way}`;
}

/** What the seller typed is text, not a pattern. */
function pattern(search: string): string {
  return search === "" ? "" : `%${search.replace(/[\\%_]/g, (c) => `\\${c}`)}%`;
}
