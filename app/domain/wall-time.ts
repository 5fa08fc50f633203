/** A moment as a clock on the seller's wall shows it, to the minute, as a form's field writes it: 2026-11-23T14:05. */

export function wallTime(moment: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    ...{ timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" },
  }).formatToParts(moment);
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

/**
 * The moment that a wall clock showed; also takes an exact moment in UTC. Of an hour that a clock shows twice, the first; one that it
 * skips is read as the hour after. Null for what is none.
 */
export function momentOf(text: string, timeZone: string): Date | null {
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text)) return validDate(new Date(text));
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(text)) return null;
  const asUtc = validDate(new Date(`${text}:00Z`));
  if (asUtc === null) return null;
  const off = (at: Date) => new Date(`${wallTime(at, timeZone)}:00Z`).getTime() - at.getTime();
  const day = 86_400_000;
  // The offset changes at most once between the day before and the day after: one of the two is the right one.
  const candidates = [off(new Date(asUtc.getTime() - day)), off(new Date(asUtc.getTime() + day))].map(
    (ms) => new Date(asUtc.getTime() - ms),
  );
  return candidates.find((at) => wallTime(at, timeZone) === text) ?? candidates[0] ?? null;
}

function validDate(date: Date): Date | null {
  return Number.isNaN(date.getTime()) ? null : date;
}
