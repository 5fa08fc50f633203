/**
 * Orders are state, the ledger is the difference (design.md, law 2). A snapshot says what each line should hold of each item
 * now; what the ledger recorded for it is subtracted; the rest is appended. A snapshot seen twice therefore adds nothing.
 */
export type ComponentUnits = { itemId: string; units: number };

export type LineState = {
  held: number;
  consumed: number;
  /** Units booked as returned because the shown number rose (eBay, Etsy). */
  returned: number;
  /** State at the baseline of the connection: contained in the opening count. Zero for orders placed after it. */
  baselineHeld: number;
  baselineConsumed: number;
};

export type Effect = { onHand: number; reserved: number };

/** What the ledger should hold for one line and one item with `units` of it per piece. */
export function desiredEffect(line: LineState, units: number): Effect {
  const gone = line.consumed - line.baselineConsumed - line.returned;
  return { reserved: noMinusZero(line.held * units), onHand: noMinusZero((line.baselineHeld - gone) * units) };
}

export function difference(desired: Effect, recorded: Effect): Effect {
  return { onHand: desired.onHand - recorded.onHand, reserved: desired.reserved - recorded.reserved };
}

export const MOVEMENT_KINDS = [
  "opening",
  "sale",
  "shipment",
  "give-back",
  "return",
  "order-change",
  "adjustment",
  "import",
  "outside-edit",
  "undo",
  "restore",
] as const;
export type MovementKind = (typeof MOVEMENT_KINDS)[number];

/** The word for a difference caused by an order; null when there is none. */
export function movementKind(change: Effect): Exclude<MovementKind, "adjustment" | "import" | "outside-edit" | "undo" | "restore"> | null {
  const { onHand, reserved } = change;
  if (onHand === 0 && reserved === 0) return null;
  if (reserved > 0 && onHand === reserved) return "opening";
  if (reserved > 0 && onHand === 0) return "sale";
  if (reserved === 0 && onHand < 0) return "sale";
  if (reserved < 0 && onHand === reserved) return "shipment";
  if (reserved < 0 && onHand === 0) return "give-back";
  if (reserved === 0 && onHand > 0) return "return";
  return "order-change";
}

/** Platforms cut the time of an order to the second; one that may lie on either side of the baseline counts as after it, unless it was seen before. */
const CUT_MS = 1_000;

export function isOlderThan(placedAt: Date, baselineAt: Date): boolean {
  return placedAt.getTime() + CUT_MS <= baselineAt.getTime();
}

/**
 * What a line of an order that is older than the baseline held at that moment (settled.md 20): what its first snapshot says. The opening
 * reads all past orders, so only one that a lagging feed brought late is first seen changed; giving such a one back would be a guess.
 */
export function baselineState(
  line: { held: number; consumed: number },
  placedAt: Date,
  baselineAt: Date | null,
): { baselineHeld: number; baselineConsumed: number } {
  const older = baselineAt === null || isOlderThan(placedAt, baselineAt);
  return older ? { baselineHeld: line.held, baselineConsumed: line.consumed } : { baselineHeld: 0, baselineConsumed: 0 };
}

export type Deducted = { min: number; max: number };

/**
 * By how much the channel's own number may have changed between two snapshots of a line (least, most), in pieces of the
 * listing. Zero is always possible: the last reading may already contain the change.
 */
export function shownShift(before: Deducted, now: Deducted): { min: number; max: number } | null {
  const min = before.min - now.max;
  const max = before.max - now.min;
  if (before.min === now.min && before.max === now.max) return null;
  return { min: Math.min(0, noMinusZero(min)), max: Math.max(0, noMinusZero(max)) };
}

/**
 * The same for a line that is seen for the first time: it may have lowered the number before the last reading of it. `givenBack`: pieces
 * of a cancelled or refunded order that went back, which then show as a rise.
 */
export function firstShift(now: Deducted, givenBack: number): { min: number; max: number } | null {
  if (now.max === 0 && givenBack === 0) return null;
  return { min: noMinusZero(-now.max), max: givenBack };
}

/** Newer by the channel's clock, else by ours; equal in both and in content = the same. */
export function isNewer(
  snapshot: { updatedAt: Date; observedAt: Date; digest: string },
  known: { updatedAt: Date; observedAt: Date; digest: string },
): boolean {
  if (snapshot.updatedAt.getTime() !== known.updatedAt.getTime()) return snapshot.updatedAt > known.updatedAt;
  return snapshot.digest !== known.digest && snapshot.observedAt > known.observedAt;
}

function noMinusZero(n: number): number {
  return n === 0 ? 0 : n;
}
