/** What happened behind one shown number: the last movements of its parts back to the order or the person, and every number sent or seen. */
import type { ViewHouse } from "./view-house.ts";

/** One line; the same shape as a line of the record (activity.server.ts), so that both are said with the same words. */
export type NumberEvent = {
  id: string;
  source: "movement" | "shown";
  at: Date;
  kind: string;
  outcome: string | null;
  channel: string | null;
  connectionName: string | null;
  itemId: string | null;
  title: string | null;
  orderNumber: string | null;
  actor: string | null;
  actorKey: string | null;
  before: number | null;
  after: number | null;
  units: number | null;
  note: string | null;
  correlationId: string | null;
  /** From the moment of the cause (the sale itself) to this line, ms: to our record of a movement, to the channel's proof of a number. */
  tookMs: number | null;
};

const LINES = 6;

/** Oldest first, the last lines of both logs. Empty where the seller has no such number. */
export function numberEvents(house: ViewHouse, sellerId: string, quantityId: string): Promise<NumberEvent[]> {
  return house.db.read(sellerId, (prisma) => prisma.$queryRawUnsafe<NumberEvent[]>(EVENTS, sellerId, quantityId));
}

const EVENTS = `
select * from (
  (select m.id, 'movement' as source, m.recorded_at as at, m.kind, null::text as outcome, c.channel::text as channel, c.name as "connectionName",
    m.item_id as "itemId", i.title, o.number as "orderNumber", a.label as actor, m.actor_key as "actorKey", null::int as before, null::int as after,
    case when m.reserved_delta <> 0 and m.on_hand_delta = 0 then m.reserved_delta else m.on_hand_delta end as units, m.note,
    m.correlation_id as "correlationId", (extract(epoch from m.recorded_at - m.occurred_at) * 1000)::float8 as "tookMs"
  from movement m join stock_item i on i.id = m.item_id left join connection c on c.id = m.connection_id
  left join sales_order o on o.id = m.order_id left join actor a on a.key = m.actor_key and a.seller_id = m.seller_id
  where m.seller_id = $1::uuid and m.item_id in (select p.item_id from component p join listing l on l.id = p.listing_id where l.quantity_id = $2::uuid and l.seller_id = $1::uuid)
  order by m.recorded_at desc, m.id desc limit ${LINES})
  union all
  (select h.id, 'shown', h.recorded_at, h.kind, h.outcome, c.channel::text, c.name, null::uuid, l.title, null, null, null, h.from_quantity, h.to_quantity,
    null::int, h.note, h.cause_id, (extract(epoch from h.confirmed_at - h.cause_at) * 1000)::float8
  from shown_change h join connection c on c.id = h.connection_id
  left join lateral (select x.title from listing x where x.quantity_id = h.quantity_id order by x.id limit 1) l on true
  where h.seller_id = $1::uuid and h.quantity_id = $2::uuid order by h.recorded_at desc, h.id desc limit ${LINES})
) x order by x.at, x.id`;
