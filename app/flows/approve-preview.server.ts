/**
 * Approval of a preview (settled.md 27): bound to the hash of what was shown. Rows that only orders moved meanwhile are recomputed
 * and go along; any other row that changed direction or danger makes a new preview and asks again.
 */
import { appendAudit, closeAlerts } from "#app/data/audit.server.ts";
import { type ConnectionRow, findConnection } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { type PreviewLine, setApproved } from "#app/data/previews.server.ts";
import { retarget } from "#app/data/targets.server.ts";
import { type LeavePlan, onlyKeep } from "#app/domain/leave-plan.ts";
import { ringForLeaving } from "./disconnect-account.server.ts";
import type { House } from "./house.server.ts";
import { leaveByPlan } from "./leave-by-plan.server.ts";
import { type PreviewWish, previewGoLive, previewLines } from "./preview-go-live.server.ts";
import { leaveLines, planOf, previewLeave } from "./preview-leave.server.ts";
import { requestPreview } from "./request-preview.server.ts";
import { ringForWork } from "./ring.server.ts";

export type Approval = {
  sellerId: string;
  actorKey: string;
  previewId: string;
  hash: string;
  /** Quantity ids left out: they stay watching. */
  excluded: string[];
  /** Going live with these alone; every other row stays watching. Null or absent: with all but the left-out ones. */
  only?: string[] | null;
  /** Why, in the words of who decides; kept with the record. */
  note?: string | null;
};
export type Approved = { outcome: "approved" } | { outcome: "changed"; previewId: string } | { outcome: "gone"; text: string };

type PreviewRow = {
  id: string;
  connectionId: string | null;
  kind: string;
  plan: unknown;
  state: string;
  hash: string;
  createdAt: Date;
};

export async function approvePreview(house: House, approval: Approval): Promise<Approved> {
  const decided = await house.db.write(
    approval.sellerId,
    async (sql): Promise<Approved & { connectionId?: string; plan?: LeavePlan | null; touched?: string[] }> => {
      const rows = await sql.query<PreviewRow>(
        `select id, connection_id as "connectionId", kind, plan, state, hash, created_at as "createdAt" from preview where id = $1 and seller_id = $2 for update`,
        [approval.previewId, approval.sellerId],
      );
      const preview = rows[0];
      // Other kinds have an approval of their own.
      if (preview === undefined || preview.connectionId === null || !["go-live", "leave"].includes(preview.kind))
        return { outcome: "gone", text: "This preview no longer exists. Make a new one." };
      if (preview.state !== "open") return { outcome: "gone", text: "This preview was already decided." };
      const connection = await findConnection(sql, preview.connectionId);
      if (connection === null || connection.sellerId !== approval.sellerId)
        return { outcome: "gone", text: "This connection no longer exists." };
      const shown = await sql.query<PreviewLine>(
        `select quantity_id as "quantityId", before, after, change, steps from preview_row where preview_id = $1`,
        [preview.id],
      );
      const plan = preview.kind === "leave" ? planOf(preview.plan) : null;
      if (plan !== null && onlyKeep(connection) !== null)
        return { outcome: "gone", text: `${connection.name} can't be written to now. Look at its page, then choose again.` };
      const now = plan === null ? await previewLines(house, sql, connection) : await leaveLines(house, sql, connection, plan);
      const excluded = plan === null ? leftOut(approval, shown, now) : approval.excluded;
      if (preview.hash !== approval.hash || (await changedOtherwise(sql, preview, shown, now, excluded))) {
        await sql.query(`update preview set state = 'discarded' where id = $1`, [preview.id]);
        return { outcome: "changed", previewId: "", connectionId: connection.id, plan };
      }
      if (plan !== null) {
        const touched = await leaveByPlan(house, sql, { approval, previewId: preview.id, connectionId: connection.id, plan, lines: now });
        return { outcome: "approved", connectionId: connection.id, plan, touched };
      }
      const touched = await goLive(house, sql, { ...approval, excluded }, connection, now);
      return { outcome: "approved", connectionId: connection.id, touched };
    },
  );
  if (decided.outcome === "changed" && decided.connectionId) {
    return {
      outcome: "changed",
      previewId: await anew(
        house,
        { sellerId: approval.sellerId, connectionId: decided.connectionId, actorKey: approval.actorKey },
        decided.plan ?? null,
      ),
    };
  }
  if (decided.outcome === "approved" && decided.plan && decided.connectionId)
    ringForLeaving(house, approval.sellerId, decided.connectionId);
  if (decided.outcome === "approved") await ringForWork(house, approval.sellerId, new Set(decided.touched));
  return decided.outcome === "approved" ? { outcome: "approved" } : decided;
}

/** The web role cannot read a channel; there the worker works the new rows out. */
async function anew(house: House, wish: PreviewWish, plan: LeavePlan | null): Promise<string> {
  if (plan !== null && plan !== "keep") return (await previewLeave(house, { ...wish, plan })) ?? "";
  return house.db.role === "web" ? requestPreview(house, wish) : previewGoLive(house, wish);
}

/** Whether a row that takes part changed direction or danger for another reason than orders since it was shown. */
async function changedOtherwise(
  sql: Sql,
  preview: PreviewRow,
  shown: PreviewLine[],
  now: PreviewLine[],
  excluded: string[],
): Promise<boolean> {
  const left = new Set(excluded);
  const before = new Map(shown.map((s) => [s.quantityId, s]));
  const turned = now.filter((line) => !left.has(line.quantityId) && before.get(line.quantityId)?.change !== line.change);
  if (turned.length === 0) return false;
  const ordered = await sql.query<{ id: string }>(
    `select distinct l.quantity_id as id from listing l join component c on c.listing_id = l.id join movement m on m.item_id = c.item_id
     where l.quantity_id = any($1) and m.recorded_at > $2 and m.order_id is not null`,
    [turned.map((t) => t.quantityId), preview.createdAt],
  );
  const byOrders = new Set(ordered.map((o) => o.id));
  return turned.some((t) => !byOrders.has(t.quantityId));
}

/** Rows that do not take part: the ones left out, or with a choice of a few every other, also those that came up since. */
function leftOut(approval: Approval, shown: PreviewLine[], now: PreviewLine[]): string[] {
  const chosen = approval.only ?? null;
  if (chosen === null) return approval.excluded;
  const taken = new Set(chosen);
  return [...new Set([...shown, ...now].map((line) => line.quantityId))].filter((id) => !taken.has(id));
}

/** Answers the connections that may have work now. */
async function goLive(house: House, sql: Sql, approval: Approval, connection: ConnectionRow, lines: PreviewLine[]): Promise<string[]> {
  const connectionId = connection.id;
  const { previewId } = approval;
  const left = new Set(approval.excluded);
  const included = lines.map((l) => l.quantityId).filter((id) => !left.has(id));
  await setApproved(sql, previewId, approval.actorKey, approval.excluded);
  await sql.query(
    `update listing set go_live = 'live' where connection_id = $1 and quantity_id = any($2) and link_state = 'linked'
       and (go_live = 'watching' or not $3 and go_live <> 'ignored')`,
    [connectionId, included, connection.lifecycle === "live"],
  );
  await closeAlerts(
    sql,
    approval.sellerId,
    included.map((id) => `came-back:${id}`),
  );
  await sql.query(`update connection set lifecycle = 'live' where id = $1 and lifecycle = 'observe'`, [connectionId]);
  const correlationId = house.newId();
  const changed = await retarget(sql, approval.sellerId, included, { kind: "go-live", id: correlationId, at: house.now() }, house.now());
  await appendAudit(sql, approval.sellerId, [
    {
      id: house.newId(),
      connectionId,
      action: "approve.go-live",
      subject: previewId,
      actorKey: approval.actorKey,
      facts: { hash: approval.hash, rows: included.length, excluded: approval.excluded.length },
      correlationId,
    },
  ]);
  return [connectionId, ...changed.map((c) => c.connectionId)];
}
