/**
 * Held batches: what the brake stopped, as a row with its numbers and the plan that shows it. A hold changes no number; it says which
 * ones wait (docs/decisions/the-brake.md).
 */
import type { BrakeAnswer } from "#app/domain/brake.ts";
import { closeAlerts, raiseAlert } from "./audit.server.ts";
import type { Sql } from "./database.server.ts";
import { queueMail } from "./mail-outbox.server.ts";
import { insertPlan } from "./previews.server.ts";

export type HoldKind = "edits" | "numbers";
export type HoldDecision = "keep" | "send-all" | "send-some" | "over";
export type Held = Extract<BrakeAnswer, { hold: true }>;

export type NewHold = {
  kind: HoldKind;
  /** One open hold per key: a batch with the same one joins it. */
  key: string;
  connectionId: string | null;
  answer: Held;
  /** What caused it, for the guess on its page: "outside-edits" or the cause of the targets. */
  cause: string;
  /** The kind of plan that decides it, by its name; its rows are made from the hold. */
  planKind: string;
  /** Numbers that would change: their raises wait too. */
  quantityIds: string[];
};

/** Opens a hold or joins the one that is open; its rows are worked out afterwards. The caller holds the locks of its numbers. */
export async function holdNumbers(sql: Sql, sellerId: string, hold: NewHold, newId: () => string): Promise<string> {
  const { answer } = hold;
  const reason = reasonOf(answer);
  const facts = { because: answer.because, lowered: answer.lowered, zeroed: answer.zeroed, base: answer.base, cause: hold.cause };
  const [row] = await sql.query<{ id: string; previewId: string | null; fresh: boolean }>(
    `insert into hold as h (id, seller_id, kind, key, connection_id, reason, facts) values ($1, $2, $3, $4, $5, $6, $7::jsonb)
     on conflict ((coalesce(key, '')), seller_id) where closed_at is null do update set reason = excluded.reason, facts = excluded.facts
     returning id, preview_id as "previewId", xmax = 0 as fresh`,
    [newId(), sellerId, hold.kind, hold.key, hold.connectionId, reason, JSON.stringify(facts)],
  );
  if (row === undefined) throw new Error("a hold was neither opened nor joined");
  await sql.query(
    `insert into hold_number (seller_id, hold_id, quantity_id) select $1, $2, unnest($3::uuid[]) on conflict (hold_id, quantity_id) do nothing`,
    [sellerId, row.id, hold.quantityIds],
  );
  await sql.query(
    `with mine as materialized (select id from channel_quantity where seller_id = $1 and id = any($2) order by id for no key update)
     update channel_quantity q set raises_stopped = 'held' from mine where q.id = mine.id and q.raises_stopped is null`,
    [sellerId, hold.quantityIds],
  );
  if (row.previewId !== null) await workOutAnew(sql, sellerId, row.previewId);
  else {
    const previewId = newId();
    await insertPlan(sql, { id: previewId, sellerId, connectionId: null, kind: hold.planKind, plan: { holdId: row.id } });
    await sql.query(`update hold set preview_id = $2 where id = $1`, [row.id, previewId]);
  }
  await raiseAlert(sql, sellerId, {
    id: newId(),
    connectionId: hold.connectionId,
    kind: "held",
    key: `held:${row.id}`,
    severity: 1,
    text: `${reason} Nothing of it was sent. Look at the numbers, then keep them or send the change.`,
    data: { holdId: row.id, ...facts },
  });
  if (row.fresh)
    await queueMail(
      sql,
      sellerId,
      {
        kind: "held",
        dedupeKey: `held:${row.id}`,
        data: { holdId: row.id, reason, lowered: answer.lowered, base: answer.base, zeroed: answer.zeroed },
      },
      newId,
    );
  return row.id;
}

function reasonOf(answer: Held): string {
  const zeroes = answer.zeroed > 0 ? `, ${answer.zeroed} of them to 0` : "";
  return `${answer.lowered} of ${answer.base} numbers would go down within one hour${zeroes}, and no orders explain it.`;
}

/** What belongs to the plan has changed: its rows are made again before anybody can say yes to them. */
export async function workOutAnew(sql: Sql, sellerId: string, previewId: string): Promise<void> {
  await sql.query(`delete from preview_row where preview_id = $1 and seller_id = $2`, [previewId, sellerId]);
  await sql.query(`update preview set state = 'computing', hash = '' where id = $1 and seller_id = $2 and state <> 'approved'`, [
    previewId,
    sellerId,
  ]);
}

/** Held batches whose rows are still to be worked out: the sweep rings for them. */
export async function holdsToWorkOut(sql: Sql): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select p.id from hold h join preview p on p.id = h.preview_id where h.closed_at is null and p.state = 'computing'`,
  );
  return rows.map((r) => r.id);
}

/** The open hold that this plan decides; null where it decides none. */
export async function openHoldOf(sql: Sql, sellerId: string, previewId: string): Promise<string | null> {
  const rows = await sql.query<{ id: string }>(
    `select id from hold where seller_id = $1 and preview_id = $2 and closed_at is null for update`,
    [sellerId, previewId],
  );
  return rows[0]?.id ?? null;
}

export async function openHoldWithKey(sql: Sql, sellerId: string, key: string): Promise<boolean> {
  const rows = await sql.query(`select 1 from hold where seller_id = $1 and key = $2 and closed_at is null`, [sellerId, key]);
  return rows.length > 0;
}

/** The numbers of an open hold; none where it was decided. */
export async function numbersOfHold(sql: Sql, sellerId: string, holdId: string): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `select n.quantity_id as id from hold_number n join hold h on h.id = n.hold_id
     where h.id = $1 and h.seller_id = $2 and h.closed_at is null order by 1`,
    [holdId, sellerId],
  );
  return rows.map((r) => r.id);
}

/** Decided: its numbers may rise again, unless another hold has them too. */
export async function closeHold(
  sql: Sql,
  sellerId: string,
  holdId: string,
  decided: { decision: HoldDecision; by: string; note: string | null },
): Promise<void> {
  await sql.query(
    `update hold set closed_at = clock_timestamp(), decision = $3, decided_by = $4, note = $5 where id = $1 and seller_id = $2 and closed_at is null`,
    [holdId, sellerId, decided.decision, decided.by, decided.note],
  );
  await sql.query(
    `with mine as materialized (
       select q.id from hold_number n join channel_quantity q on q.id = n.quantity_id where n.hold_id = $1 and q.raises_stopped = 'held'
         and not exists (select from hold_number o join hold h on h.id = o.hold_id and h.closed_at is null where o.quantity_id = q.id)
       order by q.id for no key update of q)
     update channel_quantity q set raises_stopped = null, next_attempt_at = null from mine where q.id = mine.id`,
    [holdId],
  );
  await closeAlerts(sql, sellerId, [`held:${holdId}`]);
}

/**
 * Open holds of which nothing is left to decide: orders explained every edit or somebody set it back, or the formula came back up to
 * what the numbers show. Only holds that one of these numbers belongs to are looked at.
 */
export async function closeSpentHolds(sql: Sql, sellerId: string, quantityIds: string[]): Promise<void> {
  if (quantityIds.length === 0) return;
  const spent = await sql.query<{ id: string; previewId: string | null }>(
    `select h.id, h.preview_id as "previewId" from hold h where h.seller_id = $1 and h.closed_at is null
       and exists (select from hold_number n where n.hold_id = h.id and n.quantity_id = any($2))
       and case h.kind
         when 'edits' then not exists (select from hold_number n join outside_edit e on e.quantity_id = n.quantity_id and e.state = 'open' and e.connection_id = h.connection_id where n.hold_id = h.id)
         else not exists (select from hold_number n join channel_quantity q on q.id = n.quantity_id and q.held_target is not null where n.hold_id = h.id) end
     order by h.id for update of h`,
    [sellerId, quantityIds],
  );
  for (const hold of spent) {
    await closeHold(sql, sellerId, hold.id, { decision: "over", by: "engine", note: null });
    if (hold.previewId !== null)
      await sql.query(`update preview set state = 'discarded' where id = $1 and state <> 'approved'`, [hold.previewId]);
  }
}
