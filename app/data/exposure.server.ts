/**
 * Exposure out of the log of shown numbers: for every lowering that a channel proved, since when it had shown too many, and by how
 * many pieces. Added up per item, selling channel and showing channel, one stretch of time after the other, each once.
 */
import type { Sql } from "./database.server.ts";

/** Sellers with changes that were not added up yet, up to `until`. For the clock, which looks over all of them. */
export async function sellersToAddUp(sql: Sql, until: Date): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select s.id from seller s where (s.exposure_through is null or s.exposure_through < $1)
       and exists (select from shown_change h where h.seller_id = s.id and h.recorded_at >= coalesce(s.exposure_through, '-infinity') and h.recorded_at < $1)`,
    [until],
  );
  return rows.map((row) => row.id);
}

/** `day` as YYYY-MM-DD in the seller's time zone; the stretch lies within it. */
export type Stretch = { from: Date; until: Date; day: string };

/** The next stretch, with the seller's row locked, so that no other worker adds it up as well; null where there is none. */
export async function lockStretch(sql: Sql, sellerId: string, until: Date): Promise<Stretch | null> {
  const rows = await sql.query<{ from: Date | null }>(`select exposure_through as from from seller where id = $1 for no key update`, [
    sellerId,
  ]);
  const [next] = await sql.query<Stretch & { from: Date | null }>(
    `select f.at as from, least($2::timestamptz, (date_trunc('day', f.at at time zone s.time_zone) + interval '1 day') at time zone s.time_zone) as until,
       ((f.at at time zone s.time_zone)::date)::text as day
     from seller s, lateral (select date_trunc('milliseconds', min(h.recorded_at)) as at from shown_change h
       where h.seller_id = s.id and h.recorded_at >= coalesce($3::timestamptz, '-infinity')) f where s.id = $1`,
    [sellerId, until, rows[0]?.from ?? null],
  );
  return next === undefined || next.from === null || next.from >= next.until ? null : next;
}

/** A write melts no more falls than this. */
const MOST_FALLS = 50;

/**
 * Adds up one stretch. A write that melts several sales into one counts each of them from its own moment: the newest falls of the item
 * that make up the difference and were not in the write before it. Sales of the shown listing itself are not among them: their own
 * channel lowered it. What no sale explains (a count, a rule) counts from its cause. The hour only keeps the look into the ledger short:
 * a write may have been on its way while its cause was booked. Answers how many rows were made.
 */
export async function addUp(sql: Sql, sellerId: string, stretch: Stretch): Promise<number> {
  const rows = await sql.query(
    `with changes as (
       select h.quantity_id, h.connection_id, h.from_quantity - h.to_quantity as pieces, h.cause_id, h.cause_at, h.confirmed_at, coalesce(h.sent_at, h.confirmed_at) as sent_at,
         h.id, (select p.sent_at from shown_change p where p.quantity_id = h.quantity_id and p.recorded_at < h.recorded_at and p.kind = 'write' and p.outcome = 'confirmed'
           order by p.recorded_at desc limit 1) as before_at
       from shown_change h where h.seller_id = $1 and h.recorded_at >= $2 and h.recorded_at < $3 and h.kind = 'write' and h.outcome = 'confirmed'
         and h.to_quantity < h.from_quantity and h.cause_at is not null and h.confirmed_at is not null
     ),
     falls as (
       select c.id, f.item_id, f.sold_on_id, f.at, f.pieces from changes c cross join lateral (
         select p.item_id, m.connection_id as sold_on_id, m.occurred_at as at, m.pieces, sum(m.pieces) over (order by m.recorded_at desc, m.id desc) - m.pieces as newer
         from listing l join component p on p.listing_id = l.id cross join lateral (
           select x.id, x.connection_id, x.occurred_at, x.recorded_at, ceil((x.reserved_delta - x.on_hand_delta)::numeric / p.units)::int as pieces
           from movement x left join order_line o on o.id = x.order_line_id
           where x.seller_id = $1 and x.item_id = p.item_id and x.recorded_at <= c.sent_at and x.on_hand_delta < x.reserved_delta
             and x.recorded_at > coalesce(c.before_at, c.cause_at) - interval '1 hour'
             and (x.recorded_at > c.before_at or x.correlation_id = c.cause_id) and o.quantity_id is distinct from c.quantity_id
           order by x.recorded_at desc limit ${MOST_FALLS}
         ) m where l.quantity_id = c.quantity_id
       ) f where f.newer < c.pieces
     ),
     spans as (
       select f.item_id, f.sold_on_id, c.connection_id, least(f.pieces, c.pieces) as pieces, c.confirmed_at - f.at as span from falls f join changes c on c.id = f.id
       union all
       select i.item_id, null, c.connection_id, c.pieces, c.confirmed_at - c.cause_at from changes c
       cross join lateral (select p.item_id from listing l join component p on p.listing_id = l.id where l.quantity_id = c.quantity_id order by 1 limit 1) i
       where not exists (select from falls f where f.id = c.id)
     ),
     timed as (
       select item_id, sold_on_id, connection_id, pieces, least(2147483647, greatest(0, round(extract(epoch from span) * 1000)))::int as lag from spans
     )
     insert into exposure_day (id, seller_id, day, from_at, item_id, sold_on_id, connection_id, lags_ms, units, piece_seconds)
     select gen_random_uuid(), $1, $4::date, $2, item_id, sold_on_id, connection_id, array_agg(lag order by lag), sum(pieces), round(sum(pieces::numeric * lag) / 1000)
     from timed group by item_id, sold_on_id, connection_id on conflict do nothing returning 1`,
    [sellerId, stretch.from, stretch.until, stretch.day],
  );
  await sql.query(`update seller set exposure_through = $2 where id = $1`, [sellerId, stretch.until]);
  return rows.length;
}
