import type { ChannelName } from "#app/domain/channel-words.ts";
import type { TargetStep } from "#app/domain/target.ts";
import { UUID } from "./cursor.ts";
import { CHANGES, type Change } from "./preview-changes.ts";
import type { ViewHouse } from "./view-house.ts";

export type PreviewRowView = {
  quantityId: string;
  title: string;
  sku: string | null;
  itemId: string | null;
  before: number | null;
  after: number | null;
  change: Change;
  steps: TargetStep[];
  excluded: boolean;
  channel: ChannelName;
  /** What the channel shows now and should show now, for following the sending. */
  target: number | null;
  confirmed: number | null;
  dirty: boolean;
  failureText: string | null;
};

export type PreviewView = {
  now: Date;
  id: string;
  state: string;
  hash: string;
  createdAt: Date;
  approvedAt: Date | null;
  connection: { id: string; channel: ChannelName; name: string; lifecycle: string };
  counts: Record<Change, number>;
  /** Dangerous rows first; at most ROWS, `left` says how many more there are. */
  rows: PreviewRowView[];
  left: number;
};

export const PREVIEW_ROWS = 300;

/** The named preview, or without a name the newest. Null where this seller has none such for this connection. */
export async function previewView(
  house: ViewHouse,
  sellerId: string,
  query: { connectionId: string; previewId: string | null; change: Change | null },
): Promise<PreviewView | null> {
  const { connectionId, previewId } = query;
  if (!UUID.test(connectionId) || (previewId !== null && !UUID.test(previewId))) return null;
  return house.db.read(sellerId, async (prisma) => {
    const preview = await prisma.preview.findFirst({
      where: { id: previewId ?? undefined, sellerId, connectionId, kind: "go-live" },
      orderBy: { createdAt: "desc" },
    });
    const connection = await prisma.connection.findFirst({ where: { id: connectionId, sellerId } });
    if (!preview || !connection) return null;
    const { counts, rows, left } = await previewRows(prisma, sellerId, preview.id, query.change);
    const { id, state, hash, createdAt, approvedAt } = preview;
    return {
      ...{ now: house.now(), id, state, hash, createdAt, approvedAt, counts, rows, left },
      connection: { id: connection.id, channel: connection.channel as ChannelName, name: connection.name, lifecycle: connection.lifecycle },
    };
  });
}

type Prisma = Parameters<Parameters<ViewHouse["db"]["read"]>[1]>[0];

/** Rows of one preview, dangerous ones first, with the count of every kind of change. */
export async function previewRows(
  prisma: Prisma,
  sellerId: string,
  previewId: string,
  change: Change | null,
): Promise<{ counts: Record<Change, number>; rows: PreviewRowView[]; left: number }> {
  const groups = await prisma.previewRow.groupBy({ by: ["change"], where: { sellerId, previewId }, _count: { _all: true } });
  const counts = Object.fromEntries(CHANGES.map((c) => [c, groups.find((g) => g.change === c)?._count._all ?? 0])) as Record<
    Change,
    number
  >;
  const wanted = change ? [change] : CHANGES.filter((c) => c !== "same");
  const rows = await prisma.$queryRawUnsafe<PreviewRowView[]>(ROWS, sellerId, previewId, wanted, PREVIEW_ROWS);
  const total = wanted.reduce((sum, c) => sum + counts[c], 0);
  return { counts, rows, left: total - rows.length };
}

const ROWS = `
select r.quantity_id as "quantityId", coalesce(l.title, q.key) as title, l.sku, l.item_id as "itemId", r.before, r.after, r.change, r.steps, r.excluded, k.channel::text as channel,
  q.target, q.confirmed, q.dirty, q.failure_text as "failureText"
from preview_row r join channel_quantity q on q.id = r.quantity_id join connection k on k.id = q.connection_id
left join lateral (select x.title, x.sku, p.item_id from listing x left join component p on p.listing_id = x.id where x.quantity_id = q.id order by x.id limit 1) l on true
where r.seller_id = $1::uuid and r.preview_id = $2::uuid and r.change = any($3::text[])
order by array_position(array['to-zero', 'down', 'from-zero', 'up', 'same'], r.change), abs(coalesce(r.after, 0) - coalesce(r.before, 0)) desc, l.title, r.id
limit $4::int`;
