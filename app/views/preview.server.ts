import type { ChannelName } from "#app/domain/channel-words.ts";
import type { TargetStep } from "#app/domain/target.ts";
import { type Cursor, pageOf, readCursor, UUID } from "./cursor.ts";
import { CHANGES, type Change } from "./preview-changes.ts";
import type { PreviewQuery, PreviewSort } from "./preview-query.ts";
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

export type PreviewView = PreviewRows & {
  now: Date;
  id: string;
  state: string;
  hash: string;
  createdAt: Date;
  approvedAt: Date | null;
  connection: { id: string; channel: ChannelName; name: string; lifecycle: string };
};

export const PREVIEW_ROWS = 100;

/** The named preview, or without a name the newest. Null where this seller has none such for this connection. */
export async function previewView(
  house: ViewHouse,
  sellerId: string,
  query: PreviewQuery & { connectionId: string; previewId: string | null },
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
    const shown = await previewRows(prisma, sellerId, preview.id, query);
    const { id, state, hash, createdAt, approvedAt } = preview;
    return {
      ...{ now: house.now(), id, state, hash, createdAt, approvedAt, ...shown },
      connection: { id: connection.id, channel: connection.channel as ChannelName, name: connection.name, lifecycle: connection.lifecycle },
    };
  });
}

type Prisma = Parameters<Parameters<ViewHouse["db"]["read"]>[1]>[0];

/** Every row of a plan, or of a connection's named or newest preview, for a file. Null where this seller has none such. */
export async function wholePreview(
  house: ViewHouse,
  sellerId: string,
  query: PreviewQuery & { previewId: string | null; connectionId: string | null },
): Promise<PreviewRowView[] | null> {
  const { previewId, connectionId } = query;
  if ([previewId, connectionId].some((id) => id !== null && !UUID.test(id))) return null;
  return house.db.read(sellerId, async (prisma) => {
    const kind = connectionId === null ? undefined : "go-live";
    const where = { id: previewId ?? undefined, sellerId, connectionId, kind };
    const preview = await prisma.preview.findFirst({ where, orderBy: { createdAt: "desc" } });
    return preview && allPreviewRows(prisma, sellerId, preview.id, query);
  });
}

export type PreviewRows = {
  counts: Record<Change, number>;
  rows: PreviewRowView[];
  /** Rows of this view that are on other pages. */
  left: number;
  /** Of everything that was to be sent, over all pages: how much is proved. */
  progress: { sent: number; done: number };
  channels: ChannelName[];
  nextPage: string | null;
  previousPage: string | null;
};

/** A page of one preview's rows, with the count of every kind of change over all of them. */
export async function previewRows(prisma: Prisma, sellerId: string, previewId: string, query: PreviewQuery): Promise<PreviewRows> {
  const groups = await prisma.previewRow.groupBy({ by: ["change"], where: { sellerId, previewId }, _count: { _all: true } });
  const counts = Object.fromEntries(CHANGES.map((c) => [c, groups.find((g) => g.change === c)?._count._all ?? 0])) as Record<
    Change,
    number
  >;
  const cursor = readCursor(query.cursor);
  const wanted = wantedRows(sellerId, previewId, query);
  const [total] = await prisma.$queryRawUnsafe<{ n: number }[]>(`select count(*)::int as n from (${matching(query.sort)}) x`, ...wanted);
  const read = await prisma.$queryRawUnsafe<(PreviewRowView & Keyed)[]>(
    `select * from (${matching(query.sort)}) x ${beyond(cursor)} limit ${PREVIEW_ROWS + 1}`,
    ...wanted,
    ...(cursor ? [cursor.key, cursor.id] : []),
  );
  const page = pageOf(read, PREVIEW_ROWS, cursor, (row) => row.rowKey);
  const [progress] = await prisma.$queryRawUnsafe<{ sent: number; done: number }[]>(PROGRESS, sellerId, previewId);
  const channels = await prisma.$queryRawUnsafe<{ channel: ChannelName }[]>(CHANNELS_OF, sellerId, previewId);
  return {
    counts,
    rows: page.rows,
    left: (total?.n ?? 0) - page.rows.length,
    progress: progress ?? { sent: 0, done: 0 },
    channels: channels.map((c) => c.channel),
    ...{ nextPage: page.nextPage, previousPage: page.previousPage },
  };
}

/** Every row of the view, for a file. */
export async function allPreviewRows(prisma: Prisma, sellerId: string, previewId: string, query: PreviewQuery): Promise<PreviewRowView[]> {
  const sql = `select * from (${matching(query.sort)}) x order by x."rowKey" collate "C", x.id`;
  return prisma.$queryRawUnsafe<PreviewRowView[]>(sql, ...wantedRows(sellerId, previewId, query));
}

type Keyed = { id: string; rowKey: string };

function wantedRows(sellerId: string, previewId: string, query: PreviewQuery): [string, string, string[], string, string | null] {
  const changes = query.change ? [query.change] : CHANGES.filter((c) => c !== "same");
  const pattern = `%${query.q.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  return [sellerId, previewId, changes, pattern, query.channel];
}

/** One text to order by, whatever the column: figures are padded, so that a cursor is a plain comparison. */
const KEYS: Record<PreviewSort, string> = {
  danger: `array_position(array['to-zero', 'down', 'from-zero', 'up', 'same'], r.change) || lpad((2147483647 - least(abs(coalesce(r.after, 0)::bigint - coalesce(r.before, 0)), 2147483647))::text, 10, '0')`,
  title: `lower(coalesce(l.title, q.key))`,
  channel: `k.channel::text || ' ' || lower(coalesce(l.title, q.key))`,
  now: `lpad((coalesce(r.before, -1)::bigint + 1)::text, 11, '0')`,
  after: `lpad((coalesce(r.after, -1)::bigint + 1)::text, 11, '0')`,
};

function matching(sort: PreviewSort): string {
  return `
select r.id, ${KEYS[sort]} as "rowKey", r.quantity_id as "quantityId", coalesce(l.title, q.key) as title, l.sku, l.item_id as "itemId", r.before, r.after,
  r.change, r.steps, r.excluded, k.channel::text as channel, q.target, q.confirmed, q.dirty, q.failure_text as "failureText"
from preview_row r join channel_quantity q on q.id = r.quantity_id join connection k on k.id = q.connection_id
left join lateral (select x.title, x.sku, p.item_id from listing x left join component p on p.listing_id = x.id where x.quantity_id = q.id order by x.id limit 1) l on true
where r.seller_id = $1::uuid and r.preview_id = $2::uuid and r.change = any($3::text[])
  and ($4::text = '%%' or coalesce(l.title, q.key) ilike $4::text or l.sku ilike $4::text) and ($5::text is null or k.channel::text = $5::text)`;
}

function beyond(cursor: Cursor | null): string {
  const back = cursor?.direction === "before";
  const from = cursor ? `where (x."rowKey" collate "C", x.id) ${back ? "<" : ">"} ($6::text, $7::uuid)` : "";
  return `${from} order by x."rowKey" collate "C" ${back ? "desc" : "asc"}, x.id ${back ? "desc" : "asc"}`;
}

const PROGRESS = `
select count(*)::int as sent, (count(*) filter (where not q.dirty and q.target is not null and q.target = q.confirmed))::int as done
from preview_row r join channel_quantity q on q.id = r.quantity_id
where r.seller_id = $1::uuid and r.preview_id = $2::uuid and not r.excluded and r.change <> 'same'`;

const CHANNELS_OF = `
select distinct k.channel::text as channel from preview_row r join channel_quantity q on q.id = r.quantity_id
join connection k on k.id = q.connection_id where r.seller_id = $1::uuid and r.preview_id = $2::uuid order by 1`;
