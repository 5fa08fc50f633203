/** Rows of what would change, as they are shown before anything happens; one table for every kind of change. */
import type { Json, JsonObject } from "#app/domain/channel-words.ts";
import type { Sql } from "./database.server.ts";

export type PreviewLine = {
  quantityId: string;
  before: number | null;
  after: number | null;
  change: "to-zero" | "from-zero" | "down" | "up" | "same";
  steps: Json;
};

export type PlanRow = { id: string; kind: string; state: string; hash: string; plan: JsonObject; createdAt: Date };

export async function insertPlan(
  sql: Sql,
  p: { id: string; sellerId: string; connectionId: string | null; kind: string; plan: JsonObject },
): Promise<void> {
  await sql.query(
    `insert into preview (id, seller_id, connection_id, kind, state, hash, plan) values ($1, $2, $3, $4, 'computing', '', $5::jsonb)`,
    [p.id, p.sellerId, p.connectionId, p.kind, JSON.stringify(p.plan)],
  );
}

/** Locked, so that two approvals cannot both find it open. Null where this seller has no such plan. */
export async function lockPlan(sql: Sql, sellerId: string, id: string): Promise<PlanRow | null> {
  const rows = await sql.query<PlanRow>(
    `select id, kind, state, hash, plan, created_at as "createdAt" from preview where id = $1 and seller_id = $2 for update`,
    [id, sellerId],
  );
  return rows[0] ?? null;
}

/** Its rows and its hash at once. */
export async function openWithLines(
  sql: Sql,
  sellerId: string,
  previewId: string,
  lines: readonly PreviewLine[],
  hash: string,
  newId: () => string,
): Promise<void> {
  await insertLines(sql, sellerId, previewId, lines, newId);
  await openForApproval(sql, previewId, hash);
}

/** A part of its rows; a large shop's come in several. */
export async function insertLines(
  sql: Sql,
  sellerId: string,
  previewId: string,
  lines: readonly PreviewLine[],
  newId: () => string,
): Promise<void> {
  await sql.query(
    `insert into preview_row (id, seller_id, preview_id, quantity_id, before, after, steps, change)
     select v.id, $1, $2, v."quantityId", v.before, v.after, v.steps, v.change
     from jsonb_to_recordset($3::jsonb) as v(id uuid, "quantityId" uuid, before int, after int, steps jsonb, change text)`,
    [sellerId, previewId, JSON.stringify(lines.map((l) => ({ ...l, id: newId() })))],
  );
}

/** What moved since is judged from the moment of the rows, not of the wish. */
export async function openForApproval(sql: Sql, previewId: string, hash: string): Promise<void> {
  await sql.query(`update preview set state = 'open', hash = $2, created_at = clock_timestamp() where id = $1`, [previewId, hash]);
}

export type ShownChange = Pick<PreviewLine, "quantityId" | "change">;

/** What rows were shown to do, without how it came about; of some numbers, or of all. */
export async function shownChanges(sql: Sql, sellerId: string, previewId: string, only: string[] | null = null): Promise<ShownChange[]> {
  return sql.query<ShownChange>(
    `select quantity_id as "quantityId", change from preview_row where preview_id = $1 and seller_id = $2 ${only === null ? "" : "and quantity_id = any($3)"}`,
    only === null ? [previewId, sellerId] : [previewId, sellerId, only],
  );
}

export async function linesOf(sql: Sql, sellerId: string, previewId: string): Promise<PreviewLine[]> {
  return sql.query<PreviewLine>(
    `select quantity_id as "quantityId", before, after, change, steps from preview_row where preview_id = $1 and seller_id = $2`,
    [previewId, sellerId],
  );
}

export async function setPlanState(sql: Sql, previewId: string, state: "discarded" | "failed"): Promise<void> {
  await sql.query(`update preview set state = $2 where id = $1`, [previewId, state]);
}

export async function setApproved(sql: Sql, previewId: string, actorKey: string, excluded: string[]): Promise<void> {
  await sql.query(`update preview set state = 'approved', approved_by = $2, approved_at = clock_timestamp() where id = $1`, [
    previewId,
    actorKey,
  ]);
  if (excluded.length > 0)
    await sql.query(`update preview_row set excluded = true where preview_id = $1 and quantity_id = any($2)`, [previewId, excluded]);
}

/** Of these numbers, those that an order moved since. */
export async function movedByOrders(sql: Sql, quantityIds: string[], since: Date): Promise<Set<string>> {
  const rows = await sql.query<{ id: string }>(
    `select distinct l.quantity_id as id from listing l join component c on c.listing_id = l.id join movement m on m.item_id = c.item_id
     where l.quantity_id = any($1) and m.recorded_at > $2 and m.order_id is not null`,
    [quantityIds, since],
  );
  return new Set(rows.map((r) => r.id));
}

/** Numbers that an approved plan was shown to lower, each with whether down to zero. */
export async function approvedLowerings(sql: Sql, sellerId: string, previewId: string): Promise<Map<string, boolean>> {
  const rows = await sql.query<{ quantityId: string; toZero: boolean }>(
    `select quantity_id as "quantityId", change = 'to-zero' as "toZero" from preview_row
     where preview_id = $1 and seller_id = $2 and change in ('down', 'to-zero') and not excluded`,
    [previewId, sellerId],
  );
  return new Map(rows.map((row) => [row.quantityId, row.toZero]));
}
