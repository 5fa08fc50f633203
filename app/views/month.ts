/** A month of the seller's calendar, as days. */
import { localOf } from "#app/domain/zoned-time.ts";

export type Month = { month: string; from: Date; until: Date };

/** `asked` as YYYY-MM; anything else is the month that it is now in the zone. `from` and `until` are UTC midnights, for date columns. */
export function monthOf(asked: string | null, now: Date, timeZone: string): Month {
  const month = asked !== null && /^20\d\d-(0[1-9]|1[0-2])$/.test(asked) ? asked : localOf(now, timeZone).slice(0, 7);
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5))];
  return { month, from: new Date(Date.UTC(year, number - 1, 1)), until: new Date(Date.UTC(year, number, 1)) };
}
