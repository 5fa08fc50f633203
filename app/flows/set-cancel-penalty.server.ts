/** The seller says how much a cancellation hurts on one of his channels; the oversell desk weighs its advice by it. */
import { appendAudit } from "#app/data/audit.server.ts";
import { isPenalty } from "#app/domain/cancel-penalty.ts";
import type { House } from "./house.server.ts";

/** False where it is no weight, or not his channel. */
export async function setCancelPenalty(
  house: House,
  wish: { sellerId: string; actorKey: string; connectionId: string; penalty: number },
): Promise<boolean> {
  const { sellerId, actorKey, connectionId, penalty } = wish;
  if (!isPenalty(penalty)) return false;
  return house.db.write(sellerId, async (sql) => {
    const changed = await sql.query(
      `update connection set settings = settings || jsonb_build_object('cancelPenalty', $3::int) where id::text = $1 and seller_id = $2 returning id`,
      [connectionId, sellerId, penalty],
    );
    if (changed.length === 0) return false;
    await appendAudit(sql, sellerId, [
      {
        ...{ id: house.newId(), connectionId, action: "set.cancel-penalty", subject: connectionId, actorKey, facts: { penalty } },
        correlationId: house.newId(),
      },
    ]);
    return true;
  });
}
