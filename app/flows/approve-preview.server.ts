/**
 * Approval of a preview (settled.md 27): bound to the hash of what was shown. Rows that only orders moved meanwhile are recomputed
 * and go along; any other row that changed direction or danger makes a new preview and asks again.
 */
import { appendAudit, closeAlerts } from "#app/data/audit.server.ts";
import { type ConnectionRow, findConnection } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { type ShownChange, setApproved, shownChanges } from "#app/data/previews.server.ts";
import { lockQuantitiesOnly } from "#app/data/quantities.server.ts";
import { retarget, withNeighbours } from "#app/data/targets.server.ts";
import { type LeavePlan, onlyKeep } from "#app/domain/leave-plan.ts";
import { ringForLeaving } from "./disconnect-account.server.ts";
import type { House } from "./house.server.ts";
import { leaveByPlan } from "./leave-by-plan.server.ts";
import { BATCH, eachLines, type PreviewWish, previewGoLive } from "./preview-go-live.server.ts";
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
    async (sql): Promise<Approved & { connectionId?: string; plan?: LeavePlan | null; touched?: Iterable<string> }> => {
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
      const plan = preview.kind === "leave" ? planOf(preview.plan) : null;
      if (plan !== null && onlyKeep(connection) !== null)
        return { outcome: "gone", text: `${connection.name} can't be written to now. Look at its page, then choose again.` };
      const changed = async (): Promise<Approved & { connectionId: string; plan: LeavePlan | null }> => {
        await sql.query(`update preview set state = 'discarded' where id = $1`, [preview.id]);
        return { outcome: "changed", previewId: "", connectionId: connection.id, plan };
      };
      if (preview.hash !== approval.hash) return changed();
      if (plan !== null) {
        const now = await leaveLines(house, sql, connection, plan);
        const shown = await shownChanges(sql, approval.sellerId, preview.id);
        if (await changedOtherwise(sql, preview, shown, withoutThem(now, approval.excluded))) return changed();
        const touched = await leaveByPlan(house, sql, { approval, previewId: preview.id, connectionId: connection.id, plan, lines: now });
        return { outcome: "approved", connectionId: connection.id, plan, touched };
      }
      const looked = await lookAgain(house, sql, approval, preview, connection);
      if (looked === "changed") return changed();
      const touched = await goLive(house, sql, approval, connection, looked);
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

type Looked = { included: string[]; excluded: string[] };

/** The rows as they are now, a batch at a time: of a large shop only the ids of the numbers stay. */
async function lookAgain(
  house: House,
  sql: Sql,
  approval: Approval,
  preview: PreviewRow,
  connection: ConnectionRow,
): Promise<Looked | "changed"> {
  const only = approval.only == null ? null : new Set(approval.only);
  const left = new Set(approval.excluded);
  const takesPart = (id: string) => (only === null ? !left.has(id) : only.has(id));
  const included: string[] = [];
  let turned = false;
  await eachLines(house, sql, connection, async (lines) => {
    const now = lines.filter((line) => takesPart(line.quantityId));
    const ids = now.map((line) => line.quantityId);
    included.push(...ids);
    turned ||= await changedOtherwise(sql, preview, await shownChanges(sql, approval.sellerId, preview.id, ids), now);
  });
  if (turned) return "changed";
  if (only === null) return { included, excluded: approval.excluded };
  // With a choice of a few, every other row that was shown is left out.
  const shown = await shownChanges(sql, approval.sellerId, preview.id);
  return { included, excluded: shown.map((line) => line.quantityId).filter((id) => !only.has(id)) };
}

function withoutThem<T extends ShownChange>(lines: T[], excluded: string[]): T[] {
  const left = new Set(excluded);
  return lines.filter((line) => !left.has(line.quantityId));
}

/** Whether one of the rows (those that take part) changed direction or danger for another reason than orders since it was shown. */
async function changedOtherwise(sql: Sql, preview: PreviewRow, shown: ShownChange[], now: ShownChange[]): Promise<boolean> {
  const before = new Map(shown.map((s) => [s.quantityId, s.change]));
  const turned = now.filter((line) => before.get(line.quantityId) !== line.change);
  if (turned.length === 0) return false;
  const ordered = await sql.query<{ id: string }>(
    `select distinct l.quantity_id as id from listing l join component c on c.listing_id = l.id join movement m on m.item_id = c.item_id
     where l.quantity_id = any($1) and m.recorded_at > $2 and m.order_id is not null`,
    [turned.map((t) => t.quantityId), preview.createdAt],
  );
  const byOrders = new Set(ordered.map((o) => o.id));
  return turned.some((t) => !byOrders.has(t.quantityId));
}

/** Answers the connections that may have work now. */
async function goLive(
  house: House,
  sql: Sql,
  approval: Approval,
  connection: ConnectionRow,
  { included, excluded }: Looked,
): Promise<Iterable<string>> {
  const connectionId = connection.id;
  const { previewId } = approval;
  await setApproved(sql, previewId, approval.actorKey, excluded);
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
  // All at once and in the order of their ids, also the neighbours that a batch may draw in: batches that lock bit by bit could meet another in a circle.
  await lockQuantitiesOnly(sql, await withNeighbours(sql, included));
  const now = house.now();
  const touched = new Set([connectionId]);
  for (let from = 0; from < included.length; from += BATCH) {
    const cause = { kind: "go-live", id: correlationId, at: now };
    for (const change of await retarget(sql, approval.sellerId, included.slice(from, from + BATCH), cause, now))
      touched.add(change.connectionId);
  }
  await appendAudit(sql, approval.sellerId, [
    {
      id: house.newId(),
      connectionId,
      action: "approve.go-live",
      subject: previewId,
      actorKey: approval.actorKey,
      facts: { hash: approval.hash, rows: included.length, excluded: excluded.length },
      correlationId,
    },
  ]);
  return touched;
}
