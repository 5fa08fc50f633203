/**
 * Lowerings that the engine itself wanted and the brake held back (docs/decisions/the-brake.md): what they are made from has changed
 * already, the numbers have not. Sending lets them follow; those that are kept stay where they are until a person changes something.
 */
import { z } from "zod";
import { numbersOfHold } from "#app/data/holds.server.ts";
import { releaseKept } from "#app/data/quantities.server.ts";
import { retarget } from "#app/data/targets.server.ts";
import { planKind, whatIf } from "./plan-kind.server.ts";

export const sendHeldNumbers = planKind(z.object({ holdId: z.uuid() }), {
  choosable: true,
  async lines(house, sql, sellerId, { holdId }) {
    const mine = await numbersOfHold(sql, sellerId, holdId);
    const lines = await whatIf(house, sql, sellerId, { quantityIds: mine });
    const held = new Set(mine);
    return lines.filter((line) => held.has(line.quantityId));
  },
  async apply(house, sql, who, { holdId }, included) {
    const mine = new Set(await numbersOfHold(sql, who.sellerId, holdId));
    const sent = included.filter((id) => mine.has(id));
    await releaseKept(sql, who.sellerId, sent);
    const cause = { kind: "held-numbers", id: who.correlationId, at: house.now() };
    const changed = await retarget(sql, who.sellerId, sent, cause, house.now());
    return new Set(changed.map((c) => c.connectionId));
  },
});
