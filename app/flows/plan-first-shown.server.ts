/**
 * Putting back what channels showed before our first write (settled.md 24). A number that is put back shows that, or what can be made,
 * whichever is less, in place of what the rules say; following the rules again is the same plan the other way round.
 */
import { z } from "zod";
import type { Sql } from "#app/data/database.server.ts";
import { firstShownOf, numbersOfPlan, putBackNumbers, storePutBack } from "#app/data/first-shown.server.ts";
import { lockQuantities } from "#app/data/quantities.server.ts";
import { retarget, withNeighbours } from "#app/data/targets.server.ts";
import { planKind, whatIf } from "./plan-kind.server.ts";

export const firstShownPlan = z.strictObject({
  act: z.enum(["put-back", "follow-rules"]),
  connectionId: z.uuid().nullable(),
  itemIds: z.array(z.uuid()).min(1).max(10_000).nullable(),
  /** Only numbers that this approved plan changed: taking it back. */
  undoes: z.uuid().nullable(),
});
export type FirstShownPlan = z.infer<typeof firstShownPlan>;

export const putBackFirstShown = planKind(firstShownPlan, {
  choosable: true,
  async lines(house, sql, sellerId, plan) {
    const wanted = await wantedNumbers(sql, sellerId, plan);
    const lines = await whatIf(house, sql, sellerId, { quantityIds: [...wanted.keys()], putBack: wanted });
    return lines.filter((line) => wanted.has(line.quantityId));
  },
  async apply(house, sql, who, plan, included) {
    // In the engine's order, before anything is written: two plans over the same numbers wait for each other.
    await lockQuantities(sql, await withNeighbours(sql, included));
    const sent = new Set(included);
    const wanted = new Map([...(await wantedNumbers(sql, who.sellerId, plan))].filter(([id]) => sent.has(id)));
    await storePutBack(sql, who.sellerId, wanted);
    const cause = { kind: "first-shown", id: who.correlationId, at: house.now() };
    const changed = await retarget(sql, who.sellerId, [...wanted.keys()], cause, house.now());
    return new Set(changed.map((c) => c.connectionId));
  },
});

/** By number: what it showed before us, or null for the rules again. */
async function wantedNumbers(sql: Sql, sellerId: string, plan: FirstShownPlan): Promise<Map<string, number | null>> {
  const wanted: Map<string, number | null> =
    plan.act === "put-back"
      ? await firstShownOf(sql, sellerId, plan)
      : new Map((await putBackNumbers(sql, sellerId, plan)).map((id) => [id, null]));
  if (plan.undoes === null) return wanted;
  const mine = new Set(await numbersOfPlan(sql, sellerId, plan.undoes));
  return new Map([...wanted].filter(([id]) => mine.has(id)));
}
