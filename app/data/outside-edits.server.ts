/** Changes by somebody else's hand, as far as an order that comes late may still explain them (settled.md 16). */
import { closeAlerts } from "./audit.server.ts";
import type { Sql } from "./database.server.ts";

export type EditToExplain = {
  id: string;
  quantityId: string;
  state: "open" | "accepted";
  itemId: string | null;
  movementId: string | null;
  /** When the reading that showed it was sent. */
  seenAt: Date;
  /** Pieces of the whole change, negative where the number fell. */
  whole: number;
  /** Pieces that nothing explains yet: of a card what it says, of an accepted edit what the ledger still holds of it. */
  open: number;
};

/** Begins the dedupe key of a movement that takes back what a late order explained of an edit; the edit's id follows. */
export const LATE_ORDER_KEY = "late-order:";

/** Unexplained edits of these numbers, oldest first, locked. */
export async function editsToExplain(sql: Sql, connectionId: string, quantityIds: string[]): Promise<EditToExplain[]> {
  await sql.query(
    `select id from outside_edit where connection_id = $1 and quantity_id = any($2) and state in ('open', 'accepted') order by id for update`,
    [connectionId, quantityIds],
  );
  const edits = await sql.query<EditToExplain>(
    `select e.id, e.quantity_id as "quantityId", e.state, e.item_id as "itemId", e.movement_id as "movementId", e.seen_at as "seenAt",
       e.observed - e.expected as whole,
       case when e.state = 'open' then e.observed - e.expected
         else coalesce((select m.on_hand_delta + coalesce((select sum(t.units)::int from takeback t where t.root_id = m.id), 0)
           from movement m where m.id = e.movement_id), 0) end as open
     from outside_edit e where e.connection_id = $1 and e.quantity_id = any($2) and e.state in ('open', 'accepted') order by e.seen_at, e.id`,
    [connectionId, quantityIds],
  );
  return edits.filter((e) => e.open !== 0);
}

export async function settleEdit(sql: Sql, editId: string): Promise<void> {
  await sql.query(
    `update outside_edit set state = 'explained', decided_at = clock_timestamp(), decided_by = coalesce(decided_by, 'engine') where id = $1`,
    [editId],
  );
}

/** Part of a card's difference is explained: what it should have shown moves by as much. */
export async function narrowCard(sql: Sql, editId: string, pieces: number): Promise<void> {
  await sql.query(`update outside_edit set expected = expected + $2 where id = $1`, [editId, pieces]);
}

export type HeldEdit = {
  id: string;
  connectionId: string;
  quantityId: string;
  expected: number;
  observed: number;
  /** Pieces of the whole change, negative where the number fell. */
  units: number;
  /** Null where the number follows no single item, so that it can only be put back. */
  itemId: string | null;
  /** Numbers that take part and stand on that item. */
  numbersOfItem: string[];
  seenAt: Date;
};

/** Edits that wait in an open hold, oldest first, locked. */
export async function openEditsOfHold(sql: Sql, sellerId: string, holdId: string): Promise<HeldEdit[]> {
  const mine = `select e.id from outside_edit e join hold h on h.id = $1 and h.seller_id = $2 and h.closed_at is null and h.connection_id = e.connection_id
    join hold_number n on n.hold_id = h.id and n.quantity_id = e.quantity_id where e.seller_id = $2 and e.state = 'open'`;
  await sql.query(`select id from outside_edit where id in (${mine}) order by id for update`, [holdId, sellerId]);
  return sql.query<HeldEdit>(
    `select e.id, e.connection_id as "connectionId", e.quantity_id as "quantityId", e.expected, e.observed, e.observed - e.expected as units,
       e.item_id as "itemId", e.seen_at as "seenAt",
       array(select distinct q.id from component c join listing l on l.id = c.listing_id join channel_quantity q on q.id = l.quantity_id and q.target is not null
         where c.item_id = e.item_id) as "numbersOfItem"
     from outside_edit e where e.id in (${mine}) order by e.seen_at, e.id`,
    [holdId, sellerId],
  );
}

/** Several edits decided by one person; without a movement an edit is taken back, and our number is written again. */
export async function decideEdits(
  sql: Sql,
  who: { sellerId: string; actorKey: string },
  edits: { id: string; quantityId: string; movementId: string | null }[],
): Promise<void> {
  await sql.query(
    `update outside_edit e set state = case when v.movement is null then 'reverted' else 'accepted' end, movement_id = v.movement, decided_by = $4,
       decided_at = clock_timestamp() from unnest($2::uuid[], $3::uuid[]) v(id, movement) where e.id = v.id and e.seller_id = $1`,
    [who.sellerId, edits.map((e) => e.id), edits.map((e) => e.movementId), who.actorKey],
  );
  await sql.query(
    `with mine as materialized (select id from channel_quantity where seller_id = $1 and id = any($2) order by id for no key update)
     update channel_quantity q set raises_stopped = case when q.raises_stopped = 'edit-review' then null else q.raises_stopped end, frozen_target = null,
       next_attempt_at = null from mine where q.id = mine.id`,
    [who.sellerId, edits.map((e) => e.quantityId)],
  );
  await closeAlerts(
    sql,
    who.sellerId,
    edits.map((e) => `outside-edit:${e.quantityId}`),
  );
}
