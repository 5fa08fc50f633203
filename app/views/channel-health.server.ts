/** How each connection is doing; the same facts stand on Home, in the list of channels and on the channel's own page. */
import type { PrismaTx } from "#app/data/database.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import type { UnseenKind } from "#app/domain/sight.ts";

export type ConnectionState = "blind" | "paused" | "observe" | "leaving" | "disconnected" | "behind" | "needs-you" | "in-step";

export type ChannelHealth = {
  id: string;
  channel: ChannelName;
  name: string;
  address: string | null;
  state: ConnectionState;
  pausedAt: Date | null;
  blindSince: Date | null;
  blindReason: string | null;
  /** Its orders cannot be read as they should, though the access stands; null where they can. */
  unseenKind: UnseenKind | null;
  unseenSince: Date | null;
  /** Numbers of linked, live listings. */
  numbers: number;
  /** Not proved, and on their way or being tried. */
  outOfStep: number;
  /** Waiting for the seller: an edit or a held batch to decide, a refusal, another app that writes here. */
  toDecide: number;
  /** Numbers that show more than they should. */
  tooHigh: number;
  unlinked: number;
  lastSeenAt: Date | null;
  lastOrderAt: Date | null;
  lastConfirmedAt: Date | null;
  /** Median from the cause to the proof, last 24 hours; null without one. */
  usualLagMs: number | null;
  /** Age of the oldest difference that still stands. */
  waitingSince: Date | null;
  quietUntil: Date | null;
  callsLeftToday: number | null;
  callsPerDay: number | null;
  importing: { done: number; total: number | null } | null;
  feedFailure: string | null;
};

type Raw = Omit<ChannelHealth, "state" | "importing"> & {
  lifecycle: string;
  importDone: number | null;
  importTotal: number | null;
  importFinishedAt: Date | null;
};

const SQL = `
select c.id, c.channel::text as channel, c.name, c.address, c.lifecycle::text as lifecycle, c.paused_at as "pausedAt", c.blind_since as "blindSince",
  c.blind_reason as "blindReason", c.unseen_kind as "unseenKind", c.unseen_since as "unseenSince", c.last_seen_at as "lastSeenAt", c.quiet_until as "quietUntil",
  n.numbers, n.out_of_step as "outOfStep", n.to_decide as "toDecide", n.too_high as "tooHigh", n.waiting_since as "waitingSince",
  (select count(*)::int from listing l where l.connection_id = c.id and l.link_state <> 'linked' and l.go_live <> 'ignored') as unlinked,
  (select max(o.first_seen_at) from sales_order o where o.connection_id = c.id and not o.before_baseline) as "lastOrderAt",
  w.last_confirmed as "lastConfirmedAt", w.lag_ms as "usualLagMs",
  b.per_day as "callsPerDay", greatest(0, b.per_day - b.used_today) as "callsLeftToday",
  f.done as "importDone", f.total as "importTotal", f.finished_at as "importFinishedAt",
  (select x.failure_text from feed x where x.connection_id = c.id and x.failure_text is not null order by x.failures desc limit 1) as "feedFailure"
from connection c
left join lateral (
  select count(*)::int as numbers, (count(*) filter (where q.decide))::int as to_decide,
    (count(*) filter (where q.open and not q.decide))::int as out_of_step,
    (count(*) filter (where q.open and q.target < q.confirmed))::int as too_high,
    min(q.dirty_since) filter (where q.open and not q.decide) as waiting_since
  from (
    select x.target, x.confirmed, x.dirty_since, x.dirty or x.target is distinct from x.confirmed and x.target is not null as open,
      x.raises_stopped is not null and x.target is distinct from x.confirmed
        or coalesce(x.failure_kind, '') in ('rejected', 'forbidden', 'not-found', 'unsupported')
        or x.id in (select e.quantity_id from outside_edit e where e.seller_id = $1::uuid and e.state = 'open')
        or x.id in (select m.quantity_id from hold h join hold_number m on m.hold_id = h.id where h.seller_id = $1::uuid and h.closed_at is null) as decide
    from channel_quantity x where x.connection_id = c.id
      and x.id in (select l.quantity_id from listing l where l.connection_id = c.id and l.link_state = 'linked' and l.go_live = 'live')
  ) q
) n on true
left join lateral (
  select max(h.confirmed_at) as last_confirmed,
    (percentile_cont(0.5) within group (order by extract(epoch from h.confirmed_at - h.cause_at) * 1000)
      filter (where h.cause_at is not null and h.confirmed_at >= h.cause_at))::float8 as lag_ms
  from shown_change h where h.connection_id = c.id and h.kind = 'write' and h.outcome = 'confirmed' and h.recorded_at > $2::timestamptz
) w on true
left join lateral (
  select x.per_day, case when x.day_started_at > $2::timestamptz then x.used_today else 0 end as used_today
  from call_budget x where x.per_day is not null
    and (x.scope in (c.channel::text || ':app', c.channel::text || ':' || c.id::text) or starts_with(x.scope, c.channel::text || ':app:'))
  order by x.used_today::float8 / greatest(1, x.per_day) desc limit 1
) b on true
left join feed f on f.connection_id = c.id and f.kind = 'listings'
where c.seller_id = $1::uuid and c.lifecycle <> 'disconnected' and ($3::uuid is null or c.id = $3::uuid)
order by c.created_at, c.id`;

const DAY_MS = 86_400_000;

/** Of all connections, or of one alone: a large shop's numbers are counted for it. */
export async function readChannelHealth(
  prisma: PrismaTx,
  sellerId: string,
  now: Date,
  connectionId: string | null = null,
): Promise<ChannelHealth[]> {
  const rows = await prisma.$queryRawUnsafe<Raw[]>(SQL, sellerId, new Date(now.getTime() - DAY_MS), connectionId);
  return rows.map(({ lifecycle, importDone, importTotal, importFinishedAt, ...row }) => ({
    ...row,
    state: stateOf(lifecycle, row),
    importing: importDone !== null && importFinishedAt === null ? { done: importDone, total: importTotal } : null,
  }));
}

function stateOf(
  lifecycle: string,
  row: { blindSince: Date | null; unseenKind: UnseenKind | null; pausedAt: Date | null; outOfStep: number; toDecide: number },
): ConnectionState {
  if (lifecycle === "leaving" || lifecycle === "disconnected") return lifecycle;
  if (row.blindSince) return "blind";
  // A lost access that came back is caught up within moments; the others last.
  if (lifecycle === "live" && row.unseenKind !== null && row.unseenKind !== "access") return "blind";
  if (row.pausedAt) return "paused";
  if (lifecycle === "observe") return "observe";
  if (row.outOfStep > 0) return "behind";
  return row.toDecide > 0 ? "needs-you" : "in-step";
}
