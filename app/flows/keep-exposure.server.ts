/**
 * The clock that adds up exposure: every few minutes, what was proved since. Each seller goes on from where he was left, day by day, so
 * that a night without a worker is caught up with and nothing counts twice.
 */
import { addUp, lockStretch, sellersToAddUp } from "#app/data/exposure.server.ts";
import { acquireLease } from "#app/data/lease.server.ts";
import type { House } from "./house.server.ts";

const EVERY_MS = 300_000;
/** A row may be written some seconds before its transaction shows it; by then it must not lie in a stretch that is closed. */
const SETTLED_AFTER_MS = 60_000;

/** One worker per turn: the lease is left to run out. */
export async function keepExposureSteadily(house: House): Promise<void> {
  if ((await acquireLease(house.db.plain, "clock:exposure", house.newId(), EVERY_MS * 0.9)) !== null) await keepExposure(house);
}

export async function keepExposure(house: House): Promise<void> {
  const until = new Date(house.now().getTime() - SETTLED_AFTER_MS);
  for (const sellerId of await sellersToAddUp(house.db.plain, until)) {
    try {
      while (await addUpNext(house, sellerId, until));
    } catch (error) {
      // One seller's trouble must not keep the others' figures old; the next turn tries again.
      house.log.warn("exposure was not added up", { sellerId, error: error instanceof Error ? error.message : String(error) });
    }
  }
}

/** One stretch in one transaction: its rows, and that it is done. */
function addUpNext(house: House, sellerId: string, until: Date): Promise<boolean> {
  return house.db.write(sellerId, async (sql) => {
    const stretch = await lockStretch(sql, sellerId, until);
    if (stretch === null) return false;
    await addUp(sql, sellerId, stretch);
    return true;
  });
}
