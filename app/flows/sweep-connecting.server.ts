/** The clock of connecting: destroys keys that nobody confirmed in time, and rings for steps whose doorbell was lost. */
import { attemptsWithWork, expireAttempts } from "#app/data/connect-attempts.server.ts";
import { setupsWithWork } from "#app/data/connection-setups.server.ts";
import { joinsWithWork } from "#app/data/join-codes.server.ts";
import { acquireLease } from "#app/data/lease.server.ts";
import { connectionsLeaving } from "#app/data/leaving.server.ts";
import { expireOffers, movesWithWork } from "#app/data/moves.server.ts";
import { grantsWithWork } from "#app/data/shopify-grants.server.ts";
import type { Chore } from "#app/jobs/definitions.ts";
import type { House } from "./house.server.ts";

/** One worker per interval: the lease is left to run out. */
export async function sweepConnecting(house: House): Promise<void> {
  const lease = await acquireLease(house.db.plain, "clock:connecting", house.newId(), house.pace.sweepMs * 0.9);
  if (lease === null) return;
  for (const sellerId of await expireAttempts(house.db.plain)) house.announce(sellerId, "connecting");
  for (const sellerId of await expireOffers(house.db.plain)) house.announce(sellerId, "moves");
  const ring = (chore: Chore, ids: string[]) => {
    for (const id of ids) house.doorbell.ringSoon({ job: "chores", chore, id });
  };
  ring("connect", await attemptsWithWork(house.db.plain));
  ring("setup", await setupsWithWork(house.db.plain));
  ring("join", await joinsWithWork(house.db.plain));
  ring("install", await grantsWithWork(house.db.plain));
  ring("leave", await connectionsLeaving(house.db.plain));
  ring("move", await movesWithWork(house.db.plain));
}
