/** The hour in which a seller's shop is asked for what need not be asked by day. */
import { localOf, momentOf } from "./zoned-time.ts";

const BEGINS = "03:";
const DAY_MS = 86_400_000;

/** The next time that it is 03:MM at the seller's, later than `now`. The minute (0 to 59) spreads the connections. */
export function nextNight(now: Date, timeZone: string, minute: number): Date {
  const time = `${BEGINS}${String(minute % 60).padStart(2, "0")}`;
  for (const days of [0, 1, 2]) {
    const day = localOf(new Date(now.getTime() + days * DAY_MS), timeZone).slice(0, 10);
    const at = momentOf(`${day}T${time}`, timeZone);
    if (at !== null && at > now) return at;
  }
  throw new Error(`no night in ${timeZone}`);
}

/** Today's date at the seller's, as YYYY-MM-DD. */
export function dayOf(at: Date, timeZone: string): string {
  return localOf(at, timeZone).slice(0, 10);
}
