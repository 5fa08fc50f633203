/** The seller says how an oversell was settled: what was done, about which order, at what cost. The record keeps it with his name. */
import { appendAudit } from "#app/data/audit.server.ts";
import { caseOrderIds, type Settled, settleCase } from "#app/data/oversells.server.ts";
import type { House } from "./house.server.ts";
import { solvedOversold } from "./tell-seller.server.ts";

export const SETTLEMENTS = ["cancelled", "found", "bought", "other"] as const;
export type Settlement = (typeof SETTLEMENTS)[number];

export type SettleWish = {
  sellerId: string;
  actorKey: string;
  caseId: string;
  did: Settlement;
  /** Which order was cancelled; only with "cancelled". */
  orderId: string | null;
  cost: { minor: number; currency: string } | null;
  note: string | null;
};

export type SettleAnswer = "settled" | "gone" | "which-order";

export async function closeOversell(house: House, wish: SettleWish): Promise<SettleAnswer> {
  const answer = await house.db.write(wish.sellerId, async (sql): Promise<SettleAnswer> => {
    const cancelled = wish.did === "cancelled" ? wish.orderId : null;
    if (wish.did === "cancelled" && (cancelled === null || !(await caseOrderIds(sql, wish.sellerId, wish.caseId)).includes(cancelled)))
      return "which-order";
    const how: Settled = {
      ...{ decision: wish.did, orderId: cancelled, closedBy: wish.actorKey, note: wish.note },
      ...{ costMinor: wish.cost?.minor ?? null, costCurrency: wish.cost?.currency ?? null },
    };
    const itemId = await settleCase(sql, wish.sellerId, wish.caseId, how);
    if (itemId === null) return "gone";
    await solvedOversold(sql, wish.sellerId, [itemId]);
    await appendAudit(sql, wish.sellerId, [
      {
        ...{ id: house.newId(), connectionId: null, action: "close.oversell", subject: wish.caseId, actorKey: wish.actorKey },
        facts: { did: wish.did, orderId: cancelled, costMinor: how.costMinor, currency: how.costCurrency, note: wish.note, itemId },
        correlationId: wish.caseId,
      },
    ]);
    return "settled";
  });
  if (answer === "settled") house.announce(wish.sellerId, "alerts");
  return answer;
}
