/**
 * Saying yes to a plan (settled.md 27): bound to the hash of what was shown. Rows that only orders moved meanwhile go along as they
 * are now; where anything else changed direction or danger, the plan is worked out anew and asks again.
 */
import { appendAudit } from "#app/data/audit.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { linesOf, lockPlan, movedByOrders, type PlanRow, type PreviewLine, setApproved, setPlanState } from "#app/data/previews.server.ts";
import type { Approval, Approved } from "./approve-preview.server.ts";
import type { House } from "./house.server.ts";
import { openPlan } from "./open-plan.server.ts";
import { isPlanKind, PLAN_KINDS, type PlanKindName } from "./plan-kinds.server.ts";
import { ringForWork } from "./ring.server.ts";

type Decided =
  | { outcome: "approved"; touched: Set<string> }
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
    const shown = await linesOf(sql, sellerId, previewId);
    if (row.hash !== approval.hash || (await turnedOtherwise(sql, row, shown, now, excluded))) {
      await setPlanState(sql, previewId, "discarded");
      return { outcome: "stale", kind: row.kind, plan: row.plan };
    }
    await setApproved(sql, previewId, actorKey, excluded);
    const correlationId = house.newId();
    const included = now.map((l) => l.quantityId).filter((id) => !excluded.includes(id));
    const touched = await kind.apply(house, sql, { sellerId, actorKey, correlationId, previewId }, row.plan, included);
    await appendAudit(sql, sellerId, [
      {
        id: house.newId(),
        connectionId: null,
        action: `approve.${row.kind}`,
        subject: previewId,
        actorKey,
        facts: { hash: approval.hash, rows: included.length, excluded: excluded.length },
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

/** Nothing of it happens. False where it was decided already. */
export async function discardPlan(house: House, wish: { sellerId: string; actorKey: string; previewId: string }): Promise<boolean> {
  return house.db.write(wish.sellerId, async (sql) => {
    const row = await lockPlan(sql, wish.sellerId, wish.previewId);
    if (row === null || (row.state !== "open" && row.state !== "computing")) return false;
    await setPlanState(sql, row.id, "discarded");
    await appendAudit(sql, wish.sellerId, [
      {
        id: house.newId(),
        connectionId: null,
        action: `discard.${row.kind}`,
        subject: row.id,
        actorKey: wish.actorKey,
        facts: {},
        correlationId: house.newId(),
      },
    ]);
    return true;
  });
}

/** Whether a row that takes part changed direction or danger for another reason than orders since it was shown. */
async function turnedOtherwise(sql: Sql, plan: PlanRow, shown: PreviewLine[], now: PreviewLine[], excluded: string[]): Promise<boolean> {
  const left = new Set(excluded);
  const before = new Map(shown.map((s) => [s.quantityId, s.change]));
  const turned = now.filter((line) => !left.has(line.quantityId) && (before.get(line.quantityId) ?? "same") !== line.change);
  if (turned.length === 0) return false;
  const ids = turned.map((t) => t.quantityId);
  const byOrders = await movedByOrders(sql, ids, plan.createdAt);
  return ids.some((id) => !byOrders.has(id));
}
