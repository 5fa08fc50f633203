/** What is on record about the two orders of an oversell and the number that should have stopped the second one. */
import type { LoweredFacts, NoWriting, OrderMoments, ShownFacts, ShownWrite } from "#app/domain/oversell-cause.ts";
import { likelyMoment, type Sale, type StockStep } from "#app/domain/sold-twice.ts";
import type { Sql } from "./database.server.ts";
import { asStep, type RecordedStep, STEP } from "./oversells.server.ts";

export type OrderFacts = OrderMoments & { orderId: string; connectionId: string; number: string };

export async function orderFacts(sql: Sql, sellerId: string, orderIds: readonly string[]): Promise<Map<string, OrderFacts>> {
  const rows = await sql.query<OrderFacts>(
    `select o.id as "orderId", o.connection_id as "connectionId", o.number, o.placed_at as "placedAt", o.first_seen_at as "learnedAt",
       o.before_baseline or (c.baseline_at is not null and o.placed_at + interval '1 second' <= c.baseline_at) as "beforeBaseline"
     from sales_order o join connection c on c.id = o.connection_id where o.seller_id = $1 and o.id = any($2)`,
    [sellerId, orderIds],
  );
  return new Map(rows.map((row) => [row.orderId, { ...row, placedAt: likelyMoment(row.placedAt, row.learnedAt) }]));
}

/** Since when a channel could not be seen at that moment; null where it could. Its open and past alerts say so. */
export async function unseenSince(sql: Sql, sellerId: string, connectionId: string, at: Date): Promise<Date | null> {
  const rows = await sql.query<{ since: Date | null }>(
    `select min(since) as since from (
       select c.blind_since as since from connection c where c.id = $2 and c.seller_id = $1 and c.blind_since <= $3
       union all
       select a.opened_at from alert a where a.seller_id = $1 and a.key = 'blind:' || $2::text and a.opened_at <= $3 and (a.closed_at is null or a.closed_at > $3)
     ) x`,
    [sellerId, connectionId, at],
  );
  return rows[0]?.since ?? null;
}

type NumberRow = {
  quantityId: string;
  pieces: number;
  sellsWithoutStock: boolean;
  everWritten: boolean;
  waitingText: string | null;
  lifecycle: string;
  goLive: string;
  pausedAt: Date | null;
  stoppedAt: Date | null;
  heldSince: Date | null;
  listedSince: Date;
};

/** The number that the later order took from, as it stood then; null where its listing is not known. */
export async function shownFacts(
  sql: Sql,
  sellerId: string,
  itemId: string,
  later: Sale,
  knownSince: Date | null,
): Promise<(ShownFacts & { quantityId: string }) | null> {
  const [row] = await sql.query<NumberRow>(
    `select q.id as "quantityId", l.quantity as pieces, s.problems @> '[{"kind": "oversell-allowed"}]' as "sellsWithoutStock",
       exists (select from shown_change h where h.quantity_id = q.id and h.kind = 'write' and h.outcome = 'confirmed') as "everWritten",
       q.failure_text as "waitingText", c.lifecycle::text as lifecycle, s.go_live::text as "goLive", c.paused_at as "pausedAt", e.stopped_at as "stoppedAt",
       (select min(d.opened_at) from hold_number n join hold d on d.id = n.hold_id and d.closed_at is null where n.quantity_id = q.id) as "heldSince",
       s.first_seen_at as "listedSince"
     from order_line l join channel_quantity q on q.id = l.quantity_id join listing s on s.id = l.listing_id
     join connection c on c.id = q.connection_id join seller e on e.id = c.seller_id
     where l.order_id = $1 and l.seller_id = $2 and l.components @> jsonb_build_array(jsonb_build_object('itemId', $3::text)) order by l.quantity desc limit 1`,
    [later.orderId, sellerId, itemId],
  );
  if (row === undefined) return null;
  const { quantityId, pieces, sellsWithoutStock, everWritten, waitingText } = row;
  const blind = await unseenSince(sql, sellerId, later.connectionId, later.at);
  const history = await changesOf(sql, quantityId, later.at);
  const lastKnown = history.findLast((h) => h.toQuantity !== null && h.provedAt !== null && h.provedAt <= later.at);
  const raised = history.findLast((h) => h.kind === "outside-edit" && (h.toQuantity ?? 0) > (h.fromQuantity ?? 0));
  const mayBeItsRaise = raised !== undefined && (lastKnown === undefined || raised.recordedAt >= lastKnown.recordedAt);
  return {
    ...{ quantityId, pieces, sellsWithoutStock, everWritten, waitingText },
    known: lastKnown ? { quantity: lastKnown.toQuantity ?? 0, at: lastKnown.provedAt ?? lastKnown.recordedAt } : null,
    raised: mayBeItsRaise ? { from: raised.fromQuantity ?? 0, to: raised.toQuantity ?? 0, seenAt: raised.recordedAt } : null,
    noWriting: noWriting(row, blind),
    writes: history.flatMap((h): ShownWrite[] =>
      h.kind === "write" && h.sentAt !== null && (knownSince === null || h.sentAt >= knownSince)
        ? [{ sentAt: h.sentAt, outcome: h.outcome as ShownWrite["outcome"], note: h.note }]
        : [],
    ),
  };
}

type Change = {
  kind: string;
  outcome: string;
  fromQuantity: number | null;
  toQuantity: number | null;
  sentAt: Date | null;
  /** When it was sure to stand there; null where it was not. */
  provedAt: Date | null;
  note: string | null;
  recordedAt: Date;
};

const CHANGES = 20;

/** The last changes of a number, oldest first; what happened after the sale matters only where it tells what was there before it. */
async function changesOf(sql: Sql, quantityId: string, soldAt: Date): Promise<Change[]> {
  const rows = await sql.query<Change>(
    `select kind, outcome, from_quantity as "fromQuantity", to_quantity as "toQuantity", sent_at as "sentAt", note, recorded_at as "recordedAt",
       case when outcome = 'confirmed' then confirmed_at when outcome = 'seen' then recorded_at end as "provedAt"
     from shown_change where quantity_id = $1 and recorded_at <= $2::timestamptz + interval '10 minutes' order by recorded_at desc, id desc limit ${CHANGES}`,
    [quantityId, soldAt],
  );
  return rows.reverse();
}

/** The strongest reason first. */
function noWriting(row: NumberRow, blindSince: Date | null): NoWriting | null {
  if (row.stoppedAt !== null) return { why: "stopped", since: row.stoppedAt, text: null };
  if (blindSince !== null) return { why: "blind", since: blindSince, text: null };
  if (row.pausedAt !== null) return { why: "paused", since: row.pausedAt, text: null };
  if (row.lifecycle !== "live" || row.goLive === "watching") return { why: "watching", since: row.listedSince, text: null };
  if (row.goLive !== "live") return { why: "item-paused", since: row.listedSince, text: null };
  if (row.heldSince !== null) return { why: "held", since: row.heldSince, text: null };
  return null;
}

/** Who took units away by hand, and whether the opening count was all that had ever come in. */
export async function loweredFacts(sql: Sql, sellerId: string, itemId: string, movementId: string): Promise<LoweredFacts | null> {
  const rows = await sql.query<LoweredFacts>(
    `select m.occurred_at as at, m.on_hand_delta - m.reserved_delta as units, m.actor_key as by, m.note,
       not exists (select from movement b where b.seller_id = $1 and b.item_id = $2 and b.order_id is null and b.kind <> 'opening' and b.on_hand_delta > 0
         and b.recorded_at <= m.recorded_at) as "onlyOpeningBefore"
     from movement m where m.id = $3 and m.seller_id = $1`,
    [sellerId, itemId, movementId],
  );
  return rows[0] ?? null;
}

/** Orders that hold units of the item and are not shipped, the youngest first, as sales. */
export async function holdingOrders(sql: Sql, sellerId: string, itemId: string, most: number): Promise<StockStep[]> {
  const rows = await sql.query<RecordedStep>(
    `select ${STEP} from movement m join order_line l on l.id = m.order_line_id and l.held > 0
     where m.seller_id = $1 and m.item_id = $2 and m.reserved_delta > 0 order by m.recorded_at desc limit $3`,
    [sellerId, itemId, most],
  );
  return rows.map(asStep);
}
