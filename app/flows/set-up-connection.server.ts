/**
 * The steps between connecting and the preview: link by SKU, then set the opening. The seller asks for each; the worker does it,
 * since it takes long and reads the channel.
 */
import { ChannelError } from "#app/channels/errors.ts";
import {
  askForMatch,
  askForOpening,
  type CountsFrom,
  markMatched,
  markOpened,
  markStopped,
  readSetup,
  type SetupRow,
} from "#app/data/connection-setups.server.ts";
import type { House } from "./house.server.ts";
import { linkBySku } from "./link-listings.server.ts";
import { openConnection } from "./open-connection.server.ts";
import { underLease } from "./under-lease.server.ts";

export type SetupWish = { sellerId: string; actorKey: string; connectionId: string };

/** False where there is no such step to ask for (done already, or no set-up). */
export async function matchListings(house: House, wish: SetupWish): Promise<boolean> {
  const asked = await house.db.write(wish.sellerId, (sql) => askForMatch(sql, wish));
  if (asked) ringForSetup(house, wish.connectionId);
  return asked;
}

export async function setOpening(house: House, wish: SetupWish & { countsFrom: CountsFrom }): Promise<boolean> {
  const asked = await house.db.write(wish.sellerId, (sql) => askForOpening(sql, wish));
  if (asked) ringForSetup(house, wish.connectionId);
  return asked;
}

function ringForSetup(house: House, connectionId: string): void {
  house.doorbell.ringSoon({ job: "chores", chore: "setup", id: connectionId });
}

/** The worker's part: does what is asked for and not done. A step may be run again; what it did is found done. */
export async function continueSetup(house: House, connectionId: string): Promise<void> {
  await underLease(house, `setup:${connectionId}`, async () => {
    const setup = await readSetup(house.db.plain, connectionId);
    if (setup === null) return;
    await step(house, setup);
    house.announce(setup.sellerId, "connecting");
  });
}

async function step(house: House, setup: SetupRow): Promise<void> {
  const { connectionId, sellerId, actorKey } = setup;
  try {
    if (setup.matchAskedAt !== null && setup.matchedAt === null) {
      await linkBySku(house, sellerId, actorKey, [], connectionId);
      await house.db.write(sellerId, (sql) => markMatched(sql, connectionId));
    }
    if (setup.openAskedAt !== null && setup.openedAt === null) {
      await openConnection(house, { connectionId, actorKey, countsFrom: setup.countsFrom === "here" });
      await house.db.write(sellerId, (sql) => markOpened(sql, connectionId));
    }
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    await house.db.write(sellerId, (sql) => markStopped(sql, connectionId, error.message));
    house.log.warn("a set-up step stopped at its channel", { connectionId, sellerId, error });
  }
}
