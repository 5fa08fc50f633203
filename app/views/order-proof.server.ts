/** The proof that no order was missed: the last check of each channel's orders by id, for the front page. */
import type { PrismaTx } from "#app/data/database.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import type { CheckVerdict } from "#app/domain/order-check.ts";

export type CheckedChannel = {
  connectionId: string;
  channel: ChannelName;
  name: string;
  /** Null before the first check. */
  verdict: CheckVerdict | null;
  listed: number;
  counted: number;
  repaired: number;
  /** Counted orders that the channel no longer knows. */
  gone: number;
  windowFrom: Date | null;
  checkedAt: Date | null;
  running: boolean;
  failure: string | null;
};

const SQL = `
select c.id as "connectionId", c.channel::text as channel, c.name, o.verdict, coalesce(o.listed, 0) as listed, coalesce(o.counted, 0) as counted,
  coalesce(o.repaired, 0) as repaired, coalesce(cardinality(o.gone_ids), 0) as gone, o.window_from as "windowFrom", o.finished_at as "checkedAt",
  exists (select from order_check r where r.connection_id = c.id and r.finished_at is null) and f.failure_text is null as running, f.failure_text as failure
from connection c left join feed f on f.connection_id = c.id and f.kind = 'check'
left join lateral (select * from order_check x where x.connection_id = c.id and x.finished_at is not null order by x.finished_at desc limit 1) o on true
where c.seller_id = $1::uuid and c.lifecycle = 'live' and c.baseline_at is not null order by c.created_at, c.id`;

export function readOrderProof(prisma: PrismaTx, sellerId: string): Promise<CheckedChannel[]> {
  return prisma.$queryRawUnsafe<CheckedChannel[]>(SQL, sellerId);
}
