/**
 * What the other channels hold back while this one cannot be seen: the seller's choice, made with its effect before him. Taking even the
 * last unit shows zeroes and switches off listings, so it is stored only with the count that he was shown (settled.md 29).
 */
import { appendAudit } from "#app/data/audit.server.ts";
import { connectionsOf } from "#app/data/connections.server.ts";
import type { Sql } from "#app/data/database.server.ts";
import { numbersBesides, setBlindPolicy } from "#app/data/sight.server.ts";
import { decideTargets, type ListingFacts, loadListingFacts, loadRules } from "#app/data/targets.server.ts";
import type { Safety } from "#app/domain/sight.ts";
import type { House } from "./house.server.ts";

export const MOST_HELD_BACK = 1_000;

export type SafetyEffect = {
  /** Numbers on other channels that share an item with it. */
  shared: number;
  lowered: number;
  /** Units less on show over all of them. */
  units: number;
  zeroed: number;
  /** Of these, Etsy listings: they go off sale. */
  switchedOff: number;
};

const AT_ONCE = 1_000;

/** If the channel were lost now. Null where the seller has no such connection. */
export async function safetyEffect(house: House, sellerId: string, connectionId: string, wish: Safety): Promise<SafetyEffect | null> {
  return house.db.write(sellerId, async (sql) => {
    const connection = (await connectionsOf(sql, sellerId)).find((c) => c.id === connectionId);
    return connection === undefined ? null : effectIn(house, sql, sellerId, { connectionId, name: connection.name, ...wish });
  });
}

async function effectIn(house: House, sql: Sql, sellerId: string, lost: ListingFacts["unseen"][number]): Promise<SafetyEffect> {
  const effect: SafetyEffect = { shared: 0, lowered: 0, units: 0, zeroed: 0, switchedOff: 0 };
  const rules = await loadRules(sql, sellerId);
  const ids = await numbersBesides(sql, sellerId, lost.connectionId);
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const facts = (await loadListingFacts(sql, ids.slice(from, from + AT_ONCE))).map((f) => ({
      ...f,
      unseen: f.unseen.filter((u) => u.connectionId !== lost.connectionId),
    }));
    const channels = new Map(facts.map((f) => [f.quantityId, f.channel]));
    const seen = decideTargets(facts, rules, house.now());
    const held = new Map(
      decideTargets(
        facts.map((f) => ({ ...f, unseen: lost.units > 0 ? [...f.unseen, lost] : f.unseen })),
        rules,
        house.now(),
      ).map((d) => [d.quantityId, d.target]),
    );
    for (const { quantityId, target } of seen) {
      const then = held.get(quantityId) ?? null;
      if (target === null || then === null) continue;
      effect.shared++;
      effect.units += target - then;
      if (then < target) effect.lowered++;
      if (then === 0 && target > 0) effect.zeroed++;
      if (then === 0 && target > 0 && channels.get(quantityId) === "etsy") effect.switchedOff++;
    }
  }
  return effect;
}

export type PolicyWish = Safety & {
  sellerId: string;
  actorKey: string;
  connectionId: string;
  /** The count of zeroes that he was shown. */
  shownZeroes: number;
};

/** "changed": more would be zeroed than was shown; look again. The sweep makes it follow where the channel is unseen right now. */
export async function chooseBlindPolicy(house: House, wish: PolicyWish): Promise<"stored" | "changed" | "refused"> {
  const units = Math.trunc(wish.units);
  if (!(units >= 0 && units <= MOST_HELD_BACK)) return "refused";
  const policy: Safety = { units, lastUnit: wish.lastUnit && units > 0 };
  const effect = await safetyEffect(house, wish.sellerId, wish.connectionId, policy);
  if (effect === null) return "refused";
  if (effect.zeroed > wish.shownZeroes) return "changed";
  const stored = await house.db.write(wish.sellerId, async (sql) => {
    if (!(await setBlindPolicy(sql, wish.sellerId, wish.connectionId, policy))) return false;
    await appendAudit(sql, wish.sellerId, [
      {
        ...{ id: house.newId(), connectionId: wish.connectionId, action: "choose.blind-policy", subject: wish.connectionId },
        ...{ actorKey: wish.actorKey, facts: { ...policy, shownZeroes: wish.shownZeroes }, correlationId: house.newId() },
      },
    ]);
    return true;
  });
  if (!stored) return "refused";
  house.doorbell.ringSoon({ job: "chores", chore: "sight", id: wish.connectionId });
  house.announce(wish.sellerId, "channels");
  return "stored";
}
