/** How an oversell came about, moment by moment: what was sold, when we knew, what we sent and what came of it. */
import type { PrismaTx } from "#app/data/database.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";

export type ChainStep =
  | { kind: "placed" | "learned"; at: Date; channel: ChannelName; orderNumber: string; units: number }
  | {
      kind: "shown";
      at: Date;
      channel: ChannelName;
      change: string;
      outcome: string;
      from: number | null;
      to: number | null;
      note: string | null;
    }
  | { kind: "moved"; at: Date; movement: string; units: number; by: string | null; note: string | null }
  | { kind: "opened"; at: Date };

type Orders = readonly { channel: ChannelName; number: string; units: number; placedAt: Date; learnedAt: Date }[];
type About = { itemId: string; orders: Orders; openedAt: Date };

const MOST = 60;
/** What stood on the channels shortly before, and what came of our writes shortly after. */
const BEFORE_MS = 60_000;
const AFTER_MS = 120_000;

export async function readChain(prisma: PrismaTx, sellerId: string, about: About): Promise<ChainStep[]> {
  const { itemId, orders, openedAt } = about;
  const first = Math.min(openedAt.getTime(), ...orders.map((o) => o.placedAt.getTime()));
  const window = [new Date(first - BEFORE_MS), new Date(openedAt.getTime() + AFTER_MS)] as const;
  const shown = await prisma.$queryRawUnsafe<Extract<ChainStep, { kind: "shown" }>[]>(SHOWN, sellerId, itemId, ...window);
  const moved = await prisma.$queryRawUnsafe<Extract<ChainStep, { kind: "moved" }>[]>(MOVED, sellerId, itemId, ...window);
  const steps: ChainStep[] = [
    ...orders.flatMap((o): ChainStep[] => {
      const order = { channel: o.channel, orderNumber: o.number, units: o.units };
      return [
        { kind: "placed", at: o.placedAt, ...order },
        { kind: "learned", at: o.learnedAt, ...order },
      ];
    }),
    ...shown,
    ...moved,
    { kind: "opened", at: openedAt },
  ];
  return steps.sort((a, b) => a.at.getTime() - b.at.getTime());
}

const SHOWN = `
select 'shown' as kind, coalesce(h.confirmed_at, h.sent_at, h.recorded_at) as at, c.channel::text as channel, h.kind as change, h.outcome,
  h.from_quantity as from, h.to_quantity as to, h.note
from shown_change h join connection c on c.id = h.connection_id
where h.seller_id = $1::uuid and h.quantity_id in (select l.quantity_id from component p join listing l on l.id = p.listing_id where p.item_id = $2::uuid)
  and h.recorded_at between $3::timestamptz and $4::timestamptz order by h.recorded_at limit ${MOST}`;

const MOVED = `
select 'moved' as kind, m.recorded_at as at, m.kind as movement, m.on_hand_delta - m.reserved_delta as units, a.label as by, m.note
from movement m left join actor a on a.key = m.actor_key and a.seller_id = m.seller_id
where m.seller_id = $1::uuid and m.item_id = $2::uuid and m.order_id is null and m.recorded_at between $3::timestamptz and $4::timestamptz
order by m.recorded_at limit ${MOST}`;
