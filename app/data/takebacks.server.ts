/** What later movements take of earlier ones: read for putting back, appended with each movement that takes something back. */
import type { Change, Taking } from "#app/domain/taking-back.ts";
import type { Behind } from "#app/domain/undoing.ts";
import type { Sql } from "./database.server.ts";

export type NewTaking = { id: string; movementId: string; rootId: string; units: number; byOrder: boolean };

export async function appendTakings(sql: Sql, sellerId: string, takings: NewTaking[]): Promise<void> {
  if (takings.length === 0) return;
  await sql.query(
    `insert into takeback (id, seller_id, movement_id, root_id, units, by_order, recorded_at)
     select v.id, $1, v."movementId", v."rootId", v.units, v."byOrder", clock_timestamp()
     from jsonb_to_recordset($2::jsonb) as v(id uuid, "movementId" uuid, "rootId" uuid, units int, "byOrder" boolean)`,
    [sellerId, JSON.stringify(takings)],
  );
}

export type Past = { changes: Change[]; takings: Taking[] };

/** Items in question; null = all of the seller's. */
export type WhichItems = { itemIds: string[] | null; connectionId: string | null };

const COLUMNS = `m.id, m.item_id as "itemId", m.kind, m.on_hand_delta as units, m.recorded_at as at`;
/** An order's movements follow the order (law 2), and what takes back is told by its parts. */
const ROOT = `m.order_id is null and m.kind not in ('undo', 'restore')`;

/** Changes that were made, taken back or brought back after `since` and up to `until`; with everything that was ever taken of them. */
export async function changesSince(sql: Sql, sellerId: string, since: Date, until: Date, which: WhichItems): Promise<Past> {
  const changes = await sql.query<Change>(
    `select ${COLUMNS} from movement m where m.seller_id = $1 and ${ROOT}
       and (m.recorded_at > $2 and m.recorded_at <= $3
         or m.id in (select t.root_id from takeback t where t.seller_id = $1 and t.recorded_at > $2 and t.recorded_at <= $3 and not t.by_order))
       and ($4::uuid[] is null or m.item_id = any($4))
       and ($5::uuid is null or exists (select from component c join listing l on l.id = c.listing_id where c.item_id = m.item_id and l.connection_id = $5))
     order by m.recorded_at, m.id`,
    [sellerId, since, until, which.itemIds, which.connectionId],
  );
  return { changes, takings: await takingsOf(sql, sellerId, changes) };
}

/** Changes that one act made, or took something of. `itemIds` narrows it. */
export async function changesOfAct(sql: Sql, sellerId: string, correlationId: string, itemIds: string[] | null): Promise<Past> {
  const changes = await sql.query<Change>(
    `with act as (select id from movement where seller_id = $1 and correlation_id = $2)
     select ${COLUMNS} from movement m where m.seller_id = $1 and ${ROOT} and ($3::uuid[] is null or m.item_id = any($3))
       and (m.id in (select id from act) or m.id in (select t.root_id from takeback t where t.movement_id in (select id from act)))
     order by m.recorded_at, m.id`,
    [sellerId, correlationId, itemIds],
  );
  return { changes, takings: await takingsOf(sql, sellerId, changes) };
}

async function takingsOf(sql: Sql, sellerId: string, changes: Change[]): Promise<Taking[]> {
  if (changes.length === 0) return [];
  return sql.query<Taking>(
    `select root_id as "rootId", units, by_order as "byOrder", recorded_at as at from takeback where seller_id = $1 and root_id = any($2) order by recorded_at, id`,
    [sellerId, changes.map((c) => c.id)],
  );
}

/** Items are locked before it is worked out what to put back: two who do so at once must see each other's. */
export async function lockItems(sql: Sql, sellerId: string, itemIds: string[]): Promise<void> {
  await sql.query(`select id from stock_item where seller_id = $1 and id = any($2) order by id for no key update`, [sellerId, itemIds]);
}

export type Act = { correlationId: string; kind: string; beganAt: Date; approvedAt: Date; endedAt: Date };

/** What an approved plan did: its movements carry the correlation id, `beganAt` lies before the first of them. Null where it was not approved. */
export async function actOfPlan(sql: Sql, sellerId: string, previewId: string): Promise<Act | null> {
  const rows = await sql.query<Act>(
    `select e.correlation_id as "correlationId", p.kind, p.created_at as "beganAt", p.approved_at as "approvedAt", e.at as "endedAt"
     from preview p join audit_event e on e.seller_id = p.seller_id and e.subject = p.id::text and e.action = 'approve.' || p.kind
     where p.id = $2 and p.seller_id = $1 and p.state = 'approved' order by e.at desc limit 1`,
    [sellerId, previewId],
  );
  return rows[0] ?? null;
}

/** The moment of an act's first movement: everything recorded before it is "before". Null where it moved nothing. */
export async function beforeAct(sql: Sql, sellerId: string, correlationId: string): Promise<Date | null> {
  const rows = await sql.query<{ at: Date | null }>(
    `select min(recorded_at) - interval '1 ms' as at from movement where seller_id = $1 and correlation_id = $2`,
    [sellerId, correlationId],
  );
  return rows[0]?.at ?? null;
}

/** Of these items, those that something other than an order moved after an act. */
export async function touchedAfter(sql: Sql, sellerId: string, correlationId: string, itemIds: string[]): Promise<Set<string>> {
  const rows = await sql.query<{ id: string }>(
    `select distinct m.item_id as id from movement m
     where m.seller_id = $1 and m.item_id = any($3) and m.order_id is null and m.correlation_id <> $2
       and m.recorded_at > (select max(x.recorded_at) from movement x where x.seller_id = $1 and x.correlation_id = $2)
       and not exists (select from takeback t where t.movement_id = m.id and t.by_order)`,
    [sellerId, correlationId, itemIds],
  );
  return new Set(rows.map((r) => r.id));
}

/** A line of the ledger with the change behind it: itself, or the one that an undo took back. */
export async function changeBehind(sql: Sql, sellerId: string, movementId: string): Promise<Behind> {
  const [line] = await sql.query<{ kind: string; ofOrder: boolean; roots: string[] | null }>(
    `select m.kind, m.order_id is not null as "ofOrder", (select array_agg(t.root_id) from takeback t where t.movement_id = m.id) as roots
     from movement m where m.seller_id = $1 and m.id = $2`,
    [sellerId, movementId],
  );
  if (line === undefined) throw new Error("this movement does not exist");
  const rootId = line.roots === null ? movementId : line.roots.length === 1 ? (line.roots[0] ?? null) : null;
  if (rootId === null) return { kind: line.kind, ofOrder: line.ofOrder, root: null, takings: [], movementId };
  const [root] = await sql.query<Change>(`select ${COLUMNS} from movement m where m.seller_id = $1 and m.id = $2`, [sellerId, rootId]);
  const takings = await sql.query<Taking & { movementId: string }>(
    `select root_id as "rootId", movement_id as "movementId", units, by_order as "byOrder", recorded_at as at
     from takeback where seller_id = $1 and root_id = $2 order by recorded_at, id`,
    [sellerId, rootId],
  );
  return { kind: line.kind, ofOrder: line.ofOrder, root: root ?? null, takings, movementId };
}
