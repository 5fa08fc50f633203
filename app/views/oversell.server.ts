import type { PrismaTx } from "#app/data/database.server.ts";
import { penaltyOf } from "#app/domain/cancel-penalty.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { type Advice, adviseKeeping } from "#app/domain/keep-order.ts";
import { UUID } from "./cursor.ts";
import { type CauseView, causeView } from "./oversell-cause.ts";
import { type ChainStep, readChain } from "./oversell-chain.server.ts";
import type { ViewHouse } from "./view-house.ts";

export type OversellOrderView = {
  orderId: string;
  connectionId: string;
  channel: ChannelName;
  shop: string;
  number: string;
  role: "earlier" | "later" | "more";
  status: string;
  paid: boolean;
  placedAt: Date;
  learnedAt: Date;
  /** Units of the item that it took, and that it still takes. */
  units: number;
  left: number;
  unitPriceMinor: number | null;
  worthMinor: number | null;
  currency: string | null;
  penalty: number;
};

export type OversellView = {
  now: Date;
  id: string;
  kind: "below-zero" | "sold-twice";
  item: { id: string; title: string; sku: string; available: number };
  missing: number;
  openedAt: Date;
  /** How long after the later order was placed. */
  foundAfterMs: number | null;
  cause: CauseView & { byLabel: string | null };
  orders: OversellOrderView[];
  advice: Advice | null;
  /** Units that are not counted anywhere and might still fill both orders. */
  elsewhere: { place: string; channel: ChannelName; units: number }[];
  chain: ChainStep[];
  /** Where the last unit could be kept from now on. */
  keepers: { id: string; channel: ChannelName; name: string }[];
  /** Cases of this item so far, this one with them. */
  casesOfItem: number;
  settled: {
    at: Date;
    decision: string;
    by: string | null;
    orderNumber: string | null;
    orderChannel: ChannelName | null;
    costMinor: number | null;
    costCurrency: string | null;
    note: string | null;
  } | null;
};

/** Null where this seller has no such case. */
export async function oversellView(house: ViewHouse, sellerId: string, caseId: string): Promise<OversellView | null> {
  if (!UUID.test(caseId)) return null;
  return house.db.read(sellerId, async (prisma) => {
    const found = await prisma.oversellCase.findFirst({ where: { id: caseId, sellerId } });
    const item = found && (await prisma.stockItem.findFirst({ where: { id: found.itemId, sellerId } }));
    if (!found || !item) return null;
    const rows = await prisma.$queryRawUnsafe<(Omit<OversellOrderView, "penalty"> & { settings: unknown })[]>(ORDERS, sellerId, caseId);
    const orders = rows.map(({ settings, ...order }) => ({ ...order, penalty: penaltyOf(order.channel, settings) }));
    const later = orders.find((o) => o.role === "later") ?? null;
    const cause = causeView(found.cause, found.facts);
    const keys = [found.closedBy, cause.lowered?.by].filter((key) => key != null);
    const labels = new Map((await prisma.actor.findMany({ where: { sellerId, key: { in: keys } } })).map((a) => [a.key, a.label]));
    const cancelled = orders.find((o) => o.orderId === found.orderId) ?? null;
    const closed = found.closedAt !== null && found.decision !== null ? { at: found.closedAt, decision: found.decision } : null;
    return {
      ...{ now: house.now(), id: found.id, kind: found.kind as OversellView["kind"], missing: found.missing, openedAt: found.openedAt },
      item: { id: item.id, title: item.title, sku: item.sku, available: item.onHand - item.reserved },
      foundAfterMs: later && found.openedAt >= later.placedAt ? found.openedAt.getTime() - later.placedAt.getTime() : null,
      cause: { ...cause, byLabel: cause.lowered ? (labels.get(cause.lowered.by) ?? null) : null },
      ...{ orders, advice: closed ? null : adviceOn(orders), elsewhere: await readElsewhere(prisma, sellerId, item.id) },
      chain: await readChain(prisma, sellerId, { itemId: item.id, orders, openedAt: found.openedAt }),
      keepers: await prisma.$queryRawUnsafe<OversellView["keepers"]>(KEEPERS, sellerId, item.id),
      casesOfItem: await prisma.oversellCase.count({ where: { sellerId, itemId: item.id } }),
      settled: closed && {
        ...closed,
        by: found.closedBy ? (labels.get(found.closedBy) ?? null) : null,
        ...{ orderNumber: cancelled?.number ?? null, orderChannel: cancelled?.channel ?? null },
        ...{ costMinor: found.costMinor, costCurrency: found.costCurrency, note: found.note },
      },
    };
  });
}

/** Orders that gave their units back compete no longer. */
function adviceOn(orders: readonly OversellOrderView[]): Advice | null {
  const competing = orders.filter((o) => o.left > 0);
  return adviseKeeping(competing.map((o) => ({ ...o, shipped: o.status === "shipped" })));
}

const ORDERS = `
select o.order_id as "orderId", n.id as "connectionId", n.channel::text as channel, n.name as shop, s.number, o.role, s.status, s.paid,
  s.placed_at as "placedAt", s.first_seen_at as "learnedAt", o.units, n.settings, s.currency,
  (select coalesce(-sum(m.on_hand_delta - m.reserved_delta), 0) from order_line l join movement m on m.order_line_id = l.id and m.item_id = c.item_id
    where l.order_id = s.id)::int as left,
  (select max(l.unit_price_minor) from order_line l where l.order_id = s.id and l.components @> jsonb_build_array(jsonb_build_object('itemId', c.item_id::text)))
    as "unitPriceMinor",
  (select sum(l.unit_price_minor * l.quantity) from order_line l where l.order_id = s.id
    and l.components @> jsonb_build_array(jsonb_build_object('itemId', c.item_id::text)))::int as "worthMinor"
from oversell_case c join oversell_order o on o.case_id = c.id join sales_order s on s.id = o.order_id join connection n on n.id = s.connection_id
where c.seller_id = $1::uuid and c.id = $2::uuid order by s.placed_at, s.number`;

const KEEPERS = `
select distinct on (c.created_at, c.id) c.id, c.channel::text as channel, c.name from component p join listing l on l.id = p.listing_id and l.link_state = 'linked'
  and l.go_live in ('live', 'paused') join connection c on c.id = l.connection_id and c.lifecycle = 'live'
where p.seller_id = $1::uuid and p.item_id = $2::uuid order by c.created_at, c.id`;

/** A simple listing's units at places that the seller does not count (a second warehouse, a fulfilment service). */
const ELSEWHERE = `
select o.name as place, c.channel::text as channel, (part ->> 'quantity')::int as units
from component p join listing l on l.id = p.listing_id and l.link_state = 'linked' join channel_quantity q on q.id = l.quantity_id
join connection c on c.id = q.connection_id cross join lateral jsonb_array_elements(q.parts) part
join location o on o.connection_id = c.id and o.external_id = part ->> 'locationId' and not o.counted and o.active
where p.seller_id = $1::uuid and p.item_id = $2::uuid and p.units = 1 and (part ->> 'quantity')::int > 0
  and (select count(*) from component x where x.listing_id = l.id) = 1
order by 3 desc, 1`;

function readElsewhere(prisma: PrismaTx, sellerId: string, itemId: string): Promise<OversellView["elsewhere"]> {
  return prisma.$queryRawUnsafe<OversellView["elsewhere"]>(ELSEWHERE, sellerId, itemId);
}
