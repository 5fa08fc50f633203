/** The numbers shown on channels, with everything a screen says about one: read in one statement for a page of items, listings or ids. */
import type { PrismaTx } from "#app/data/database.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { type NumberStatus, numberStatus } from "#app/domain/number-status.ts";

export type ShownNumber = {
  listingId: string;
  quantityId: string;
  itemId: string | null;
  /** Units of the item that one sale of the listing takes; null where the listing is not linked. */
  units: number | null;
  connectionId: string;
  channel: ChannelName;
  connectionName: string;
  title: string;
  sku: string | null;
  status: NumberStatus;
  target: number | null;
  confirmed: number | null;
  confirmedAt: Date | null;
  /** When the channel was last asked for it; null = never. */
  lastReadAt: Date | null;
  /** State at the channel: active, sold-out, ended ... */
  state: string;
  /** Why it stands as it does, in plain words, where the engine has some. */
  reason: string | null;
  since: Date | null;
  nextAttemptAt: Date | null;
};

export type NumberFilter = { itemIds: string[] } | { listingIds: string[] } | { quantityIds: string[] };

type Raw = Omit<ShownNumber, "status" | "reason"> & {
  linkState: string;
  goLive: string;
  lifecycle: string;
  stopped: boolean;
  blind: boolean;
  held: boolean;
  editOpen: boolean;
  offByUs: boolean;
  dirty: boolean;
  attempts: number;
  failureKind: string | null;
  failureText: string | null;
  raisesStopped: string | null;
  doubtReason: string | null;
  blindReason: string | null;
  holdReason: string | null;
  quietUntil: Date | null;
};

const SELECT = `
select l.id as "listingId", q.id as "quantityId", p.item_id as "itemId", p.units, c.id as "connectionId", c.channel::text as channel,
  c.name as "connectionName", l.title, l.sku, l.link_state as "linkState", l.go_live::text as "goLive", c.lifecycle::text as lifecycle,
  (c.paused_at is not null or s.stopped_at is not null) as stopped, c.blind_since is not null as blind, c.blind_reason as "blindReason",
  h.reason is not null as held, h.reason as "holdReason",
  exists (select from outside_edit e where e.quantity_id = q.id and e.state = 'open') as "editOpen",
  q.state, q.off_by_us as "offByUs", q.target, q.confirmed, q.confirmed_at as "confirmedAt", q.last_read_at as "lastReadAt", q.dirty, q.attempts,
  q.failure_kind as "failureKind", q.failure_text as "failureText", q.raises_stopped as "raisesStopped", q.doubt_reason as "doubtReason",
  q.dirty_since as since, q.next_attempt_at as "nextAttemptAt", c.quiet_until as "quietUntil"
from listing l
join channel_quantity q on q.id = l.quantity_id
join connection c on c.id = l.connection_id and c.lifecycle <> 'disconnected'
join seller s on s.id = l.seller_id
left join component p on p.listing_id = l.id
left join lateral (select k.reason from hold_number n join hold k on k.id = n.hold_id and k.closed_at is null where n.quantity_id = q.id limit 1) h on true`;

export async function readNumbers(prisma: PrismaTx, sellerId: string, filter: NumberFilter, now: Date): Promise<ShownNumber[]> {
  const [where, ids] = conditionOf(filter);
  if (ids.length === 0) return [];
  const rows = await prisma.$queryRawUnsafe<Raw[]>(
    `${SELECT} where l.seller_id = $1::uuid and ${where} order by c.created_at, c.id, l.title, l.id`,
    sellerId,
    ids,
  );
  return rows.map((row) => shownNumber(row, now));
}

function conditionOf(filter: NumberFilter): [string, string[]] {
  if ("itemIds" in filter) return ["p.item_id = any($2::uuid[])", filter.itemIds];
  if ("listingIds" in filter) return ["l.id = any($2::uuid[])", filter.listingIds];
  return ["q.id = any($2::uuid[])", filter.quantityIds];
}

function shownNumber(row: Raw, now: Date): ShownNumber {
  const waits = later(row.nextAttemptAt, now) || later(row.quietUntil, now);
  const status = numberStatus({ ...row, raisesStopped: row.raisesStopped !== null, waits });
  const {
    listingId,
    quantityId,
    itemId,
    units,
    connectionId,
    channel,
    connectionName,
    title,
    sku,
    target,
    confirmed,
    confirmedAt,
    lastReadAt,
    since,
    state,
  } = row;
  return {
    ...{
      listingId,
      quantityId,
      itemId,
      units,
      connectionId,
      channel,
      connectionName,
      title,
      sku,
      status,
      target,
      confirmed,
      confirmedAt,
      lastReadAt,
      since,
      state,
    },
    reason: reasonOf(status, row),
    nextAttemptAt: later(row.nextAttemptAt, now) ? row.nextAttemptAt : later(row.quietUntil, now) ? row.quietUntil : null,
  };
}

function reasonOf(status: NumberStatus, row: Raw): string | null {
  switch (status) {
    case "held":
      return row.holdReason;
    case "cant-see":
      return row.blindReason;
    case "refused":
      return row.failureText;
    case "needs-you":
      return row.raisesStopped;
    case "waiting":
      return row.failureText ?? row.doubtReason;
    case "sending":
      return row.doubtReason;
    case "paused":
    case "not-compared":
    case "in-step":
    case "watching":
    case "not-linked":
    case "ignored":
      return null;
    default: {
      const never: never = status;
      return never;
    }
  }
}

function later(moment: Date | null, now: Date): boolean {
  return moment !== null && moment > now;
}
