/**
 * Reads single values out of what a shop sent. Plugins and hands write odd things: a value that does not fit throws OddValue, which
 * a webhook answers by parking the delivery and a reading by refusing the one thing it concerns.
 */
export class OddValue extends Error {
  override readonly name = "OddValue";
}

export type Fields = Readonly<Record<string, unknown>>;

export function asFields(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new OddValue(`${what} is not an object`);
  return value as Fields;
}

export function asList(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new OddValue(`${what} is not a list`);
  return value;
}

/** Database ids: positive whole numbers; 0 where `orZero`. */
export function idOf(value: unknown, what: string): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) throw new OddValue(`${what} is not an id`);
  return value;
}

export const MOST_UNITS = 2_147_483_647;

/**
 * Units of something, whole ones: plugins allow decimal stock, of which half a unit on the shelf sells nothing (down) and half a
 * unit sold takes a whole one (up), and some write it as text. Throws OddValue for anything but a number in range.
 */
export function unitsOf(value: unknown, what: string, round: "down" | "up" = "down"): number {
  const number = typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) throw new OddValue(`${what} is not a number`);
  const whole = round === "up" ? Math.ceil(number) : Math.floor(number);
  if (Math.abs(whole) > MOST_UNITS) throw new OddValue(`${what} is beyond range`);
  return whole;
}

/** Meta values travel as strings or numbers, as the plugin that wrote them liked. */
export function looseUnits(value: unknown, what: string): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return unitsOf(number, what, "up");
}

const MOST_TEXT = 500;

/** Text that every database takes: well-formed, without the zero sign. */
export function textOf(value: unknown, what: string): string {
  if (typeof value !== "string") throw new OddValue(`${what} is not text`);
  if (value.includes("\0") || !value.isWellFormed()) throw new OddValue(`${what} holds signs that are no text`);
  return value.slice(0, MOST_TEXT).toWellFormed();
}

/** `*_gmt` dates come without a zone; they are UTC. */
export function gmtDate(value: unknown, what: string): Date {
  const text = textOf(value, what);
  const date = new Date(/(?:[Zz]|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}Z`);
  if (!/^\d{4}-\d{2}-\d{2}T/.test(text) || Number.isNaN(date.getTime())) throw new OddValue(`${what} is not a date`);
  return date;
}

/** The form in which dates are asked for: UTC, whole seconds, no zone, together with dates_are_gmt. */
export function asGmtArgument(date: Date): string {
  return date.toISOString().slice(0, 19);
}
