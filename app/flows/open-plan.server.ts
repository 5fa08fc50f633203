/** Shows a change before it happens: the rows are worked out by the worker and stored with a hash over what is shown; nothing changes yet. */
import { appendAudit } from "#app/data/audit.server.ts";
import { insertPlan, lockPlan, openWithLines, setPlanState } from "#app/data/previews.server.ts";
import type { JsonObject } from "#app/domain/channel-words.ts";
import type { House } from "./house.server.ts";
import { isPlanKind, PLAN_KINDS, type PlanKindName } from "./plan-kinds.server.ts";
import { hashOf } from "./preview-go-live.server.ts";

export type PlanWish = { sellerId: string; actorKey: string; kind: PlanKindName; plan: JsonObject };

/** Answers at once with a plan in state "computing"; live pages are told when it is "open" or "failed". */
export async function openPlan(house: House, wish: PlanWish): Promise<string> {
  const previewId = house.newId();
  await house.db.write(wish.sellerId, async (sql) => {
    await insertPlan(sql, { id: previewId, sellerId: wish.sellerId, connectionId: null, kind: wish.kind, plan: wish.plan });
    await appendAudit(sql, wish.sellerId, [
      {
        id: house.newId(),
        connectionId: null,
        action: `preview.${wish.kind}`,
        subject: previewId,
        actorKey: wish.actorKey,
        facts: {},
        correlationId: house.newId(),
      },
    ]);
  });
  house.doorbell.ringSoon({ job: "chores", chore: "preview", id: previewId });
  return previewId;
}

/** Works the rows out. A second run for the same plan changes nothing; a plan that cannot be worked out is "failed". */
export async function fillPlan(house: House, sellerId: string, previewId: string): Promise<void> {
  try {
    await house.db.write(sellerId, async (sql) => {
      const plan = await lockPlan(sql, sellerId, previewId);
      if (plan === null || plan.state !== "computing" || !isPlanKind(plan.kind)) return;
      const lines = await PLAN_KINDS[plan.kind].lines(house, sql, sellerId, plan.plan);
      await openWithLines(sql, sellerId, previewId, lines, hashOf(lines), house.newId);
    });
  } catch (error) {
    await house.db.write(sellerId, (sql) => setPlanState(sql, previewId, "failed"));
    house.log.warn("a plan could not be worked out", {
      sellerId,
      previewId,
      error: error instanceof Error ? error.message : String(error),
    });
  } finally {
    house.announce(sellerId, "preview");
  }
}
