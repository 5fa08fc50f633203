/** What the platform's limits mean for one channel: calls taken and for what, how often it is read, and money for renewals. */
import type { PrismaTx } from "#app/data/database.server.ts";

export type ChannelLimits = {
  /** Calls of today by what they were for, over all of the channel's budgets. */
  spent: { orders: number; falling: number; rising: number; drift: number; import: number };
  /** The budget that is nearest to its end: calls taken today of this shop's own part. Null where no day is limited. */
  day: { used: number; share: number } | null;
  /** The platform's own read-out of the quota, shared by all, that is nearest to its end; null where it was not asked today. */
  told: { left: number; perDay: number; resetsAt: Date; at: Date } | null;
  /** Time between two questions for orders, and within which every number is looked at; null before the first. */
  pollEveryMs: number | null;
  pollReason: string | null;
  lookEveryMs: number | null;
  /** The budget makes one of them slower than it would be. */
  limited: boolean;
  /** Until then the day's quota is spent even for reading orders. */
  ordersSpentUntil: Date | null;
  /** Etsy only. */
  renewals: { capMinor: number | null; spentMinor: number; waiting: number } | null;
};

type ShareRow = { orders: number; falling: number; rising: number; drift: number; import: number; used: number; share: number | null };

const SHARES = `
select s.orders_today as orders, s.falling_today as falling, s.rising_today as rising, s.drift_today as drift, s.import_today as import,
  s.orders_today + s.falling_today + s.rising_today + s.drift_today + s.import_today as used,
  floor(b.per_day * s.weight / greatest(b.weights, s.weight))::float8 as share
from call_share s join call_budget b on b.scope = s.scope and b.day_started_at > $3::timestamptz
where s.seller_id = $1::uuid and s.connection_id = $2::uuid`;

const TOLD = `
select b.told_left as "left", b.told_per_day as "perDay", b.told_resets_at as "resetsAt", b.told_at as "at"
from call_share s join call_budget b on b.scope = s.scope and b.told_resets_at > $3::timestamptz
where s.seller_id = $1::uuid and s.connection_id = $2::uuid
order by b.told_left::float8 / greatest(b.told_per_day, 1), b.told_left, b.scope limit 1`;

const RENEWALS = `
select c.renewal_cap_minor as "capMinor", m.spent_minor as "spentMinor",
  (select count(distinct coalesce(q.parent_key, q.key))::int from channel_quantity q where q.connection_id = c.id and q.state = 'sold-out') as waiting
from connection c cross join lateral renewal_money(c.id) m where c.seller_id = $1::uuid and c.id = $2::uuid and c.channel = 'etsy'`;

const DAY_MS = 86_400_000;

export async function readChannelLimits(prisma: PrismaTx, sellerId: string, connectionId: string, now: Date): Promise<ChannelLimits> {
  const shares = await prisma.$queryRawUnsafe<ShareRow[]>(SHARES, sellerId, connectionId, new Date(now.getTime() - DAY_MS));
  const sum = (of: (row: ShareRow) => number) => shares.reduce((total, row) => total + of(row), 0);
  const days = shares.flatMap((row) => (row.share === null ? [] : [{ used: row.used, share: Math.max(1, row.share) }]));
  const tightest = days.toSorted((a, b) => b.used / b.share - a.used / a.share)[0] ?? null;
  const where = { sellerId, connectionId };
  const feeds = await prisma.feed.findMany({
    where: { ...where, kind: { in: ["orders", "scan"] } },
    select: { kind: true, everyMs: true, everyReason: true, everyLimited: true },
  });
  const poll = feeds.find((f) => f.kind === "orders");
  const look = feeds.find((f) => f.kind === "scan");
  const out = await prisma.callShare.findFirst({
    where: { ...where, spentRank: 0, spentUntil: { gt: now } },
    orderBy: { spentUntil: "desc" },
    select: { spentUntil: true },
  });
  const [told] = await prisma.$queryRawUnsafe<NonNullable<ChannelLimits["told"]>[]>(TOLD, sellerId, connectionId, now);
  const [renewals] = await prisma.$queryRawUnsafe<NonNullable<ChannelLimits["renewals"]>[]>(RENEWALS, sellerId, connectionId);
  return {
    spent: {
      orders: sum((r) => r.orders),
      falling: sum((r) => r.falling),
      rising: sum((r) => r.rising),
      drift: sum((r) => r.drift),
      import: sum((r) => r.import),
    },
    day: tightest,
    told: told ?? null,
    pollEveryMs: poll?.everyMs ?? null,
    pollReason: poll?.everyReason ?? null,
    lookEveryMs: look?.everyMs ?? null,
    limited: (poll?.everyLimited ?? false) || (look?.everyLimited ?? false),
    ordersSpentUntil: out?.spentUntil ?? null,
    renewals: renewals ?? null,
  };
}
