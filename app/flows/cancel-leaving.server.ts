/** The seller stays after all: possible until the keys are destroyed. What the plan has changed comes back by the usual way, orders first. */
import { appendAudit } from "#app/data/audit.server.ts";
import { doubtConnection } from "#app/data/doubts.server.ts";
import { cancelLeavingRow, quantityIdsOf } from "#app/data/leaving.server.ts";
import { retarget } from "#app/data/targets.server.ts";
import type { LeaveWish } from "./disconnect-account.server.ts";
import { ringForLeaving } from "./disconnect-account.server.ts";
import type { House } from "./house.server.ts";
import { ringForWork } from "./ring.server.ts";

/** False where it is too late, or nothing is being left. */
export async function cancelLeaving(house: House, wish: LeaveWish): Promise<boolean> {
  const { sellerId, connectionId } = wish;
  const touched = await house.db.write(sellerId, async (sql) => {
    const leaving = await cancelLeavingRow(sql, sellerId, connectionId);
    if (leaving === null) return null;
    await appendAudit(sql, sellerId, [
      {
        id: house.newId(),
        connectionId,
        action: "cancel.leaving",
        subject: connectionId,
        actorKey: wish.actorKey,
        facts: { numbers: leaving.plan },
        correlationId: leaving.id,
      },
    ]);
    await doubtConnection(sql, connectionId, "it was about to be disconnected");
    const ids = await quantityIdsOf(sql, connectionId);
    const changed = await retarget(sql, sellerId, ids, { kind: "cancel-leaving", id: leaving.id, at: house.now() }, house.now());
    return new Set([connectionId, ...changed.map((c) => c.connectionId)]);
  });
  if (touched === null) return false;
  ringForLeaving(house, sellerId, connectionId);
  await ringForWork(house, sellerId, touched);
  return true;
}
