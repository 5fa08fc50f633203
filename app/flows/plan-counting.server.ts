/**
 * Listings whose shop keeps no number for them begin to have one (Shopify: tracking, stocked at the receiving place). The rows say what
 * they would show; the shop itself is changed by the worker, begins at what it holds there (a new place: zero), and going live with the
 * number is a look of its own (law 5).
 */
import { z } from "zod";
import { askToCount, COUNTABLE, uncounted } from "#app/data/counting.server.ts";
import { decideTargets, loadListingFacts, loadRules, withNeighbours } from "#app/data/targets.server.ts";
import type { Json } from "#app/domain/channel-words.ts";
import { planKind } from "./plan-kind.server.ts";
import { changeOf } from "./preview-go-live.server.ts";

export { COUNTABLE };
export const countingPlan = z.strictObject({ connectionId: z.uuid(), reason: z.enum(COUNTABLE) });

export const countThere = planKind(countingPlan, {
  choosable: true,
  async lines(house, sql, sellerId, { connectionId, reason }) {
    const ids = await uncounted(sql, sellerId, connectionId, reason);
    if (ids.length === 0) return [];
    const mine = new Set(ids);
    const asIfCounted = (await loadListingFacts(sql, await withNeighbours(sql, ids))).map((f) =>
      mine.has(f.quantityId) && f.linkState === "linked" ? { ...f, goLive: "live", state: "active", shownState: "active" } : f,
    );
    const decided = new Map(decideTargets(asIfCounted, await loadRules(sql, sellerId), house.now()).map((d) => [d.quantityId, d]));
    return ids.map((quantityId) => {
      const decision = decided.get(quantityId);
      const after = decision?.target ?? null;
      const steps = (decision?.explained[0]?.explained.steps ?? []) as unknown as Json;
      return { quantityId, before: null, after, change: changeOf(null, after), steps };
    });
  },
  async apply(house, sql, who, { connectionId }, included) {
    await askToCount(sql, who.sellerId, included, who.actorKey);
    // Heard before this is committed it finds nothing; the sweep rings again.
    house.doorbell.ringSoon({ job: "chores", chore: "counting", id: connectionId });
    return new Set();
  },
});
