/** The oracle's own reading of the contract with the seller (design.md 4), written apart from the engine's. Pure. */
import type { RuleFields } from "./order-book.ts";

const ETSY_SHOWS_AT_MOST = 999;

/** Of two rules the channel's own goes before the seller's, field by field. */
export function ruleFor(ofSeller: RuleFields | undefined, ofChannel: RuleFields | undefined): RuleFields {
  const field = (name: keyof RuleFields) => ofChannel?.[name] ?? ofSeller?.[name] ?? null;
  return { buffer: field("buffer"), percent: field("percent"), cap: field("cap"), floor: field("floor") };
}

/** `parts`: what is available of each thing that one piece is made of, and how many of it that takes. */
export function shouldShow(parts: { available: number; each: number }[], rule: RuleFields, channel: string): number {
  let pieces = Math.min(...parts.map(({ available, each }) => Math.max(0, Math.trunc(available / each))));
  if (rule.buffer !== null) pieces = Math.max(0, pieces - rule.buffer);
  if (rule.percent !== null) pieces = Math.trunc((pieces * rule.percent) / 100);
  if (rule.floor !== null && pieces <= rule.floor) pieces = 0;
  if (rule.cap !== null && pieces > rule.cap) pieces = rule.cap;
  return channel === "etsy" && pieces > ETSY_SHOWS_AT_MOST ? ETSY_SHOWS_AT_MOST : pieces;
}

/** Whether some of the hand's changes, all or none, add up to the sum, with `slack` units (0 to n) besides. */
export function someAddUpTo(changes: readonly number[], sum: number, slack: number): boolean {
  let reachable = new Set([0]);
  for (const change of changes) reachable = new Set([...reachable, ...[...reachable].map((r) => r + change)]);
  return [...reachable].some((r) => sum - r >= 0 && sum - r <= slack);
}
