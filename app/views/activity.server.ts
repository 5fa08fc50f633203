import { ACTIVITY_KINDS, type ActivityKind } from "./activity-kinds.ts";
import { type Cursor, pageOf, readCursor, UUID } from "./cursor.ts";
import { CAN_UNDO } from "./undoable.ts";
import type { ViewHouse } from "./view-house.ts";

export type ActivityQuery = { kind: ActivityKind; channelId: string | null; search: string; cursor: string | null; chain: string | null };

/** One line of the record. `source` says which of the three append-only logs it stands in; `kind` is that log's own word. */
export type ActivityRow = {
  id: string;
  source: "movement" | "shown" | "audit";
  at: Date;
  atKey: string;
  kind: string;
  outcome: string | null;
  channel: string | null;
  connectionName: string | null;
  itemId: string | null;
  title: string | null;
  sku: string | null;
  orderNumber: string | null;
  actor: string | null;
  actorKey: string | null;
  actorKind: string | null;
  before: number | null;
  after: number | null;
  /** Units sold, added or taken, for movements. */
  units: number | null;
  note: string | null;
  correlationId: string | null;
  /** A person's change that still stands and can be taken back by itself. */
  canUndo: boolean;
};

export type ActivityView = {
  now: Date;
  rows: ActivityRow[];
  nextPage: string | null;
  previousPage: string | null;
  channels: { id: string; channel: string; name: string }[];
  /** Everything that one cause led to, oldest first. */
  chain: ActivityRow[] | null;
};

const ROWS = 50;
const CHAIN_ROWS = 200;

export function readActivityQuery(params: URLSearchParams): ActivityQuery {
  const channelId = params.get("channel");
  return {
    kind: ACTIVITY_KINDS.find((k) => k === params.get("kind")) ?? "all",
    channelId: channelId && UUID.test(channelId) ? channelId : null,
    search: (params.get("q") ?? "").trim().slice(0, 100),
    cursor: params.get("page"),
    chain: params.get("chain")?.slice(0, 100) || null,
  };
}

export function activityView(house: ViewHouse, sellerId: string, query: ActivityQuery): Promise<ActivityView> {
  const cursor = readCursor(query.cursor);
  return house.db.read(sellerId, async (prisma) => {
    const channels = await prisma.connection.findMany({
      where: { sellerId },
      orderBy: { createdAt: "asc" },
      select: { id: true, channel: true, name: true },
    });
    const like = query.search === "" ? "" : `%${query.search.replace(/[\\%_]/g, (c) => `\\${c}`)}%`;
    const rows = await prisma.$queryRawUnsafe<ActivityRow[]>(
      pageSql(query.kind, cursor),
      ...[sellerId, query.channelId, like],
      ...(cursor ? [momentOf(cursor.key), cursor.id] : []),
    );
    const page = pageOf(rows, ROWS, cursor, (row) => row.atKey);
    const chain = query.chain
      ? await prisma.$queryRawUnsafe<ActivityRow[]>(
          `select * from (${union(SOURCES, chained)}) x order by x.at, x.id limit ${CHAIN_ROWS}`,
          sellerId,
          query.chain,
        )
      : null;
    return { now: house.now(), ...page, channels, chain };
  });
}

type Source = { kinds: ActivityKind[]; sql: string; at: string; id: string; chainId: string; connection: string; texts: string };

const AT_KEY = "YYYYMMDDHH24MISSUS";
const keyed = (at: string) => `to_char(${at} at time zone 'UTC', '${AT_KEY}')`;

const MOVEMENTS: Source = {
  kinds: ["all", "stock"],
  at: "m.recorded_at",
  id: "m.id",
  chainId: "m.correlation_id",
  connection: "m.connection_id",
  texts: "concat_ws(' ', i.title, i.sku, o.number, a.label)",
  sql: `select m.id, 'movement' as source, m.recorded_at as at, ${keyed("m.recorded_at")} as "atKey", m.kind, null::text as outcome, c.channel::text as channel,
    c.name as "connectionName", m.item_id as "itemId", i.title, i.sku, o.number as "orderNumber", a.label as actor, m.actor_key as "actorKey", a.kind as "actorKind",
    null::int as before, null::int as after, case when m.reserved_delta <> 0 and m.on_hand_delta = 0 then m.reserved_delta else m.on_hand_delta end as units,
    m.note, m.correlation_id as "correlationId", ${CAN_UNDO} as "canUndo"
    from movement m join stock_item i on i.id = m.item_id left join connection c on c.id = m.connection_id
    left join sales_order o on o.id = m.order_id left join actor a on a.key = m.actor_key and a.seller_id = m.seller_id where m.seller_id = $1::uuid`,
};

const SHOWN: Source = {
  kinds: ["all", "numbers"],
  at: "h.recorded_at",
  id: "h.id",
  chainId: "h.cause_id",
  connection: "h.connection_id",
  texts: "concat_ws(' ', l.title, l.sku)",
  sql: `select h.id, 'shown' as source, h.recorded_at as at, ${keyed("h.recorded_at")} as "atKey", h.kind, h.outcome, c.channel::text as channel,
    c.name as "connectionName", l.item_id as "itemId", l.title, l.sku, null::text as "orderNumber", null::text as actor, null::text as "actorKey", null::text as "actorKind",
    h.from_quantity as before, h.to_quantity as after, null::int as units, h.note, h.cause_id as "correlationId", false as "canUndo"
    from shown_change h join connection c on c.id = h.connection_id
    left join lateral (select x.title, x.sku, p.item_id from listing x left join component p on p.listing_id = x.id
      where x.quantity_id = h.quantity_id order by x.id limit 1) l on true where h.seller_id = $1::uuid`,
};

/** Their movements already stand in the list; said twice, one change would look like two. */
const TOLD_BY_MOVEMENTS = `array['adjust.stock', 'undo.stock', 'apply.orders', 'book.return']`;

const AUDIT: Source = {
  kinds: ["all", "people"],
  at: "e.at",
  id: "e.id",
  chainId: "e.correlation_id",
  connection: "e.connection_id",
  texts: "concat_ws(' ', e.action, a.label)",
  sql: `select e.id, 'audit' as source, e.at, ${keyed("e.at")} as "atKey", e.action as kind, null::text as outcome, c.channel::text as channel,
    c.name as "connectionName", null::uuid as "itemId", null::text as title, null::text as sku, null::text as "orderNumber", a.label as actor, e.actor_key as "actorKey",
    a.kind as "actorKind", null::int as before, null::int as after, null::int as units, coalesce(e.facts ->> 'reason', e.facts ->> 'note') as note,
    e.correlation_id as "correlationId", false as "canUndo"
    from audit_event e left join connection c on c.id = e.connection_id left join actor a on a.key = e.actor_key and a.seller_id = e.seller_id
    where e.seller_id = $1::uuid and e.action <> all (${TOLD_BY_MOVEMENTS})`,
};

const SOURCES = [MOVEMENTS, SHOWN, AUDIT];

function union(sources: Source[], condition: (source: Source) => string): string {
  return sources.map((source) => `(${source.sql} ${condition(source)})`).join(" union all ");
}

function chained(source: Source): string {
  return `and ${source.chainId} = $2::text order by ${source.at}, ${source.id} limit ${CHAIN_ROWS}`;
}

/** Each log gives its own newest page by its index; the union is then sorted, so that no log is read whole. */
function pageSql(kind: ActivityKind, cursor: Cursor | null): string {
  const back = cursor?.direction === "before";
  const way = back ? "asc" : "desc";
  const condition = (s: Source) => `and ($2::text is null or ${s.connection} = $2::uuid) and ($3::text = '' or ${s.texts} ilike $3)
    ${cursor ? `and (${s.at}, ${s.id}) ${back ? ">" : "<"} ($4::text::timestamptz, $5::uuid)` : ""} order by ${s.at} ${way}, ${s.id} ${way} limit ${ROWS + 1}`;
  const sources = SOURCES.filter((s) => s.kinds.includes(kind) && (kind !== "people" || s === AUDIT));
  return `select * from (${union(sources, condition)}) x order by x.at ${way}, x.id ${way} limit ${ROWS + 1}`;
}

/** The sort key back as a moment PostgreSQL reads; a key that is none shows nothing rather than an error. */
function momentOf(key: string): string {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{1,6})$/.exec(key);
  const [, year, month, day, hour, minute, second, micro] = parts ?? [];
  const moment = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  return Number.isNaN(Date.parse(`${moment}Z`)) ? "-infinity" : `${moment}.${micro}+00`;
}
