/**
 * Where one call carries the numbers of a whole listing (Etsy), those that are not to be changed go along as the reading before it showed
 * them. Where readings may be old, that would bring back what a neighbour showed before it was written or sold a moment ago.
 */
import type { Capabilities } from "#app/channels/port.ts";
import { neighboursMoveUntil, postpone } from "#app/data/quantities.server.ts";
import type { House } from "./house.server.ts";
import type { Planned } from "./planned-write.ts";

/** A listing whose numbers never rest is written all the same after so many times the age of a reading. */
const MOST_WAITS = 3;

/** Answers the writes that may go now; the others wait until every reading shows what their neighbours came to. */
export async function neighboursSettled(
  house: House,
  connectionId: string,
  { carriesNeighbours, staleReadMs }: Capabilities,
  planned: Planned[],
): Promise<Planned[]> {
  if (!carriesNeighbours || staleReadMs === 0 || planned.length === 0) return planned;
  const moving = await neighboursMoveUntil(
    house.db.plain,
    connectionId,
    planned.map((p) => p.row.id),
    staleReadMs,
  );
  const now = house.now().getTime();
  const waits = planned.filter(({ row }) => {
    const waited = row.dirtySince === null ? 0 : now - row.dirtySince.getTime();
    return moving.has(row.id) && waited < MOST_WAITS * staleReadMs;
  });
  for (const { row } of waits) await postpone(house.db.plain, [row.id], moving.get(row.id) ?? new Date(now));
  return planned.filter((p) => !waits.includes(p));
}
