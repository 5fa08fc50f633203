/**
 * The clocks of a worker: rings for every difference, delivery and poll that stands still, so that losing the queue loses no work
 * (law 3). Plain timers in every worker; claims and leases in the database keep them from doing a thing twice.
 */
import { connectionsToCount } from "#app/data/counting.server.ts";
import { claimDue } from "#app/data/feeds.server.ts";
import { holdsToWorkOut } from "#app/data/holds.server.ts";
import { connectionsWithWaiting } from "#app/data/inbound-events.server.ts";
import { acquireLease } from "#app/data/lease.server.ts";
import { connectionsWithWork, doubtLateWrites } from "#app/data/quantities.server.ts";
import { connectionsWithDueLooks } from "#app/data/wanted-looks.server.ts";
import type { ChannelName } from "#app/domain/channel-words.ts";
import type { House } from "./house.server.ts";
import { sightOwed } from "./keep-sight.server.ts";

/** Rings for what waits. One worker per interval: the lease is left to run out. */
export async function sweep(house: House): Promise<void> {
  const lease = await acquireLease(house.db.plain, "clock:sweep", house.newId(), house.pace.sweepMs * 0.9);
  if (lease === null) return;
  await doubtLateWrites(house.db.plain);
  for (const { id, channel } of await connectionsWithWaiting(house.db.plain)) {
    house.doorbell.ringSoon({ job: "apply-events", channel: channel as ChannelName, connectionId: id });
  }
  for (const { id, channel } of await connectionsWithWork(house.db.plain)) {
    house.doorbell.ringSoon({ job: "drain-connection", channel: channel as ChannelName, connectionId: id });
  }
  for (const id of await connectionsWithDueLooks(house.db.plain)) house.doorbell.ringSoon({ job: "chores", chore: "named-look", id });
  for (const id of await connectionsToCount(house.db.plain)) house.doorbell.ringSoon({ job: "chores", chore: "counting", id });
  for (const id of await sightOwed(house)) house.doorbell.ringSoon({ job: "chores", chore: "sight", id });
  for (const id of await holdsToWorkOut(house.db.plain)) house.doorbell.ringSoon({ job: "chores", chore: "preview", id });
}

const POLLS_AT_ONCE = 200;
/** A look says itself when the next one is due; this is for one that broke off without saying. */
const LOOK_RESERVE_MS = 60_000;
/** A check of orders that was broken off goes on after this time. */
const CHECK_RESERVE_MS = 300_000;

/** Rings for the connections whose orders, numbers, webhooks or listings are due for reading. */
export async function ringDuePolls(house: House): Promise<void> {
  for (const { id, channel } of await claimDue(house.db.plain, "orders", Math.max(house.pace.pollMs, 2_000), POLLS_AT_ONCE)) {
    house.doorbell.ringSoon({ job: "poll-connection", channel: channel as ChannelName, connectionId: id });
  }
  for (const { id } of await claimDue(house.db.plain, "webhooks", house.pace.watchMs, POLLS_AT_ONCE)) {
    house.doorbell.ringSoon({ job: "chores", chore: "watch", id });
  }
  for (const { id } of await claimDue(house.db.plain, "check", CHECK_RESERVE_MS, POLLS_AT_ONCE)) {
    house.doorbell.ringSoon({ job: "chores", chore: "check", id });
  }
  for (const { id, channel } of await claimDue(house.db.plain, "scan", LOOK_RESERVE_MS, POLLS_AT_ONCE)) {
    house.doorbell.ringSoon({ job: "look-at-numbers", channel: channel as ChannelName, connectionId: id });
  }
  for (const { id } of await claimDue(house.db.plain, "listings", 600_000, POLLS_AT_ONCE)) {
    house.doorbell.ringSoon({ job: "chores", chore: "import", id });
  }
}
