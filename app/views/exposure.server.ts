import type { ChannelName } from "#app/domain/channel-words.ts";
import { monthOf } from "./month.ts";
import type { ViewHouse } from "./view-house.ts";

/** Percentiles over every change, in milliseconds. */
export type Lags = { changes: number; p50: number; p95: number; p99: number };
export type Pair = Lags & { soldOnId: string | null; connectionId: string; units: number };
export type WorstItem = { itemId: string; title: string; sku: string; changes: number; p95: number; units: number; pieceSeconds: number };

export type ExposureView = {
  now: Date;
  /** YYYY-MM of the seller's time zone. */
  month: string;
  /** The first month with figures; null where there are none at all. */
  firstMonth: string | null;
  /** Up to when changes are in the figures. */
  through: Date | null;
  all: Lags | null;
  pairs: Pair[];
  channels: (Lags & { connectionId: string })[];
  worst: WorstItem[];
  connections: { id: string; channel: ChannelName; name: string }[];
};

const WORST = 20;

/** How long channels showed too many, in one month. */
export function exposureView(house: ViewHouse, sellerId: string, asked: string | null): Promise<ExposureView> {
  return house.db.read(sellerId, async (prisma) => {
    const seller = await prisma.seller.findUniqueOrThrow({ where: { id: sellerId }, select: { timeZone: true, exposureThrough: true } });
    const { month, from, until } = monthOf(asked, house.now(), seller.timeZone);
    const range = [sellerId, from, until] as const;
    const figures = await prisma.$queryRawUnsafe<(Pair & { grouped: number })[]>(LAGS, ...range);
    const worst = await prisma.$queryRawUnsafe<WorstItem[]>(WORST_ITEMS, ...range);
    const first = await prisma.exposureDay.findFirst({ where: { sellerId }, orderBy: { day: "asc" }, select: { day: true } });
    const connections = await prisma.connection.findMany({
      where: { sellerId },
      orderBy: { createdAt: "asc" },
      select: { id: true, channel: true, name: true },
    });
    const lags = ({ changes, p50, p95, p99 }: Lags): Lags => ({ changes, p50, p95, p99 });
    const total = figures.find((f) => f.grouped === ALL);
    return {
      ...{ now: house.now(), month, through: seller.exposureThrough, firstMonth: first?.day.toISOString().slice(0, 7) ?? null },
      all: total && total.changes > 0 ? lags(total) : null,
      pairs: figures.filter((f) => f.grouped === PAIR).map(({ grouped: _grouped, ...pair }) => pair),
      channels: figures.filter((f) => f.grouped === CHANNEL).map((f) => ({ ...lags(f), connectionId: f.connectionId })),
      ...{ worst, connections },
    };
  });
}

/** What grouping() says of the two columns: 0 = both name the group, 1 = only the showing channel, 3 = everything. */
const [PAIR, CHANNEL, ALL] = [0, 1, 3];

const PERCENTILES = `percentile_disc(array[0.5, 0.95, 0.99]) within group (order by lag)`;

const LAGS = `
with lags as (
  select connection_id, sold_on_id, unnest(lags_ms) as lag from exposure_day where seller_id = $1::uuid and day >= $2::date and day < $3::date
), sums as (
  select connection_id, sold_on_id, sum(units)::int as units from exposure_day where seller_id = $1::uuid and day >= $2::date and day < $3::date group by 1, 2
), grouped as (
  select connection_id, sold_on_id, grouping(connection_id, sold_on_id)::int as grouped, count(*)::int as changes, ${PERCENTILES} as p
  from lags group by grouping sets ((connection_id, sold_on_id), (connection_id), ())
)
select g.connection_id as "connectionId", g.sold_on_id as "soldOnId", g.grouped, g.changes, g.p[1] as p50, g.p[2] as p95, g.p[3] as p99, coalesce(s.units, 0) as units
from grouped g left join sums s on g.grouped = 0 and s.connection_id = g.connection_id and s.sold_on_id is not distinct from g.sold_on_id
order by g.p[2] desc nulls last, g.changes desc`;

/** Percentiles only of those that are shown. */
const WORST_ITEMS = `
with worst as (
  select item_id, sum(units)::int as units, sum(piece_seconds)::float8 as seconds, sum(cardinality(lags_ms))::int as changes
  from exposure_day where seller_id = $1::uuid and day >= $2::date and day < $3::date group by 1 order by 3 desc, 1 limit ${WORST}
)
select w.item_id as "itemId", i.title, i.sku, w.changes, w.units, w.seconds as "pieceSeconds", (
  select percentile_disc(0.95) within group (order by lag) from exposure_day e, unnest(e.lags_ms) lag
  where e.seller_id = $1::uuid and e.item_id = w.item_id and e.day >= $2::date and e.day < $3::date)::int as p95
from worst w join stock_item i on i.id = w.item_id order by w.seconds desc, w.item_id`;

export type ExposureFileRow = Lags & {
  sku: string;
  title: string;
  soldOn: ChannelName | null;
  soldOnName: string | null;
  channel: ChannelName;
  channelName: string;
  units: number;
  pieceSeconds: number;
};

/** Every item and channel pair of the month, the worst first. */
export function wholeExposure(
  house: ViewHouse,
  sellerId: string,
  asked: string | null,
): Promise<{ month: string; rows: ExposureFileRow[] }> {
  return house.db.read(sellerId, async (prisma) => {
    const seller = await prisma.seller.findUniqueOrThrow({ where: { id: sellerId }, select: { timeZone: true } });
    const { month, from, until } = monthOf(asked, house.now(), seller.timeZone);
    return { month, rows: await prisma.$queryRawUnsafe<ExposureFileRow[]>(FILE, sellerId, from, until) };
  });
}

const FILE = `
with lags as (
  select e.item_id, e.sold_on_id, e.connection_id, count(*)::int as changes, ${PERCENTILES} as p from exposure_day e, unnest(e.lags_ms) lag
  where e.seller_id = $1::uuid and e.day >= $2::date and e.day < $3::date group by 1, 2, 3
), sums as (
  select item_id, sold_on_id, connection_id, sum(units)::int as units, sum(piece_seconds)::float8 as seconds from exposure_day
  where seller_id = $1::uuid and day >= $2::date and day < $3::date group by 1, 2, 3
)
select i.sku, i.title, a.channel::text as "soldOn", a.name as "soldOnName", b.channel::text as channel, b.name as "channelName", l.changes, l.p[1] as p50, l.p[2] as p95,
  l.p[3] as p99, s.units, s.seconds as "pieceSeconds"
from lags l join sums s on s.item_id = l.item_id and s.connection_id = l.connection_id and s.sold_on_id is not distinct from l.sold_on_id
join stock_item i on i.id = l.item_id join connection b on b.id = l.connection_id left join connection a on a.id = l.sold_on_id
order by s.seconds desc, i.sku, b.created_at`;
