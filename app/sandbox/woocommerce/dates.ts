/** The shop's two clocks: UTC and site time, both written without a zone. The site is deliberately not on UTC, nor on a full hour. */
export const SITE_TIME_ZONE = "Asia/Kolkata";
export const SITE_OFFSET_HOURS = 5.5;
const SITE_OFFSET_MS = SITE_OFFSET_HOURS * 3_600_000;

/** 2026-11-23T13:31:37: one-second resolution, no suffix. */
export function gmt(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}

export function siteTime(ms: number): string {
  return gmt(ms + SITE_OFFSET_MS);
}

export function bothTimes(name: string, ms: number | null): Record<string, string | null> {
  return { [name]: ms === null ? null : siteTime(ms), [`${name}_gmt`]: ms === null ? null : gmt(ms) };
}

const SHAPE = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?([Zz]|[+-]\d{2}(?::?\d{2})?)?$/;

/** A date argument as milliseconds; null = not a date. Without a zone it is site time, unless the caller said that dates are GMT. */
export function readDate(text: string, datesAreGmt: boolean): number | null {
  const match = SHAPE.exec(text);
  if (!match) return null;
  const ms = Date.parse(match[1] ? text.replace(" ", "T") : `${text.replace(" ", "T")}Z`);
  if (Number.isNaN(ms)) return null;
  return match[1] || datesAreGmt ? ms : ms - SITE_OFFSET_MS;
}
