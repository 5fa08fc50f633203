/** Rows of the shown number as the engine sees them: picking work, marking a write, storing what came of it. */
import type { JsonObject, LocationQuantity } from "#app/domain/channel-words.ts";
import type { NumberState } from "#app/domain/reading.ts";
import { WRITTEN } from "./connections.server.ts";
import type { Sql } from "./database.server.ts";
import type { Lease } from "./lease.server.ts";

export type Cause = { kind: string; id: string; at: Date };

export type QuantityRow = NumberState & {
  id: string;
  sellerId: string;
  connectionId: string;
  key: string;
  parentKey: string | null;
  ref: JsonObject;
  target: number | null;
  parts: LocationQuantity[];
  state: string;
  doubtAt: Date | null;
  doubtReason: string | null;
  sendingTo: number | null;
  sendingAt: Date | null;
  raisesStopped: string | null;
  frozenTarget: number | null;
  /** While a lowering of it waits (domain/brake): what it showed then, and what could be sold of its items then. */
  heldTarget: number | null;
  heldLevels: Record<string, number> | null;
  attempts: number;
  setBacks: number;
  causeKind: string | null;
  causeId: string | null;
  causeAt: Date | null;
  dirtySince: Date | null;
  lastReadAt: Date | null;
};

const COLUMNS = `q.id, q.seller_id as "sellerId", q.connection_id as "connectionId", q.key, q.parent_key as "parentKey", q.ref, q.target,
  q.confirmed, q.confirmed_at as "confirmedAt", q.steady_since as "steadySince", q.parts, q.state, q.off_by_us as "offByUs", q.drift, q.doubt_until as "doubtUntil",
  q.doubt_at as "doubtAt", q.doubt_reason as "doubtReason", q.returnable, q.covered_gap as "coveredGap", q.odd_quantity as "oddQuantity", q.odd_at as "oddAt",
  q.sending_to as "sendingTo", q.sending_at as "sendingAt", q.late_to as "lateTo", q.late_until as "lateUntil", q.late_gap as "lateGap",
  q.raises_stopped as "raisesStopped", q.frozen_target as "frozenTarget", q.held_target as "heldTarget", q.held_levels as "heldLevels", q.attempts, q.set_backs as "setBacks",
  q.cause_kind as "causeKind", q.cause_id as "causeId", q.cause_at as "causeAt", q.dirty_since as "dirtySince", q.last_read_at as "lastReadAt"`;

function revive(row: QuantityRow): QuantityRow {
  return { ...row, drift: row.drift.map((d) => ({ at: new Date(d.at), min: d.min, max: d.max })) };
}

/** The most urgent work of a connection; with `byParent`, everything of the parents it touches comes along. */
export async function pickWork(sql: Sql, connectionId: string, limit: number, byParent: boolean): Promise<QuantityRow[]> {
  const due = `q.dirty and (q.next_attempt_at is null or q.next_attempt_at <= clock_timestamp())`;
  const rows = await sql.query<QuantityRow>(
    `select ${COLUMNS} from channel_quantity q where q.connection_id = $1 and ${due} order by q.urgency, q.dirty_since limit $2`,
    [connectionId, limit],
  );
  if (!byParent || rows.length === 0) return rows.map(revive);
  const parents = [...new Set(rows.map((r) => r.parentKey).filter((p) => p !== null))];
  if (parents.length === 0) return rows.map(revive);
  const more = await sql.query<QuantityRow>(
    `select ${COLUMNS} from channel_quantity q where q.connection_id = $1 and q.parent_key = any($2) and ${due} and not (q.id = any($3))`,
    [connectionId, parents, rows.map((r) => r.id)],
  );
  return [...rows, ...more].map(revive);
}

/** When the next piece of work of a connection becomes due; null when there is none. */
export async function nextDue(sql: Sql, connectionId: string): Promise<Date | null> {
  const rows = await sql.query<{ due: Date | null }>(
    `select min(coalesce(next_attempt_at, clock_timestamp())) as due from channel_quantity where connection_id = $1 and dirty`,
    [connectionId],
  );
  return rows[0]?.due ?? null;
}

/** Several numbers changed by one statement are locked by id first: an update takes them as it meets them, and then two of them wait in a circle. */
function inOrder(condition: string): string {
  return `held as materialized (select id from channel_quantity where ${condition} order by id for no key update)`;
}

/** Locks numbers in id order (no deadlocks) and answers them as they are now. */
export async function lockQuantities(sql: Sql, ids: string[]): Promise<QuantityRow[]> {
  if (ids.length === 0) return [];
  await sql.query(`select id from channel_quantity where id = any($1) order by id for no key update`, [ids]);
  const rows = await sql.query<QuantityRow>(`select ${COLUMNS} from channel_quantity q where q.id = any($1)`, [ids]);
  return rows.map(revive);
}

/** The same without looking at them: before many are worked through in parts. */
export async function lockQuantitiesOnly(sql: Sql, ids: string[]): Promise<void> {
  await sql.query(`select count(*) from (select from channel_quantity where id = any($1) order by id for no key update) locked`, [ids]);
}

export async function quantitiesByKey(sql: Sql, connectionId: string, keys: string[]): Promise<QuantityRow[]> {
  const rows = await sql.query<QuantityRow>(`select ${COLUMNS} from channel_quantity q where q.connection_id = $1 and q.key = any($2)`, [
    connectionId,
    keys,
  ]);
  return rows.map(revive);
}

/** A write that an earlier holder of the lease left unanswered: its outcome is unknown, and it may still land for a while. */
export async function adoptUnanswered(sql: Sql, connectionId: string, lateMs: number, staleMs: number): Promise<number> {
  const rows = await sql.query(
    `with ${inOrder("connection_id = $1 and dirty and sending_to is not null")}
     update channel_quantity q set late_to = q.sending_to, late_until = clock_timestamp() + ($2::int + $3::int) * interval '1 ms', sending_to = null,
       late_gap = case when q.odd_quantity >= 0 then coalesce(q.odd_quantity - q.confirmed, 0) + q.covered_gap else q.covered_gap end,
       sending_at = null, sending_fence = null, doubt_at = clock_timestamp(), doubt_until = clock_timestamp() + $3::int * interval '1 ms', doubt_reason = 'a write was not answered'
     from held where q.id = held.id and q.sending_to is not null returning q.id`,
    [connectionId, lateMs, staleMs],
  );
  return rows.length;
}

/** The day for which a platform counts writes of a listing: eBay's, at midnight in California. */
const REVISION_DAY = `(clock_timestamp() at time zone 'America/Los_Angeles')::date`;

export type Revisions = { id: string; used: number; lastWriteAt: Date | null; dayEndsAt: Date };

/** Writes of today of the listing behind each number; numbers with one parent share a listing. */
export async function revisionsToday(sql: Sql, connectionId: string, ids: string[]): Promise<Map<string, Revisions>> {
  const rows = await sql.query<Revisions>(
    `select q.id, coalesce(sum(x.revisions_today) filter (where x.revisions_day = ${REVISION_DAY}), 0)::int as used,
       (select max(h.sent_at) from shown_change h where h.quantity_id = q.id and h.kind = 'write' and h.recorded_at > clock_timestamp() - interval '1 day') as "lastWriteAt",
       ((${REVISION_DAY} + 1)::timestamp at time zone 'America/Los_Angeles') as "dayEndsAt"
     from channel_quantity q join channel_quantity x on x.connection_id = q.connection_id and (x.id = q.id or x.parent_key = q.parent_key)
     where q.connection_id = $1 and q.id = any($2) group by q.id`,
    [connectionId, ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** No attempt before its time, with the reason in plain words on the number. */
export async function holdBack(sql: Sql, rows: { id: string; until: Date; kind: string; text: string }[]): Promise<void> {
  if (rows.length === 0) return;
  await sql.query(
    `with ${inOrder("id = any($1::uuid[])")}
     update channel_quantity q set next_attempt_at = v.until, failure_kind = v.kind, failure_text = v.text
     from held, unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[]) v(id, until, kind, text) where q.id = held.id and v.id = q.id`,
    [rows.map((r) => r.id), rows.map((r) => r.until), rows.map((r) => r.kind), rows.map((r) => r.text)],
  );
}

export type Imminent = { id: string; to: number; from: number; rising: boolean; readAt: Date };

/**
 * The last look before a call (the gate): fence still ours with enough time left, nothing doubtful happened since the reading, nobody
 * stopped writing, and the step still leads towards the target: one that the target has passed meanwhile would go back, while one
 * that merely does not reach it any more is progress (a busy item would otherwise never be written). Marks the write as on its way, so that a crash leaves a trace. Answers the ids that may go.
 * One write may ask more than once: Etsy puts numbers and then the listing back on sale in two calls.
 */
export async function markSending(sql: Sql, lease: Lease, marginMs: number, writes: Imminent[]): Promise<Set<string>> {
  if (writes.length === 0) return new Set();
  const rows = await sql.query<{ id: string }>(
    `with mine as materialized (
       select 1 from lease where name = $1 and holder = $2 and fence = $3 and until > clock_timestamp() + $4 * interval '1 ms'
     ), ${inOrder("id = any($5::uuid[])")}, v as (
       select * from unnest($5::uuid[], $6::bool[], $7::int[], $8::int[], $9::timestamptz[]) v(id, rising, towards, shown, read_at)
     )
     update channel_quantity q set sending_to = v.towards, sending_at = clock_timestamp(), sending_fence = $3,
       first_shown = coalesce(q.first_shown, v.shown),
       revisions_today = case when q.revisions_day = ${REVISION_DAY} then q.revisions_today else 0 end + 1, revisions_day = ${REVISION_DAY}
     from v, held, mine, connection c, seller s
     where q.id = v.id and held.id = v.id and c.id = q.connection_id and s.id = q.seller_id
       and case when v.rising then q.target >= v.towards and q.raises_stopped is null else q.target <= v.towards end
       and (q.sending_to is null or (q.sending_to = v.towards and q.sending_fence = $3))
       and (q.doubt_at is null or q.doubt_at <= v.read_at)
       and ${WRITTEN} and c.paused_at is null and c.blind_since is null and s.stopped_at is null and s.restricted_at is null
     returning q.id`,
    [
      lease.name,
      lease.holder,
      lease.fence,
      marginMs,
      writes.map((w) => w.id),
      writes.map((w) => w.rising),
      writes.map((w) => w.to),
      writes.map((w) => w.from),
      writes.map((w) => w.readAt),
    ],
  );
  return new Set(rows.map((r) => r.id));
}

/** The fields the engine changes after a reading or an answer; absent = as it is. */
export type QuantityPatch = {
  id: string;
  confirmed: number | null;
  confirmedAt: Date | null;
  steadySince: Date | null;
  parts: LocationQuantity[];
  state: string;
  offByUs: boolean;
  ref: JsonObject;
  drift: NumberState["drift"];
  doubtUntil: Date | null;
  doubtAt: Date | null;
  doubtReason: string | null;
  coveredGap: number;
  oddQuantity: number | null;
  oddAt: Date | null;
  sendingTo: number | null;
  lateTo: number | null;
  lateUntil: Date | null;
  lateGap: number;
  returnable: number;
  raisesStopped: string | null;
  frozenTarget: number | null;
  setBacks: number;
  attempts: number;
  nextAttemptAt: Date | null;
  failureKind: string | null;
  failureText: string | null;
  lastReadAt: Date | null;
};

/** Stores whole patches of rows that the caller has locked. */
export async function storeQuantities(sql: Sql, patches: QuantityPatch[]): Promise<void> {
  if (patches.length === 0) return;
  await sql.query(
    `update channel_quantity q set confirmed = v.confirmed, confirmed_at = v."confirmedAt", steady_since = v."steadySince", parts = v.parts, state = v.state, off_by_us = v."offByUs",
       ref = v.ref, drift = v.drift, doubt_until = v."doubtUntil", doubt_at = v."doubtAt", doubt_reason = v."doubtReason",
       covered_gap = v."coveredGap", odd_quantity = v."oddQuantity", odd_at = v."oddAt",
       sending_to = v."sendingTo", sending_at = case when v."sendingTo" is null then null else q.sending_at end,
       sending_fence = case when v."sendingTo" is null then null else q.sending_fence end,
       late_to = v."lateTo", late_until = v."lateUntil", late_gap = v."lateGap", returnable = v.returnable, raises_stopped = v."raisesStopped",
       frozen_target = v."frozenTarget", set_backs = v."setBacks", attempts = v.attempts, next_attempt_at = v."nextAttemptAt",
       failure_kind = v."failureKind", failure_text = v."failureText", last_read_at = v."lastReadAt"
     from jsonb_to_recordset($1::jsonb) as v(id uuid, confirmed int, "confirmedAt" timestamptz, "steadySince" timestamptz, parts jsonb, state text, "offByUs" boolean, ref jsonb,
       drift jsonb, "doubtUntil" timestamptz, "doubtAt" timestamptz, "doubtReason" text, "coveredGap" int, "oddQuantity" int, "oddAt" timestamptz, "sendingTo" int,
       "lateTo" int, "lateUntil" timestamptz, "lateGap" int, returnable int, "raisesStopped" text, "frozenTarget" int, "setBacks" int, attempts int,
       "nextAttemptAt" timestamptz, "failureKind" text, "failureText" text, "lastReadAt" timestamptz)
     where q.id = v.id`,
    [JSON.stringify(patches)],
  );
}

/** A patch that changes nothing, to spread over. */
export function asPatch(row: QuantityRow): QuantityPatch {
  return {
    id: row.id,
    confirmed: row.confirmed,
    confirmedAt: row.confirmedAt,
    steadySince: row.steadySince,
    parts: row.parts,
    state: row.state,
    offByUs: row.offByUs,
    ref: row.ref,
    drift: row.drift,
    doubtUntil: row.doubtUntil,
    doubtAt: row.doubtAt,
    doubtReason: row.doubtReason,
    coveredGap: row.coveredGap,
    oddQuantity: row.oddQuantity,
    oddAt: row.oddAt,
    sendingTo: row.sendingTo,
    lateTo: row.lateTo,
    lateUntil: row.lateUntil,
    lateGap: row.lateGap,
    returnable: row.returnable,
    raisesStopped: row.raisesStopped,
    frozenTarget: row.frozenTarget,
    setBacks: row.setBacks,
    attempts: row.attempts,
    nextAttemptAt: null,
    failureKind: null,
    failureText: null,
    lastReadAt: row.lastReadAt,
  };
}

/** Something happened: the next reading must be sent at or after `until`. Only where the number takes part. */
export async function raiseDoubt(sql: Sql, ids: string[], reason: string, until: Date): Promise<void> {
  if (ids.length === 0) return;
  await sql.query(
    `with ${inOrder("id = any($1)")}
     update channel_quantity q set doubt_at = greatest(q.doubt_at, clock_timestamp()), doubt_until = greatest(q.doubt_until, $3::timestamptz, clock_timestamp()),
       doubt_reason = $2, next_attempt_at = null
     from held where q.id = held.id and q.target is not null`,
    [ids, reason, until],
  );
}

/** Numbers that should show something else than they were last proved to, where only a stop or a pause keeps it from being written. */
export async function unwrittenNumbers(
  sql: Sql,
  sellerId: string,
  connectionId: string | null,
): Promise<{ id: string; target: number; confirmed: number | null }[]> {
  return sql.query(
    `select q.id, q.target, q.confirmed from channel_quantity q join connection c on c.id = q.connection_id
     where q.seller_id = $1 and q.target is distinct from q.confirmed and q.target is not null and q.dirty
       and ${WRITTEN} and c.blind_since is null and case when $2::uuid is null then c.paused_at is null else c.id = $2 end order by q.id`,
    [sellerId, connectionId],
  );
}

/** These numbers follow the formula again; what a hold kept of them is over. */
export async function releaseKept(sql: Sql, sellerId: string, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql.query(
    `with ${inOrder("id = any($1) and seller_id = $2")}
     update channel_quantity q set held_target = null, held_levels = null from held where q.id = held.id`,
    [ids, sellerId],
  );
}

/** No attempt before `at`. */
export async function postpone(sql: Sql, ids: string[], at: Date): Promise<void> {
  if (ids.length === 0) return;
  await sql.query(`with ${inOrder("id = any($1)")} update channel_quantity q set next_attempt_at = $2 from held where q.id = held.id`, [
    ids,
    at,
  ]);
}

/**
 * Numbers of which another one of the same parent was written or sold so lately that a reading may still show what stood there before,
 * with the moment from which it cannot.
 */
export async function neighboursMoveUntil(sql: Sql, connectionId: string, ids: string[], staleMs: number): Promise<Map<string, Date>> {
  const rows = await sql.query<{ id: string; until: Date }>(
    `select q.id, max(greatest(n.doubt_until, w.until)) as until
     from channel_quantity q join channel_quantity n on n.connection_id = q.connection_id and n.parent_key = q.parent_key and n.id <> q.id
     -- It landed between being sent and being answered: a reading may be old by its whole age after that.
     left join lateral (select max(greatest(s.sent_at, s.confirmed_at)) + $3 * interval '1 ms' as until from shown_change s
       where s.quantity_id = n.id and s.kind = 'write' and s.recorded_at > clock_timestamp() - 2 * $3 * interval '1 ms') w on true
     where q.connection_id = $1 and q.id = any($2) group by q.id
     having max(greatest(n.doubt_until, w.until)) > clock_timestamp()`,
    [connectionId, ids, staleMs],
  );
  return new Map(rows.map((r) => [r.id, r.until]));
}

/** Connections whose differences are due: what the sweep rings for. */
export async function connectionsWithWork(sql: Sql): Promise<{ id: string; channel: string }[]> {
  return sql.query(
    `select c.id, c.channel::text as channel from connection c join seller s on s.id = c.seller_id
     where ${WRITTEN} and c.paused_at is null and c.blind_since is null and s.stopped_at is null and s.restricted_at is null
       and (c.quiet_until is null or c.quiet_until <= clock_timestamp())
       and exists (select from channel_quantity q where q.connection_id = c.id and q.dirty and (q.next_attempt_at is null or q.next_attempt_at <= clock_timestamp()))`,
  );
}

/** Unanswered writes whose last moment to land has passed: one more look at each. */
export async function doubtLateWrites(sql: Sql): Promise<void> {
  await sql.query(
    `with ${inOrder("late_to is not null and late_until < clock_timestamp() and target is not null and doubt_until is null and odd_quantity is null")}
     update channel_quantity q set doubt_at = clock_timestamp(), doubt_until = clock_timestamp(), doubt_reason = 'an unanswered write may have landed late'
     from held where q.id = held.id and q.late_to is not null`,
  );
}

/** What is left of a number that counts as low: the next sale may be one too many. */
const LOW = 2;

/** Changed so lately that what the channel shows is worth a second look soon. */
const LIVELY = `q.cause_at > clock_timestamp() - interval '15 minutes'`;

/**
 * Numbers that take part and are not being worked on, by risk: those unseen since `mustBefore`, the longest unseen first; then, unseen
 * since `soonBefore`, low ones and such as changed lately; and of the others the longest unseen, until `least` are found.
 */
export async function dueForLook(
  sql: Sql,
  connectionId: string,
  look: { mustBefore: Date; soonBefore: Date; least: number; most: number },
): Promise<QuantityRow[]> {
  // Each rank by itself and in the order of the index that it is found by: a large shop is not sorted for the few that are due.
  const some = (rank: number, which: string, limit: string) =>
    `(select q.*, ${rank} as rank from channel_quantity q where q.connection_id = $1 and q.target is not null and not q.dirty and ${which}
      order by q.last_read_at limit ${limit})`;
  const pressing = `(q.last_read_at < $3 and (q.target between 1 and ${LOW} or ${LIVELY}))`;
  const rows = await sql.query<QuantityRow>(
    `select ${COLUMNS} from (
       select x.*, row_number() over (order by x.rank, x.last_read_at nulls first) as place from (
         ${some(0, "q.last_read_at is null", "$5")} union all ${some(0, "q.last_read_at < $2", "$5")}
         union all ${some(1, `q.last_read_at >= $2 and ${pressing}`, "$5")}
         union all ${some(2, `q.last_read_at >= $2 and not coalesce(${pressing}, false)`, "$4")}) x
       order by x.rank, x.last_read_at nulls first limit $5) q
     where q.rank < 2 or q.place <= $4 order by q.place`,
    [connectionId, look.mustBefore, look.soonBefore, look.least, look.most],
  );
  return rows.map(revive);
}

export type LooksOwed = {
  /** Numbers that take part, and those of them that show one or two, or changed lately. */
  numbers: number;
  low: number;
  lively: number;
  /** When the one that was unseen longest was last read; null: one never was, or there is none. */
  oldestReadAt: Date | null;
};

export async function looksOwed(sql: Sql, connectionId: string): Promise<LooksOwed> {
  const [row] = await sql.query<Omit<LooksOwed, "oldestReadAt"> & { never: number; oldest: Date | null }>(
    `select count(*)::int as numbers, (count(*) filter (where q.target between 1 and ${LOW}))::int as low,
       (count(*) filter (where ${LIVELY}))::int as lively, (count(*) filter (where q.last_read_at is null))::int as never, min(q.last_read_at) as oldest
     from channel_quantity q where q.connection_id = $1 and q.target is not null`,
    [connectionId],
  );
  if (row === undefined) throw new Error("numbers could not be counted");
  return { numbers: row.numbers, low: row.low, lively: row.lively, oldestReadAt: row.never > 0 ? null : row.oldest };
}

/** What a look by the account's own list would bring: numbers in play whose key the list shows, and entries that it has to be paged through. */
export async function looksByList(sql: Sql, connectionId: string, keyPattern: string): Promise<{ numbers: number; entries: number }> {
  const [row] = await sql.query<{ numbers: number; entries: number }>(
    `select (select count(*)::int from channel_quantity q where q.connection_id = $1 and q.target is not null and q.key ~ $2) as numbers,
       (select count(distinct coalesce(l.external_parent_id, l.external_id))::int from listing l
        where l.connection_id = $1 and l.state in ('active', 'sold-out')) as entries`,
    [connectionId, keyPattern],
  );
  return row ?? { numbers: 0, entries: 0 };
}

export type Stalled = { count: number; since: Date | null; waitMs: number };

/** The channel does not answer: what is due waits twice as long after each try, and says why. Answers how many wait, since when, and how long. */
export async function stallDue(
  sql: Sql,
  connectionId: string,
  why: { kind: string; text: string; leastMs: number; mostMs: number },
): Promise<Stalled> {
  const rows = await sql.query<{ since: Date | null; waitMs: number }>(
    `update channel_quantity set attempts = attempts + 1, failure_kind = $2, failure_text = $3,
       next_attempt_at = clock_timestamp() + least($5::float8, $4::float8 * power(2, least(attempts, 10))) * interval '1 ms'
     where id in (select id from channel_quantity where connection_id = $1 and dirty and (next_attempt_at is null or next_attempt_at <= clock_timestamp()) order by id for no key update)
     returning dirty_since as since, (extract(epoch from next_attempt_at - clock_timestamp()) * 1000)::float8 as "waitMs"`,
    [connectionId, why.kind, why.text, why.leastMs, Math.max(why.leastMs, why.mostMs)],
  );
  const since = rows.reduce<Date | null>(
    (oldest, row) => (row.since !== null && (oldest === null || row.since < oldest) ? row.since : oldest),
    null,
  );
  const soonest = rows.reduce<number>((least, row) => Math.min(least, row.waitMs), Number.POSITIVE_INFINITY);
  return {
    count: rows.length,
    since,
    waitMs: rows.length === 0 ? why.leastMs : Math.min(why.mostMs, Math.max(why.leastMs, soonest)),
  };
}
