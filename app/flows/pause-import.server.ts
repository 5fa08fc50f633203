/** The seller stops reading a channel's listings for the time being, or lets it go on where it stood. */
import { appendAudit } from "#app/data/audit.server.ts";
import { setFeedPaused } from "#app/data/feeds.server.ts";
import type { House } from "./house.server.ts";

export type ImportWish = { sellerId: string; actorKey: string; connectionId: string };

export async function pauseImport(house: House, wish: ImportWish): Promise<void> {
  await setPaused(house, wish, true);
}

export async function resumeImport(house: House, wish: ImportWish): Promise<void> {
  await setPaused(house, wish, false);
  house.doorbell.ringSoon({ job: "chores", chore: "import", id: wish.connectionId });
}

async function setPaused(house: House, wish: ImportWish, paused: boolean): Promise<void> {
  await house.db.write(wish.sellerId, async (sql) => {
    const { sellerId, connectionId } = wish;
    if (!(await setFeedPaused(sql, { sellerId, connectionId, kind: "listings" }, paused)))
      throw new Error("this connection does not exist");
    await appendAudit(sql, sellerId, [
      {
        id: house.newId(),
        connectionId,
        action: paused ? "pause.import" : "resume.import",
        subject: connectionId,
        actorKey: wish.actorKey,
        facts: {},
        correlationId: house.newId(),
      },
    ]);
  });
  house.announce(wish.sellerId, "listings");
}
