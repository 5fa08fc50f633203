/** The approved plan begins: the connection is leaving with a deadline, and each number knows what it is left with. */
import type { Sql } from "#app/data/database.server.ts";
import { quantityIdsOf, setLeaveTargets } from "#app/data/leaving.server.ts";
import { type PreviewLine, setApproved } from "#app/data/previews.server.ts";
import { retarget } from "#app/data/targets.server.ts";
import { type LeavePlan, leaveTimeMs } from "#app/domain/leave-plan.ts";
import { recordLeaving } from "./disconnect-account.server.ts";
import type { House } from "./house.server.ts";

/** Rows left out keep the number they show. Answers the connections that may have work now. */
export async function leaveByPlan(
  house: House,
  sql: Sql,
  asked: {
    approval: { sellerId: string; actorKey: string; hash: string; excluded: string[] };
    previewId: string;
    connectionId: string;
    plan: LeavePlan;
    lines: PreviewLine[];
  },
): Promise<string[]> {
  const { approval, previewId, connectionId, plan } = asked;
  const { sellerId, actorKey } = approval;
  const numbers = asked.lines.flatMap((l) =>
    l.after === null || approval.excluded.includes(l.quantityId) ? [] : [{ id: l.quantityId, leftWith: l.after }],
  );
  await setApproved(sql, previewId, actorKey, approval.excluded);
  const leaving = { id: house.newId(), connectionId, plan, reason: "asked" as const, previewId, actorKey };
  const facts = { hash: approval.hash, rows: numbers.length, excluded: approval.excluded.length };
  if (!(await recordLeaving(house, sql, sellerId, leaving, leaveTimeMs(numbers.length), facts)))
    throw new Error("the connection is not there to be left");
  await setLeaveTargets(sql, sellerId, numbers);
  const all = await quantityIdsOf(sql, connectionId);
  const changed = await retarget(sql, sellerId, all, { kind: "leaving", id: leaving.id, at: house.now() }, house.now());
  return [connectionId, ...changed.map((c) => c.connectionId)];
}
