/** The versions of the platforms' interfaces that we use, and the days on which they end: the operator's line in the log. */
import { acquireLease } from "#app/data/lease.server.ts";
import { CHANNELS } from "#app/domain/channel-words.ts";
import { daysLeft, dueStep, VERSION_STEPS } from "#app/domain/countdown.ts";
import type { House } from "./house.server.ts";

const DAY_MS = 86_400_000;

/** One line per ending version and day for the whole installation: the lease is left to run out. */
export async function watchVersionsDaily(house: House): Promise<void> {
  if ((await acquireLease(house.db.plain, "clock:versions", house.newId(), DAY_MS * 0.98)) !== null) watchVersions(house);
}

/** Warns from 90 days on; from 7 days on, and after the end, it is an error. */
export function watchVersions(house: Pick<House, "channels" | "log" | "now">): void {
  for (const channel of CHANNELS) {
    const { version, endsOn } = house.channels[channel].apiVersion;
    if (endsOn === null) continue;
    const ends = new Date(endsOn);
    const left = daysLeft(ends, house.now());
    const step = dueStep(ends, house.now(), VERSION_STEPS);
    if (step === null && left > 0) continue;
    const facts = { channel, version, endsOn, daysLeft: left, warning: step };
    if (step === null || step <= 7) house.log.error("the platform's interface that we use ends within days", facts);
    else house.log.warn("the platform's interface that we use ends soon", facts);
  }
}
