/** The stock of a moment, added up from the ledger: what was recorded up to then, no matter what the levels say now. */
import type { PrismaTx } from "#app/data/database.server.ts";
import { momentOf, wallTime } from "#app/domain/wall-time.ts";
import { type Cursor, pageOf, readCursor, UUID } from "./cursor.ts";
import type { ViewHouse } from "./view-house.ts";

export type StockAtQuery = { at: string; itemId: string | null; connectionId: string | null; search: string; cursor: string | null };

export type StockAtRow = {
  id: string;
  sku: string;
  title: string;
  onHand: number;
  reserved: number;
  available: number;
  /** As it is now, for comparison. */
  availableNow: number;
};

export type StockAtView = {
  now: Date;
  /** The field's text, in the seller's time zone. */
  wall: string;
  timeZone: string;
  /** Null until a moment is chosen; `wrong` where the text is none or lies ahead. */
  at: Date | null;
  wrong: boolean;
  item: { id: string; title: string } | null;
  channels: { id: string; channel: string; name: string }[];
  connectionId: string | null;
  /** Of the whole choice: items that existed then, and their units. */
  total: { items: number; onHand: number; available: number } | null;
  rows: StockAtRow[];
  nextPage: string | null;
  previousPage: string | null;
};

export function readStockAtQuery(params: URLSearchParams): StockAtQuery {
  const id = (name: string) => {
    const value = params.get(name) ?? "";
    return UUID.test(value) ? value : null;
  };
  return {
    ...{ at: (params.get("at") ?? "").slice(0, 40), itemId: id("item"), connectionId: id("channel") },
    search: (params.get("q") ?? "").replaceAll("\0", "").trim().slice(0, 100),
    cursor: params.get("page"),
  };
}

const DAY_MS = 86_400_000;
const PAGE_ROWS = 50;

export function stockAtView(house: ViewHouse, sellerId: string, query: StockAtQuery): Promise<StockAtView> {
  return house.db.read(sellerId, async (prisma) => {
    const asked = await readAsked(house, prisma, sellerId, query);
    if (asked.at === null) return { ...asked, total: null, rows: [], nextPage: null, previousPage: null };
    const cursor = readCursor(query.cursor);
    const wanted = wantedOf(sellerId, asked, query);
    const [total] = await prisma.$queryRawUnsafe<NonNullable<StockAtView["total"]>[]>(TOTAL, ...wanted);
    const read = await prisma.$queryRawUnsafe<(StockAtRow & { key: string })[]>(
      `select * from (${THEN}) x ${beyond(cursor)} limit ${PAGE_ROWS + 1}`,
      ...[...wanted, ...(cursor ? [cursor.key, cursor.id] : [])],
    );
    const page = pageOf(read, PAGE_ROWS, cursor, (row) => row.key);
    return { ...asked, total: total ?? null, ...page, rows: page.rows.map(({ key: _key, ...row }) => row) };
  });
}

/** Every row of the choice, for a file. Null where no moment was named. */
export function wholeStockAt(house: ViewHouse, sellerId: string, query: StockAtQuery): Promise<StockAtRow[] | null> {
  return house.db.read(sellerId, async (prisma) => {
    const asked = await readAsked(house, prisma, sellerId, query);
    if (asked.at === null) return null;
    return prisma.$queryRawUnsafe<StockAtRow[]>(`select * from (${THEN}) x order by x.key, x.id`, ...wantedOf(sellerId, asked, query));
  });
}

type Asked = Omit<StockAtView, "total" | "rows" | "nextPage" | "previousPage">;

async function readAsked(house: ViewHouse, prisma: PrismaTx, sellerId: string, query: StockAtQuery): Promise<Asked> {
  const now = house.now();
  const { timeZone } = await prisma.seller.findUniqueOrThrow({ where: { id: sellerId }, select: { timeZone: true } });
  const channels = await prisma.connection.findMany({
    where: { sellerId, lifecycle: { not: "disconnected" } },
    orderBy: { createdAt: "asc" },
    select: { id: true, channel: true, name: true },
  });
  const item = query.itemId
    ? await prisma.stockItem.findFirst({ where: { id: query.itemId, sellerId }, select: { id: true, title: true } })
    : null;
  const asked = query.at === "" ? null : momentOf(query.at, timeZone);
  const at = asked !== null && asked <= now ? asked : null;
  const wall = wallTime(at ?? new Date(now.getTime() - DAY_MS), timeZone);
  const connectionId = channels.find((c) => c.id === query.connectionId)?.id ?? null;
  return { now, wall, timeZone, at, wrong: query.at !== "" && at === null, item, channels, connectionId };
}

type Wanted = [seller: string, at: Date, pattern: string, item: string | null, connection: string | null];

function wantedOf(sellerId: string, asked: Asked, query: StockAtQuery): Wanted {
  const pattern = `%${query.search.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  // An item that is not the seller's shows nothing, not everything.
  return [sellerId, asked.at ?? asked.now, pattern, query.itemId, asked.connectionId];
}

const CHOSEN = `i.seller_id = $1::uuid and ($3::text = '%%' or i.title ilike $3::text or i.sku ilike $3::text) and ($4::uuid is null or i.id = $4::uuid)
  and ($5::uuid is null or exists (select from component c join listing l on l.id = c.listing_id where c.item_id = i.id and l.connection_id = $5::uuid))`;

/** An item whose first movement came later did not exist yet. */
const THEN = `
select i.id, i.sku_key as key, i.sku, i.title, s.on_hand::int as "onHand", s.reserved::int as reserved, (s.on_hand - s.reserved)::int as available,
  i.on_hand - i.reserved as "availableNow"
from stock_item i cross join lateral (
  select sum(m.on_hand_delta) as on_hand, sum(m.reserved_delta) as reserved from movement m
  where m.seller_id = $1::uuid and m.item_id = i.id and m.recorded_at <= $2::timestamptz having count(*) > 0
) s where ${CHOSEN}`;

/** One pass over the ledger up to then; cheaper than an item at a time. */
const TOTAL = `
select count(*)::int as items, coalesce(sum(s.on_hand), 0)::float8 as "onHand", coalesce(sum(s.on_hand - s.reserved), 0)::float8 as available
from stock_item i join (
  select m.item_id, sum(m.on_hand_delta) as on_hand, sum(m.reserved_delta) as reserved from movement m
  where m.seller_id = $1::uuid and m.recorded_at <= $2::timestamptz and ($4::uuid is null or m.item_id = $4::uuid) group by m.item_id
) s on s.item_id = i.id where ${CHOSEN}`;

function beyond(cursor: Cursor | null): string {
  const back = cursor?.direction === "before";
  const way = back ? "desc" : "asc";
  const from = cursor ? `where (x.key, x.id) ${back ? "<" : ">"} ($6::text, $7::uuid)` : "";
  return `${from} order by x.key ${way}, x.id ${way}`;
}
