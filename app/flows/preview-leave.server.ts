/**
 * What leaving by a plan would write, row by row, stored with a hash: the same preview as before going live. No channel is asked: a
 * live channel's numbers are known, and the plan only runs where it is live.
 */
import { appendAudit } from "#app/data/audit.server.ts";
import { type ConnectionRow, findConnection } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { insertPlan, openWithLines, type PreviewLine } from "#app/data/previews.server.ts";
import { decideTargets, loadListingFacts, loadRules, withNeighbours } from "#app/data/targets.server.ts";
import type { Json } from "#app/domain/channel-words.ts";
import { isLeavePlan, type LeavePlan, leftWith, onlyKeep } from "#app/domain/leave-plan.ts";
import type { House } from "./house.server.ts";
import { changeOf, hashOf, type PreviewWish } from "./preview-go-live.server.ts";

export type LeavePreviewWish = PreviewWish & { plan: Exclude<LeavePlan, "keep"> };

/** The preview's id, open for approval at once; null where this connection can only be left as it is. */
export async function previewLeave(house: House, wish: LeavePreviewWish): Promise<string | null> {
  const { sellerId, connectionId, plan } = wish;
  return house.db.write(sellerId, async (sql) => {
    const connection = await findConnection(sql, connectionId);
    if (connection === null || connection.sellerId !== sellerId || onlyKeep(connection) !== null) return null;
    const previewId = house.newId();
    const lines = await leaveLines(house, sql, connection, plan);
    await insertPlan(sql, { id: previewId, sellerId, connectionId, kind: "leave", plan: { numbers: plan } });
    await openWithLines(sql, sellerId, previewId, lines, hashOf(lines), house.newId);
    await appendAudit(sql, sellerId, [
      {
        id: house.newId(),
        connectionId,
        action: "preview.leave",
        subject: previewId,
        actorKey: wish.actorKey,
        facts: { numbers: plan },
        correlationId: previewId,
      },
    ]);
    return previewId;
  });
}

/** The live numbers as the plan would leave them; a rule's pause leaves a number alone. */
export async function leaveLines(house: House, sql: Sql, connection: ConnectionRow, plan: LeavePlan): Promise<PreviewLine[]> {
  const numbers = await sql.query<{ id: string; confirmed: number | null }>(
    `select q.id, q.confirmed from channel_quantity q where q.connection_id = $1 and q.seller_id = $2
       and exists (select from listing l where l.quantity_id = q.id and l.link_state = 'linked' and l.go_live = 'live') order by q.id`,
    [connection.id, connection.sellerId],
  );
  const mine = new Set(numbers.map((n) => n.id));
  const facts = await loadListingFacts(sql, await withNeighbours(sql, [...mine]));
  const rules = await loadRules(sql, connection.sellerId);
  // Leaving spends no money: what stands sold out on Etsy is not brought back for a fee.
  const asLeft = facts.map((f) => (mine.has(f.quantityId) ? { ...f, maySpend: false } : f));
  const wanted = new Map(decideTargets(asLeft, rules, house.now()).map((d) => [d.quantityId, d]));
  return numbers.map((n) => {
    const decision = wanted.get(n.id);
    const after = leftWith(plan, decision?.target ?? null);
    const steps = decision?.explained[0]?.explained.steps ?? [];
    const last = { kind: "leaving", result: after, figure: after, ruleId: null, scope: null };
    return {
      quantityId: n.id,
      before: n.confirmed,
      after,
      change: changeOf(n.confirmed, after),
      steps: (after === null || plan === "freeze" ? steps : [...steps, last]) as unknown as Json,
    };
  });
}

/** The plan that a preview was made for. */
export function planOf(plan: unknown): LeavePlan {
  const numbers = typeof plan === "object" && plan !== null && "numbers" in plan ? plan.numbers : null;
  if (!isLeavePlan(numbers)) throw new Error("this preview is of no leave plan");
  return numbers;
}
