import { type ChannelHealth, readChannelHealth } from "./channel-health.server.ts";
import { type Need, readNeeds } from "./needs.server.ts";
import { type CheckedChannel, readOrderProof } from "./order-proof.server.ts";
import { readTravels, type Travel } from "./travelling.server.ts";
import type { ViewHouse } from "./view-house.ts";

export type HomeView = {
  now: Date;
  stoppedAt: Date | null;
  channels: ChannelHealth[];
  needs: Need[];
  travels: Travel[];
  /** The last check of each live channel's orders by id. */
  proof: CheckedChannel[];
  /** Named rules that end by themselves and are in force: a rush, one line for what one approval made. */
  rushes: Rush[];
  metrics: {
    /** Median from cause to proof over all channels today; null before the first. */
    lagMs: number | null;
    /** Units that channels show above what they should. */
    unitsAtRisk: number;
    /** Share of linked, live numbers that are proved, 0 to 100; null when there are none. */
    inStepPercent: number | null;
  };
};

export type Rush = { previewId: string; title: string; endsAt: Date };

const FEED_ROWS = 12;

export function homeView(house: ViewHouse, sellerId: string): Promise<HomeView> {
  const now = house.now();
  return house.db.read(sellerId, async (prisma) => {
    const seller = await prisma.seller.findUniqueOrThrow({ where: { id: sellerId }, select: { stoppedAt: true } });
    const channels = await readChannelHealth(prisma, sellerId, now);
    const [figures] = await prisma.$queryRawUnsafe<{ lagMs: number | null; unitsAtRisk: number }[]>(FIGURES, sellerId, now);
    const live = channels.filter((c) => c.state !== "observe");
    const numbers = live.reduce((sum, c) => sum + c.numbers, 0);
    const outOfStep = live.reduce((sum, c) => sum + c.outOfStep + c.toDecide, 0);
    return {
      now,
      stoppedAt: seller.stoppedAt,
      channels,
      needs: await readNeeds(prisma, sellerId, now),
      rushes: await prisma.$queryRawUnsafe<Rush[]>(RUSHES, sellerId, now),
      proof: await readOrderProof(prisma, sellerId),
      travels: await readTravels(prisma, sellerId, FEED_ROWS),
      metrics: {
        lagMs: figures?.lagMs ?? null,
        unitsAtRisk: figures?.unitsAtRisk ?? 0,
        // Rounded down: 100 % is said only when nothing is out of step.
        inStepPercent: numbers === 0 ? null : Math.floor((100 * (numbers - outOfStep)) / numbers),
      },
    };
  });
}

const RUSHES = `
select preview_id as "previewId", min(title) as title, max(ends_at) as "endsAt" from rule
where seller_id = $1::uuid and replaced_at is null and ended_at is null and title is not null and preview_id is not null
  and ends_at > $2::timestamptz and (starts_at is null or started_at is not null)
group by preview_id order by max(ends_at)`;

/** "Today" begins at the seller's own midnight. */
const FIGURES = `
select
  (select percentile_cont(0.5) within group (order by extract(epoch from h.confirmed_at - h.cause_at) * 1000)
   from shown_change h join seller s on s.id = h.seller_id
   where h.seller_id = $1::uuid and h.kind = 'write' and h.outcome = 'confirmed' and h.cause_at is not null and h.confirmed_at >= h.cause_at
     and h.recorded_at >= date_trunc('day', $2::timestamptz at time zone s.time_zone) at time zone s.time_zone)::float8 as "lagMs",
  least(2147483647, (select coalesce(sum(q.confirmed - q.target), 0) from channel_quantity q
   where q.seller_id = $1::uuid and q.dirty and q.target < q.confirmed))::int as "unitsAtRisk"`;
