/** A rule of the seller or of one connection, stored as a new version, with every number recomputed in the same transaction. */
import { quantitiesOfItems, retarget } from "#app/data/targets.server.ts";
import type { House } from "#app/flows/house.server.ts";
import { ringForWork } from "#app/flows/ring.server.ts";
import type { RuleFields } from "./order-book.ts";

export async function setRule(house: House, wish: { sellerId: string; connectionId: string | null; fields: RuleFields }): Promise<void> {
  const { sellerId, connectionId, fields } = wish;
  const touched = new Set<string>();
  await house.db.write(sellerId, async (sql) => {
    touched.clear();
    await sql.query(
      `update rule set replaced_at = clock_timestamp() where seller_id = $1 and connection_id is not distinct from $2::uuid and replaced_at is null`,
      [sellerId, connectionId],
    );
    await sql.query(
      `insert into rule (id, seller_id, scope, connection_id, buffer, percent, cap, floor, actor_key) values ($1, $2, $3, $4, $5, $6, $7, $8, 'demo')`,
      [
        house.newId(),
        sellerId,
        connectionId === null ? "seller" : "connection",
        connectionId,
        fields.buffer,
        fields.percent,
        fields.cap,
        fields.floor,
      ],
    );
    const items = await sql.query<{ id: string }>("select id from stock_item where seller_id = $1 order by id for no key update", [
      sellerId,
    ]);
    const numbers = await quantitiesOfItems(
      sql,
      items.map((i) => i.id),
    );
    const changed = await retarget(sql, sellerId, numbers, { kind: "rules", id: house.newId(), at: house.now() }, house.now());
    for (const each of changed) touched.add(each.connectionId);
  });
  await ringForWork(house, sellerId, touched);
}
