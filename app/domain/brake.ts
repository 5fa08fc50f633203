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
