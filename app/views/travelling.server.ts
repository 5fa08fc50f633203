/** The last changes of stock and how far each has travelled: one line per movement, one chip per channel that shows the item. */
import type { PrismaTx } from "#app/data/database.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";

export type Travel = {
  id: string;
  kind: string;
  itemId: string;
  title: string;
  sku: string;
  onHandDelta: number;
  reservedDelta: number;
  channel: ChannelName | null;
  orderNumber: string | null;
  actor: string | null;
  occurredAt: Date;
  recordedAt: Date;
  correlationId: string;
  chips: TravelChip[];
};

/** `tookMs` from our record of the cause to the channel's proof; null while it is on its way (`pending`) or nothing had to change. */
export type TravelChip = { connectionId: string; channel: ChannelName; pending: boolean; tookMs: number | null };

type ChipRow = { movementId: string; connectionId: string; channel: ChannelName; pending: boolean; tookMs: number | null };

const MOVEMENTS = `
select m.id, m.kind, m.item_id as "itemId", i.title, i.sku, m.on_hand_delta as "onHandDelta", m.reserved_delta as "reservedDelta",
  c.channel::text as channel, o.number as "orderNumber", a.label as actor, m.occurred_at as "occurredAt", m.recorded_at as "recordedAt",
  m.correlation_id as "correlationId"
from (
  -- Cut off before anything is joined: a shop has many more movements than the page has lines.
  select x.* from movement x where x.seller_id = $1::uuid and x.kind <> 'opening' order by x.recorded_at desc, x.id desc limit $2::int
) m
join stock_item i on i.id = m.item_id
left join connection c on c.id = m.connection_id
left join sales_order o on o.id = m.order_id
left join actor a on a.key = m.actor_key and a.seller_id = m.seller_id
order by m.recorded_at desc, m.id desc`;

const CHIPS = `
select m.id as "movementId", q.connection_id as "connectionId", c.channel::text as channel,
  bool_or(q.dirty and q.cause_id = m.correlation_id) as pending,
  (extract(epoch from max(h.confirmed_at) - m.occurred_at) * 1000)::float8 as "tookMs"
from movement m
join component p on p.item_id = m.item_id
join listing l on l.id = p.listing_id and l.link_state = 'linked' and l.go_live = 'live'
join channel_quantity q on q.id = l.quantity_id
join connection c on c.id = q.connection_id and c.lifecycle = 'live'
left join shown_change h on h.quantity_id = q.id and h.cause_id = m.correlation_id and h.kind = 'write' and h.outcome = 'confirmed'
where m.seller_id = $1::uuid and m.id = any($2::uuid[]) and m.connection_id is distinct from q.connection_id
group by m.id, m.occurred_at, q.connection_id, c.channel, c.created_at
order by c.created_at`;

export async function readTravels(prisma: PrismaTx, sellerId: string, limit: number): Promise<Travel[]> {
  const movements = await prisma.$queryRawUnsafe<Omit<Travel, "chips">[]>(MOVEMENTS, sellerId, limit);
  if (movements.length === 0) return [];
  const chips = await prisma.$queryRawUnsafe<ChipRow[]>(
    CHIPS,
    sellerId,
    movements.map((m) => m.id),
  );
  return movements.map((movement) => ({
    ...movement,
    chips: chips
      .filter((chip) => chip.movementId === movement.id && (chip.pending || chip.tookMs !== null))
      .map(({ movementId: _id, ...chip }) => chip),
  }));
}
