/**
 * While a channel cannot be seen, the others hold back a little of what it also lists; once its orders were read past its return, that
 * is given back (design.md 6, settled.md 29). What is in force stands on the connection first, then every number is worked out again,
 * slice by slice, so that a crash between goes on where it was. The brake does not ask about it (domain/brake).
 */
import { appendAudit } from "#app/data/audit.server.ts";
import { connectionsInQuestion, numbersBesides, readSight, type SightRow, setSight, settleSafety } from "#app/data/sight.server.ts";
import { retarget } from "#app/data/targets.server.ts";
import { nextSight, type SightStep } from "#app/domain/sight.ts";
import type { House } from "./house.server.ts";
import { ringForWork } from "./ring.server.ts";
import { tellSight } from "./tell-sight.server.ts";
import { underLease } from "./under-lease.server.ts";

const NUMBERS_AT_ONCE = 500;

function stepOf(house: House, row: SightRow): SightStep {
  const { orderLagMs } = house.channels[row.channel].capabilities(row.settings);
  return nextSight(row.facts, row.state, row.policy, orderLagMs, house.now());
}

/** Connections where something is to be done: what the sweep rings for. */
export async function sightOwed(house: House): Promise<string[]> {
  const rows = await connectionsInQuestion(house.db.plain);
  return rows.filter((row) => !stepOf(house, row).done).map((row) => row.id);
}

export async function keepSight(house: House, connectionId: string): Promise<void> {
  await underLease(house, `sight:${connectionId}`, async () => {
    const row = await readSight(house.db.plain, connectionId);
    if (row === null) return;
    const step = stepOf(house, row);
    if (step.done) return;
    await house.db.write(row.sellerId, async (sql) => {
      const { since, kind } = step.unseen ?? { since: null, kind: null };
      await setSight(sql, connectionId, { since, kind, inForce: step.inForce, settled: false });
      await appendAudit(sql, row.sellerId, [
        {
          id: house.newId(),
          connectionId,
          action: step.unseen === null ? "sight.regained" : "sight.lost",
          subject: connectionId,
          actorKey: "engine",
          facts: { kind: kind ?? row.state.unseenKind, since: (since ?? row.state.unseenSince)?.toISOString() ?? null, ...step.inForce },
          correlationId: house.newId(),
        },
      ]);
    });
    const numbers = await followSafety(house, row, step);
    await house.db.write(row.sellerId, async (sql) => {
      await settleSafety(sql, connectionId, step.inForce);
      await tellSight(house, sql, row, step, numbers);
    });
    house.announce(row.sellerId, "channels");
  });
}

/** Works out every number besides it anew; answers how many there are. */
async function followSafety(house: House, row: SightRow, step: SightStep): Promise<number> {
  const ids = await numbersBesides(house.db.plain, row.sellerId, row.id);
  const touched = new Set<string>();
  for (let from = 0; from < ids.length; from += NUMBERS_AT_ONCE) {
    const slice = ids.slice(from, from + NUMBERS_AT_ONCE);
    const cause =
      step.unseen === null
        ? { kind: "blind-over", id: house.newId(), at: house.now() }
        : { kind: "blind", id: house.newId(), at: step.unseen.since };
    const changed = await house.db.write(row.sellerId, (sql) => retarget(sql, row.sellerId, slice, cause, house.now()));
    for (const { connectionId } of changed) touched.add(connectionId);
  }
  await ringForWork(house, row.sellerId, touched);
  return ids.length;
}
