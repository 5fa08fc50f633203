/** "Try now": forgets the back-off of one number, or of all of a connection, and rings. */
import { connectionsOf } from "#app/data/connections.server.ts";
import type { House } from "./house.server.ts";
import { ringForWork } from "./ring.server.ts";

export async function retryNow(
  house: House,
  wish: { sellerId: string; quantityId: string } | { sellerId: string; connectionId: string },
): Promise<void> {
  const ids = await house.db.write(wish.sellerId, async (sql) => {
    const one = "quantityId" in wish;
    const rows = await sql.query<{ id: string }>(
      `update channel_quantity set next_attempt_at = null, attempts = 0 where seller_id = $1 and ${one ? "id" : "connection_id"} = $2 and dirty returning connection_id as id`,
      [wish.sellerId, one ? wish.quantityId : wish.connectionId],
    );
    const mine = new Set((await connectionsOf(sql, wish.sellerId)).map((c) => c.id));
    return new Set(rows.map((r) => r.id).filter((id) => mine.has(id)));
  });
  await ringForWork(house, wish.sellerId, ids);
}
