/** Beginning rules whose moment came but which waited for a yes, because they would now do far more than was approved. */
import { z } from "zod";
import { closeAlerts } from "#app/data/audit.server.ts";
import { lockRules, markBegun } from "#app/data/rules.server.ts";
import { retarget } from "#app/data/targets.server.ts";
import { planKind, whatIf } from "./plan-kind.server.ts";
import { takingPart, waitsKey } from "./plan-rules.server.ts";

export const beginRules = planKind(z.object({ ruleIds: z.array(z.uuid()).max(200), title: z.string().max(100).nullable() }), {
  choosable: false,
  async lines(house, sql, sellerId, { ruleIds }) {
    const waiting = await lockRules(sql, sellerId, ruleIds);
    const others = (rules: { id: string }[]) => new Set(rules.map((rule) => rule.id));
    return whatIf(house, sql, sellerId, {
      quantityIds: await takingPart(sql, sellerId),
      rules: (current) => [...current, ...waiting.filter((rule) => !others(current).has(rule.id))],
    });
  },
  async apply(house, sql, who, { ruleIds }) {
    const waiting = await lockRules(sql, who.sellerId, ruleIds);
    const ids = waiting.map((rule) => rule.id);
    await markBegun(sql, who.sellerId, ids, house.now());
    await closeAlerts(sql, who.sellerId, ids.map(waitsKey));
    const cause = { kind: "rules", id: who.correlationId, at: house.now() };
    const changed = await retarget(sql, who.sellerId, await takingPart(sql, who.sellerId), cause, house.now());
    return new Set(changed.map((c) => c.connectionId));
  },
});
