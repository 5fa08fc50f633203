/** Changes by somebody else's hand, as far as an order that comes late may still explain them (settled.md 16). */
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
