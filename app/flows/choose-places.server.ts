/** The seller says which places of his shop count and where numbers are written; the shop is then looked through anew. */
import { appendAudit } from "#app/data/audit.server.ts";
import { bringForward } from "#app/data/feeds.server.ts";
import { activeLocations, storeLocationChoice } from "#app/data/locations.server.ts";
import { chooseLocations, countsChange, type LocationProblem, type LocationWish } from "#app/domain/choose-locations.ts";
import type { House } from "./house.server.ts";

export type PlacesWish = LocationWish & { sellerId: string; actorKey: string; connectionId: string };

export async function choosePlaces(house: House, wish: PlacesWish): Promise<"chosen" | LocationProblem> {
  const { sellerId, connectionId, actorKey } = wish;
  const outcome = await house.db.write(sellerId, async (sql) => {
    const [connection] = await sql.query<{ lifecycle: string }>(
      `select lifecycle::text as lifecycle from connection where id = $1 and seller_id = $2 for update`,
      [connectionId, sellerId],
    );
    const known = await activeLocations(sql, sellerId, connectionId);
    const chosen = chooseLocations(known, wish);
    if (typeof chosen === "string") return chosen;
    const recount = countsChange(known, chosen);
    if (recount && connection?.lifecycle !== "observe") return "counted-while-live";
    await storeLocationChoice(sql, sellerId, connectionId, chosen);
    if (recount) await bringForward(sql, connectionId, "listings");
    const facts = { counted: chosen.filter((l) => l.counted).length, of: chosen.length };
    await appendAudit(sql, sellerId, [
      {
        ...{ id: house.newId(), connectionId, action: "choose.locations", subject: connectionId, actorKey, facts },
        correlationId: house.newId(),
      },
    ]);
    return recount ? "recount" : "chosen";
  });
  if (outcome === "recount") house.doorbell.ringSoon({ job: "chores", chore: "import", id: connectionId });
  house.announce(sellerId, "channels");
  return outcome === "recount" ? "chosen" : outcome;
}
