/** What waits for the seller, one line per cause, the most costly first. */
import type { PrismaTx } from "#app/data/database.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";

export type Need = {
  key: string;
  /** alert: the engine's own words in `text`; the others are put into words by the screen. */
  kind: "alert" | "edits" | "held" | "blind" | "unlinked";
  alertKind: string | null;
  text: string | null;
  connectionId: string | null;
  channel: ChannelName | null;
  itemId: string | null;
  /** The request for one of his accounts, which one word refuses. */
  moveId: string | null;
  /** The held batch it is about. */
  holdId: string | null;
  /** The case of a unit that was sold twice. */
  caseId: string | null;
  count: number;
  at: Date;
};

/** Possible loss, worst first (screens.md 3, Home). */
const ORDER: Record<Need["kind"], number> = { alert: 0, blind: 1, held: 3, edits: 5, unlinked: 9 };

type Row = Need & { severity: number };

const SQL = `
select 'alert:' || a.id as key, 'alert' as kind, a.kind as "alertKind", a.text, a.connection_id as "connectionId", c.channel::text as channel,
  a.data ->> 'itemId' as "itemId", case when a.kind = 'move' then a.data ->> 'moveId' end as "moveId", a.data ->> 'holdId' as "holdId",
  a.data ->> 'caseId' as "caseId",
  case a.kind when 'held' then 1 else a.count end as count, a.opened_at as at, a.severity
from alert a left join connection c on c.id = a.connection_id
where a.seller_id = $1::uuid and a.closed_at is null and (a.snoozed_until is null or a.snoozed_until <= $2::timestamptz)
union all
select 'edits:' || e.connection_id, 'edits', null, null, e.connection_id, min(c.channel::text), null, null, null, null, count(*)::int, max(e.seen_at), 0
from outside_edit e join connection c on c.id = e.connection_id
where e.seller_id = $1::uuid and e.state = 'open'
  and not exists (select from hold h join hold_number n on n.hold_id = h.id and n.quantity_id = e.quantity_id where h.connection_id = e.connection_id and h.closed_at is null)
  and not exists (select from alert a where a.connection_id = e.connection_id and a.kind = 'outside-edit' and a.closed_at is null and a.seller_id = $1::uuid)
group by e.connection_id
union all
select 'held:' || h.id, 'held', null, h.reason, h.connection_id, null, null, null, h.id::text, null, (select count(*)::int from hold_number n where n.hold_id = h.id), h.opened_at, 0
from hold h where h.seller_id = $1::uuid and h.closed_at is null
  and not exists (select from alert a where a.key = 'held:' || h.id and a.closed_at is null and a.seller_id = $1::uuid)
union all
select 'blind:' || c.id, 'blind', null, c.blind_reason, c.id, c.channel::text, null, null, null, null, 1, c.blind_since, 0
from connection c where c.seller_id = $1::uuid and c.blind_since is not null and c.lifecycle in ('live', 'observe')
  and not exists (select from alert a where a.connection_id = c.id and a.kind = 'blind' and a.closed_at is null and a.seller_id = $1::uuid)`;

export async function readNeeds(prisma: PrismaTx, sellerId: string, now: Date): Promise<Need[]> {
  const rows = await prisma.$queryRawUnsafe<Row[]>(SQL, sellerId, now);
  return rows.sort((a, b) => rank(a) - rank(b) || a.at.getTime() - b.at.getTime()).map(({ severity: _severity, ...need }) => need);
}

function rank(row: Row): number {
  return row.kind === "alert" ? row.severity : ORDER[row.kind];
}
