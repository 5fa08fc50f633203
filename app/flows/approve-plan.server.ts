/**
 * Saying yes to a plan (settled.md 27): bound to the hash of what was shown. Rows that only orders moved meanwhile go along as they
 * are now; where anything else changed direction or danger, the plan is worked out anew and asks again.
 */
import { appendAudit } from "#app/data/audit.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { closeHold, openHoldOf, workOutAnew } from "#app/data/holds.server.ts";
import {
  lockPlan,
  movedByOrders,
  type PlanRow,
  type ShownChange,
  setApproved,
  setPlanState,
  shownChanges,
} from "#app/data/previews.server.ts";
import type { Approval, Approved } from "./approve-preview.server.ts";
import type { House } from "./house.server.ts";
import { openPlan } from "./open-plan.server.ts";
import { isPlanKind, PLAN_KINDS, type PlanKindName } from "./plan-kinds.server.ts";
import { ringForWork } from "./ring.server.ts";

type Decided =
  | { outcome: "approved"; touched: Set<string> }
  | { outcome: "again" }
  | { outcome: "stale"; kind: PlanKindName; plan: PlanRow["plan"] }
  | { outcome: "gone"; text: string };

export async function approvePlan(house: House, approval: Approval): Promise<Approved> {
  const { sellerId, actorKey, previewId } = approval;
  const decided = await house.db.write(sellerId, async (sql): Promise<Decided> => {
    const row = await lockPlan(sql, sellerId, previewId);
    if (row === null || !isPlanKind(row.kind)) return { outcome: "gone", text: "This preview no longer exists. Make a new one." };
    if (row.state !== "open") return { outcome: "gone", text: "This preview was already decided." };
    const kind = PLAN_KINDS[row.kind];
    const excluded = kind.choosable ? approval.excluded : [];
    const now = await kind.lines(house, sql, sellerId, row.plan);
    const shown = await shownChanges(sql, sellerId, previewId);
    if (row.hash !== approval.hash || (await turnedOtherwise(sql, row, shown, now, excluded))) {
      // What is held stays one plan: its rows are made again, and the page that was mailed still decides it.
      if ((await openHoldOf(sql, sellerId, previewId)) !== null) {
        await workOutAnew(sql, sellerId, previewId);
        return { outcome: "again" };
      }
      await setPlanState(sql, previewId, "discarded");
      return { outcome: "stale", kind: row.kind, plan: row.plan };
    }
    await setApproved(sql, previewId, actorKey, excluded);
    const correlationId = house.newId();
    const left = new Set(excluded);
    const included = now.map((l) => l.quantityId).filter((id) => !left.has(id));
    const touched = await kind.apply(house, sql, { sellerId, actorKey, correlationId, previewId }, row.plan, included);
    const holdId = await openHoldOf(sql, sellerId, previewId);
    const note = approval.note ?? null;
    if (holdId !== null)
      await closeHold(sql, sellerId, holdId, { decision: excluded.length > 0 ? "send-some" : "send-all", by: actorKey, note });
    await appendAudit(sql, sellerId, [
      {
        id: house.newId(),
        connectionId: null,
        action: `approve.${row.kind}`,
        subject: previewId,
        actorKey,
        facts: {
          ...{ hash: approval.hash, rows: included.length, excluded: excluded.length },
          ...(holdId === null ? {} : { holdId }),
          ...(note === null ? {} : { note }),
        },
        correlationId,
      },
    ]);
    return { outcome: "approved", touched };
  });
  switch (decided.outcome) {
    case "approved":
      await ringForWork(house, sellerId, decided.touched);
      house.announce(sellerId, "preview");
      return { outcome: "approved" };
    case "again":
      house.doorbell.ringSoon({ job: "chores", chore: "preview", id: previewId });
      return { outcome: "changed", previewId };
    case "stale":
      return { outcome: "changed", previewId: await openPlan(house, { sellerId, actorKey, kind: decided.kind, plan: decided.plan }) };
    case "gone":
      return decided;
    default: {
      const never: never = decided;
      return never;
    }
  }
}

/** Nothing of it happens; of a held batch: its numbers stay. False where it was decided already. */
export async function discardPlan(
  house: House,
  wish: { sellerId: string; actorKey: string; previewId: string; note?: string | null },
): Promise<boolean> {
  const { sellerId, actorKey, previewId, note = null } = wish;
  const touched = await house.db.write(sellerId, async (sql): Promise<Set<string> | null> => {
    const row = await lockPlan(sql, sellerId, previewId);
    if (row === null || !UNDECIDED.includes(row.state)) return null;
    const correlationId = house.newId();
    const kind = isPlanKind(row.kind) ? PLAN_KINDS[row.kind] : null;
    const holdId = await openHoldOf(sql, sellerId, previewId);
    const kept = await kind?.keep?.(house, sql, { sellerId, actorKey, correlationId, previewId }, row.plan);
    await setPlanState(sql, row.id, "discarded");
    if (holdId !== null) await closeHold(sql, sellerId, holdId, { decision: "keep", by: actorKey, note });
    await appendAudit(sql, sellerId, [
      {
        id: house.newId(),
        connectionId: null,
        action: `discard.${row.kind}`,
        subject: row.id,
        actorKey,
        facts: { ...(holdId === null ? {} : { holdId }), ...(note === null ? {} : { note }) },
        correlationId,
      },
    ]);
    return kept ?? new Set();
  });
  if (touched === null) return false;
  await ringForWork(house, sellerId, touched);
  house.announce(sellerId, "preview");
  return true;
}

/** Also while its rows are being worked out, or could not be: saying no needs none of them. */
const UNDECIDED = ["open", "computing", "failed"];

/** Whether a row that takes part changed direction or danger for another reason than orders since it was shown. */
async function turnedOtherwise(sql: Sql, plan: PlanRow, shown: ShownChange[], now: ShownChange[], excluded: string[]): Promise<boolean> {
  const left = new Set(excluded);
  const before = new Map(shown.map((s) => [s.quantityId, s.change]));
  const turned = now.filter((line) => !left.has(line.quantityId) && (before.get(line.quantityId) ?? "same") !== line.change);
  if (turned.length === 0) return false;
  const ids = turned.map((t) => t.quantityId);
  const byOrders = await movedByOrders(sql, ids, plan.createdAt);
  return ids.some((id) => !byOrders.has(id));
}
