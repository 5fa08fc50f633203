/** Writing again after it was stopped, for everything or one connection: what would be written now is shown before it goes out. */
import { z } from "zod";
import { connectionsOf, mayWrite } from "#app/data/connections.server.ts";
import { unwrittenNumbers } from "#app/data/quantities.server.ts";
import { decideTargets, loadListingFacts, loadRules, withNeighbours } from "#app/data/targets.server.ts";
import type { Json } from "#app/domain/channel-words.ts";
import { setPausedIn, setStoppedIn } from "./pause-connection.server.ts";
import { planKind } from "./plan-kind.server.ts";
import { changeOf } from "./preview-go-live.server.ts";

export const resumePlan = z.object({
  /** Null = everything that was stopped together. A connection that is paused by itself stays paused then. */
  connectionId: z.uuid().nullable(),
});

export const resumeWriting = planKind(resumePlan, {
  choosable: false,
  async lines(house, sql, sellerId, { connectionId }) {
    const numbers = await unwrittenNumbers(sql, sellerId, connectionId);
    const facts = await loadListingFacts(
      sql,
      await withNeighbours(
        sql,
        numbers.map((n) => n.id),
      ),
    );
    const decided = new Map(decideTargets(facts, await loadRules(sql, sellerId), house.now()).map((d) => [d.quantityId, d]));
    return numbers.map(({ id, confirmed, target }) => ({
      ...{ quantityId: id, before: confirmed, after: target, change: changeOf(confirmed, target) },
      steps: (decided.get(id)?.explained[0]?.explained.steps ?? []) as unknown as Json,
    }));
  },
  async apply(house, sql, who, { connectionId }) {
    if (connectionId !== null) {
      await setPausedIn(house, sql, { ...who, connectionId }, false);
      return new Set([connectionId]);
    }
    await setStoppedIn(house, sql, who, false);
    return new Set((await connectionsOf(sql, who.sellerId)).filter(mayWrite).map((c) => c.id));
  },
});
