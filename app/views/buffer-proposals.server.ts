import { loadListingFacts, loadRules } from "#app/data/targets.server.ts";
import { type BufferProposal, proposeBuffer } from "#app/domain/buffer-proposal.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { effectiveRule } from "#app/domain/rules.ts";
import type { ViewHouse } from "./view-house.ts";

export type ProposedBuffer = BufferProposal & {
  listingId: string;
  itemId: string;
  title: string;
  sku: string;
  channel: ChannelName;
  shop: string;
  /** What is held back there today. */
  buffer: number;
};

type Evidence = Omit<ProposedBuffer, keyof BufferProposal | "buffer"> & {
  quantityId: string;
  connectionId: string;
  peakPerHour: number;
  lagMs: number;
};

const DAY_MS = 86_400_000;
const DAYS = 30;
/** A channel's own pace changes; an item that has too few changes of its own is judged by it as it was lately. */
const LAG_DAYS = 7;
const MOST = 100;

/** Buffers worth their price by what was measured in the last 30 days, the largest first; those that stand already are left out. */
export function bufferProposals(house: ViewHouse, sellerId: string): Promise<ProposedBuffer[]> {
  const now = house.now();
  const since = new Date(now.getTime() - DAYS * DAY_MS);
  return house.db.write(sellerId, async (sql) => {
    const lately = new Date(now.getTime() - LAG_DAYS * DAY_MS);
    const evidence = await sql.query<Evidence>(EVIDENCE, [sellerId, since, lately]);
    const proposed = evidence.flatMap((e) => {
      const proposal = proposeBuffer(e);
      return proposal === null ? [] : [{ ...e, ...proposal }];
    });
    if (proposed.length === 0) return [];
    const rules = await loadRules(sql, sellerId);
    const facts = await loadListingFacts(sql, [...new Set(proposed.map((p) => p.quantityId))]);
    const tags = new Map(facts.map((f) => [f.listingId, f.tags]));
    return proposed
      .map(({ quantityId: _quantityId, connectionId, peakPerHour: _peak, ...p }) => {
        const place = { connectionId, listingId: p.listingId, tags: tags.get(p.listingId) ?? [] };
        return { ...p, buffer: effectiveRule(rules, place, now).buffer?.value ?? 0 };
      })
      .filter((p) => p.units > p.buffer)
      .sort((a, b) => b.units - a.units || (a.sku < b.sku ? -1 : 1))
      .slice(0, MOST);
  });
}

/** Fewer measured changes of an item than this say less than those of its channel. */
const ENOUGH = 20;

/** Simple listings only: of a pack or a bundle one piece is not one sale. The busiest five minutes of the busiest items' sales on other channels. */
const EVIDENCE = `
with sold as (
  select m.item_id, m.connection_id, date_bin('5 minutes', m.occurred_at, 'epoch') as slot, sum(m.reserved_delta - m.on_hand_delta) as units from movement m
  where m.seller_id = $1 and m.recorded_at > $2 and m.order_id is not null and m.on_hand_delta < m.reserved_delta group by 1, 2, 3
), busiest as (
  select item_id from (select item_id, slot, sum(units) as units from sold group by 1, 2) x group by 1 order by max(units) desc, 1 limit 200
), slots as (
  select l.id as listing_id, s.item_id, s.slot, sum(s.units) as units from sold s join busiest using (item_id) join component p on p.item_id = s.item_id and p.units = 1
  join listing l on l.id = p.listing_id and l.link_state = 'linked' and l.go_live = 'live' and l.connection_id <> s.connection_id
  where (select count(*) from component x where x.listing_id = l.id) = 1 group by 1, 2, 3
), peaks as (
  select listing_id, item_id, max(units)::int * 12 as per_hour from slots group by 1, 2
), channel_lags as (
  select e.connection_id, percentile_disc(0.95) within group (order by lag) as lag from exposure_day e, unnest(e.lags_ms) lag
  where e.seller_id = $1 and e.day > $3::timestamptz::date and e.sold_on_id is not null group by 1
)
select p.listing_id as "listingId", l.quantity_id as "quantityId", l.connection_id as "connectionId", p.item_id as "itemId", i.title, i.sku, c.channel::text as channel,
  c.name as shop, p.per_hour as "peakPerHour", coalesce(case when own.n >= ${ENOUGH} then own.lag end, k.lag) as "lagMs"
from peaks p join listing l on l.id = p.listing_id join connection c on c.id = l.connection_id and c.lifecycle = 'live' join stock_item i on i.id = p.item_id
left join channel_lags k on k.connection_id = l.connection_id
left join lateral (
  select count(*) as n, percentile_disc(0.95) within group (order by lag) as lag from exposure_day e, unnest(e.lags_ms) lag
  where e.seller_id = $1 and e.item_id = p.item_id and e.day > $2::timestamptz::date and e.connection_id = l.connection_id and e.sold_on_id is not null
) own on true
where coalesce(case when own.n >= ${ENOUGH} then own.lag end, k.lag) is not null`;
