/**
 * A file of counts, once somebody said yes. The plan holds differences, not counts: what was sold between counting and approving
 * stays sold.
 */
import { z } from "zod";
import type { Sql } from "#app/data/database.server.ts";
import type { NewMovement } from "#app/data/ledger.server.ts";
import { lockItems } from "#app/data/takebacks.server.ts";
import { quantitiesOfItems, retarget } from "#app/data/targets.server.ts";
import { MOST_LINES } from "#app/domain/stock-file.ts";
import { bookMovements } from "./book-movements.server.ts";
import type { House } from "./house.server.ts";
import { type PlanActor, planKind, whatIf } from "./plan-kind.server.ts";

export const stockFilePlan = z.strictObject({
  /** Name of the file, for the record. */
  title: z.string().max(100),
  /** Units more or fewer on hand, by item. */
  items: z.array(z.strictObject({ itemId: z.uuid(), units: z.number().int() })).max(MOST_LINES),
  /** Lines that count what is known already. */
  same: z.number().int().nonnegative(),
  /** Lines that could not be used, the first of them. */
  problems: z.array(z.strictObject({ line: z.number().int(), sku: z.string(), problem: z.string() })),
  problemCount: z.number().int().nonnegative(),
  /** When it was counted (ISO 8601). */
  countedAt: z.coerce.date(),
});
export type StockFilePlan = z.infer<typeof stockFilePlan>;

export const countByFile = planKind(stockFilePlan, {
  choosable: false,
  async lines(house, sql, sellerId, plan) {
    const ids = await quantitiesOfItems(
      sql,
      plan.items.map((item) => item.itemId),
    );
    return whatIf(house, sql, sellerId, { quantityIds: ids, levels: new Map(plan.items.map((item) => [item.itemId, item.units])) });
  },
  async apply(house, sql, who, plan) {
    const itemIds = plan.items.map((item) => item.itemId);
    await lockItems(sql, who.sellerId, itemIds);
    await book(house, sql, who, plan);
    const cause = { kind: "stock-file", id: who.correlationId, at: house.now() };
    const changed = await retarget(sql, who.sellerId, await quantitiesOfItems(sql, itemIds), cause, house.now());
    return new Set(changed.map((c) => c.connectionId));
  },
});

async function book(house: House, sql: Sql, who: PlanActor, plan: StockFilePlan): Promise<void> {
  const movements = plan.items.map(
    ({ itemId, units }): NewMovement => ({
      ...{ id: house.newId(), itemId, kind: "import", onHandDelta: units, reservedDelta: 0 },
      ...{ orderId: null, orderLineId: null, sequence: 0, connectionId: null, undoes: null },
      note: plan.title,
      dedupeKey: `import:${who.previewId}:${itemId}`,
      actorKey: who.actorKey,
      correlationId: who.correlationId,
      occurredAt: house.now(),
    }),
  );
  await bookMovements(house, sql, who.sellerId, movements);
}
