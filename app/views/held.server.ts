import { EXPLAINED_CAUSES } from "#app/domain/brake.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { UUID } from "./cursor.ts";
import { type PreviewRows, previewRows } from "./preview.server.ts";
import { ALL_CHANGES, type PreviewQuery } from "./preview-query.ts";
import type { ViewHouse } from "./view-house.ts";

export type HeldView = {
  now: Date;
  id: string;
  kind: string;
  /** "outside-edits", or the cause of the targets that were wanted. */
  cause: string;
  connectionId: string | null;
  channel: ChannelName | null;
  connectionName: string | null;
  openedAt: Date;
  closedAt: Date | null;
  decision: string | null;
  decidedBy: string | null;
  note: string | null;
  /** Distinct numbers that would be lowered within the hour, of how many that take part. */
  lowered: number;
  zeroed: number;
  base: number;
  /** Most distinct numbers lowered without an order in one hour of the four weeks before, in percent of those that take part. */
  usualPercent: number;
  /** Edits that wait, and how many of them follow no single item, so that they can only be put back. */
  edits: number;
  onlyBack: number;
  firstSeenAt: Date | null;
  lastSeenAt: Date | null;
  /** Where every edit shows the same number. */
  sameValue: number | null;
  /** What people did in the hour before, newest first. */
  acts: { action: string; actor: string | null; at: Date }[];
  plan: PreviewRows & { id: string; state: string; hash: string };
};

const ACTS = 5;

/** A batch that the brake stopped. Null where this seller has none such. */
export async function heldView(house: ViewHouse, sellerId: string, holdId: string, query: PreviewQuery | null): Promise<HeldView | null> {
  if (!UUID.test(holdId)) return null;
  return house.db.read(sellerId, async (prisma) => {
    const hold = await prisma.hold.findFirst({ where: { id: holdId, sellerId } });
    if (!hold?.previewId) return null;
    const preview = await prisma.preview.findFirst({ where: { id: hold.previewId, sellerId } });
    if (!preview) return null;
    const connection = hold.connectionId
      ? await prisma.connection.findFirst({ where: { id: hold.connectionId, sellerId }, select: { channel: true, name: true } })
      : null;
    const decider = hold.decidedBy ? await prisma.actor.findFirst({ where: { key: hold.decidedBy, sellerId } }) : null;
    const [edits] = await prisma.$queryRawUnsafe<EditFacts[]>(EDITS, sellerId, hold.id);
    const [usual] = await prisma.$queryRawUnsafe<{ most: number }[]>(USUAL, sellerId, hold.openedAt, EXPLAINED_CAUSES);
    const acts = await prisma.$queryRawUnsafe<HeldView["acts"]>(PEOPLE, sellerId, hold.openedAt, ACTS);
    const { id, kind, connectionId, openedAt, closedAt, decision, note } = hold;
    const shown = await previewRows(prisma, sellerId, preview.id, query ?? ALL_CHANGES);
    const facts = withRows(figuresIn(hold.facts), shown.counts);
    return {
      ...{ now: house.now(), id, kind, connectionId, openedAt, closedAt, decision, note, ...facts, acts },
      ...{ channel: (connection?.channel ?? null) as ChannelName | null, connectionName: connection?.name ?? null },
      decidedBy: decider?.label ?? null,
      usualPercent: facts.base === 0 ? 0 : Math.round((100 * (usual?.most ?? 0)) / facts.base),
      ...{ edits: edits?.n ?? 0, onlyBack: edits?.onlyBack ?? 0, firstSeenAt: edits?.first ?? null, lastSeenAt: edits?.last ?? null },
      sameValue: edits !== undefined && edits.n > 1 && edits.least === edits.most ? edits.least : null,
      plan: {
        id: preview.id,
        state: preview.state,
        hash: preview.hash,
        ...(await previewRows(prisma, sellerId, preview.id, query ?? ALL_CHANGES)),
      },
    };
  });
}

type EditFacts = { n: number; onlyBack: number; first: Date | null; last: Date | null; least: number | null; most: number | null };

function figuresIn(facts: unknown): { cause: string; lowered: number; zeroed: number; base: number } {
  const found = new Map(Object.entries(typeof facts === "object" && facts !== null ? facts : {}));
  const figure = (name: string) => Number(found.get(name) ?? 0);
  return { cause: String(found.get("cause") ?? ""), lowered: figure("lowered"), zeroed: figure("zeroed"), base: figure("base") };
}

/** Where edits wait for review only the edited numbers were counted; sending lowers the others on their items too, as the rows say. */
function withRows<F extends { lowered: number; zeroed: number }>(facts: F, counts: PreviewRows["counts"]): F {
  const zeroed = Math.max(facts.zeroed, counts["to-zero"]);
  return { ...facts, zeroed, lowered: Math.max(facts.lowered, counts.down + counts["to-zero"]) };
}

/** Decided ones too, so that the page still says what it was about. */
const EDITS = `
select count(*)::int as n, (count(*) filter (where e.item_id is null))::int as "onlyBack", min(e.seen_at) as first, max(e.seen_at) as last,
  min(e.observed) as least, max(e.observed) as most
from hold h join hold_number n on n.hold_id = h.id join outside_edit e on e.quantity_id = n.quantity_id and e.connection_id = h.connection_id
where h.seller_id = $1::uuid and h.id = $2::uuid and h.kind = 'edits' and e.seen_at >= h.opened_at - interval '1 hour'
  and (e.state = 'open' or e.decided_at >= h.opened_at)`;

const USUAL = `
select coalesce(max(n), 0)::int as most from (
  select count(distinct quantity_id) as n from shown_change
  where seller_id = $1::uuid and recorded_at between $2::timestamptz - interval '28 days' and $2::timestamptz - interval '1 hour'
    and not by_order and to_quantity < from_quantity and (kind = 'outside-edit' or kind = 'write' and coalesce(cause_kind, '') <> all($3::text[]))
  group by date_trunc('hour', recorded_at)
) hours`;

const PEOPLE = `
select a.action, p.label as actor, a.at from audit_event a join actor p on p.key = a.actor_key and p.seller_id = a.seller_id
where a.seller_id = $1::uuid and a.at between $2::timestamptz - interval '1 hour' and $2::timestamptz and p.kind = 'person'
order by a.at desc limit $3::int`;
