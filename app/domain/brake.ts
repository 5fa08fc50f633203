/**
 * The brake (settled.md 28): how many distinct numbers were lowered without an order to explain it within a moving hour, and
 * whether one more is too many. Pure: `now` is passed in, the lowerings are what the log of shown numbers says.
 */
export type Lowering = { quantityId: string; at: Date; toZero: boolean };
export type BrakeLimits = { windowMs: number; share: number; zeroes: number; smallShop: number };

export const BRAKE_LIMITS: BrakeLimits = { windowMs: 3_600_000, share: 0.2, zeroes: 10, smallShop: 10 };

export type BrakeAnswer =
  | { hold: false }
  | { hold: true; because: "share" | "zeroes" | "whole-shop"; lowered: number; zeroed: number; base: number };

/**
 * @param recent lowerings without an order in the past, any age
 * @param wanted lowerings that would go out now
 * @param base linked live numbers of the seller
 */
export function askBrake(
  recent: readonly Lowering[],
  wanted: readonly Lowering[],
  base: number,
  now: Date,
  limits: BrakeLimits = BRAKE_LIMITS,
): BrakeAnswer {
  if (wanted.length === 0) return { hold: false };
  const since = now.getTime() - limits.windowMs;
  const inWindow = [...recent.filter((l) => l.at.getTime() > since), ...wanted];
  const lowered = new Set(inWindow.map((l) => l.quantityId)).size;
  const zeroed = new Set(inWindow.filter((l) => l.toZero).map((l) => l.quantityId)).size;
  const answer = (because: "share" | "zeroes" | "whole-shop"): BrakeAnswer => ({ hold: true, because, lowered, zeroed, base });
  if (base < limits.smallShop) return base > 1 && lowered >= base ? answer("whole-shop") : { hold: false };
  if (zeroed >= limits.zeroes) return answer("zeroes");
  // A share of a middling shop is a handful of numbers; one edit must never trip it.
  if (lowered > Math.max(2, Math.floor(base * limits.share))) return answer("share");
  return { hold: false };
}

/**
 * Causes of a target that explain a lowering by themselves, so that the brake neither asks about it nor counts it: an order or what
 * became of it; what a person did to one item or one number by hand; what a person approved row by row (each kind of plan, by its
 * name); going live and leaving, which are previewed; and blind mode (settled.md 29). Whatever is not named here is asked about.
 */
const BY_ORDER = ["order", "return"] as const;
const BY_PERSON = [
  ...["adjustment", "undo", "edit-decision", "count"],
  ...["rules", "rule-start", "restore", "first-shown", "stock-file", "tags", "links", "counting", "held-edits", "held-numbers", "resume"],
  ...["go-live", "leaving", "cancel-leaving"],
] as const;
const BLIND = ["blind", "blind-over"] as const;

export const EXPLAINED_CAUSES: readonly string[] = [...BY_ORDER, ...BY_PERSON, ...BLIND];

export function isExplained(causeKind: string | null): boolean {
  return causeKind !== null && EXPLAINED_CAUSES.includes(causeKind);
}

export function isPersons(causeKind: string): boolean {
  return (BY_PERSON as readonly string[]).includes(causeKind);
}

/**
 * What a number shows while a lowering of it waits, although what it is made from has changed already: what it showed then, less the
 * pieces that its items can no longer make since. So orders go on lowering it one by one, and nothing but them.
 * @param then units of each item that could be sold when it was held
 */
export function keptTarget(
  kept: number,
  then: Readonly<Record<string, number>>,
  now: readonly { itemId: string; available: number; units: number }[],
): number {
  const lost = now.map(({ itemId, available, units }) => Math.ceil(Math.max(0, (then[itemId] ?? available) - available) / units));
  return Math.max(0, kept - Math.max(0, ...lost));
}
