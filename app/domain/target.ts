/**
 * What one listing should show, and why. One formula (design.md 4, order of settled.md 13): units that can be made -> minus
 * buffer -> times percent, rounded down -> zero at or below the floor -> at most the cap -> fixed -> put back -> last-unit routing -> safety
 * while a channel is blind -> the channel's own limits. A pause means no target, never zero.
 */
import type { EffectiveRule, RuleScope } from "./rules.ts";

export type ComponentLevel = { itemId: string; sku: string; available: number; units: number };

export type ChannelFacts = {
  /** The channel shows no more than this (Etsy 999). */
  maxQuantity: number;
  /** Etsy: sold out, and the seller has not agreed that reviving it may cost a fee. */
  renewalNeedsConsent: boolean;
  /** Etsy: sold out, and the month's allowed sum for renewals is spent. */
  renewalCapReached?: boolean;
};

export type TargetInput = {
  components: readonly ComponentLevel[];
  rule: EffectiveRule;
  connectionId: string;
  /** Live connections that list the same thing; last-unit routing looks only among them. */
  connectionsWithIt: readonly string[];
  /** Units held back while other channels cannot be seen; takes the last unit only where the seller chose so (settled.md 29). */
  safetyUnits: number;
  safetyLastUnit?: boolean;
  /** Names of the channels that cannot be seen, for "why". */
  safetyBecause?: readonly string[];
  /** While its channel is left by an approved plan: the most it is left with. */
  leftWith?: number | null;
  /** What it showed before our first write, where the seller put that back; it stands in place of what the rules say. */
  putBack?: number | null;
  channel: ChannelFacts;
};

export type StepKind =
  | "makeable"
  | "buffer"
  | "percent"
  | "floor"
  | "cap"
  | "fixed"
  | "first-shown"
  | "last-units"
  | "safety"
  | "channel-max"
  | "renewal"
  | "renewal-cap"
  | "leaving"
  | "held"
  | "paused";
export type TargetStep = {
  kind: StepKind;
  /** The number after this step; null only with "paused". */
  result: number | null;
  /** The rule's figure, where the step has one. */
  figure: number | null;
  ruleId: string | null;
  scope: RuleScope | null;
  /** "safety" only: the channels that cannot be seen. */
  because?: readonly string[];
  /** "held" only: when the brake stopped it (ISO 8601). */
  since?: string;
  /** "makeable" only: what each component allows. */
  components?: { sku: string; available: number; units: number; makes: number }[];
};

export type Explained = { target: number | null; steps: TargetStep[] };

/** Never above what can be made, never negative. Without components there is no target. */
export function explainTarget(input: TargetInput): Explained {
  const makes = input.components.map((c) => ({
    sku: c.sku,
    available: c.available,
    units: c.units,
    makes: Math.max(0, Math.floor(c.available / Math.max(1, c.units))),
  }));
  const makeable = makes.length === 0 ? 0 : Math.min(...makes.map((m) => m.makes));
  const steps: TargetStep[] = [{ kind: "makeable", result: makeable, figure: null, ruleId: null, scope: null, components: makes }];
  if (makes.length === 0) return { target: null, steps };
  const { rule } = input;
  let value = makeable;
  const step = (kind: StepKind, set: { ruleId: string; scope: RuleScope } | null, figure: number | null, result: number) => {
    // Whatever a rule's figure is, no step promises more than can be made.
    value = Math.min(makeable, Math.max(0, result));
    steps.push({ kind, result: value, figure, ruleId: set?.ruleId ?? null, scope: set?.scope ?? null });
  };

  if (rule.paused?.value) {
    steps.push({ kind: "paused", result: null, figure: null, ruleId: rule.paused.ruleId, scope: rule.paused.scope });
    return { target: null, steps };
  }
  if (rule.buffer) step("buffer", rule.buffer, rule.buffer.value, value - rule.buffer.value);
  if (rule.percent) step("percent", rule.percent, rule.percent.value, Math.floor((value * rule.percent.value) / 100));
  if (rule.floor) step("floor", rule.floor, rule.floor.value, value <= rule.floor.value ? 0 : value);
  if (rule.cap) step("cap", rule.cap, rule.cap.value, Math.min(value, rule.cap.value));
  if (rule.fixed) step("fixed", rule.fixed, rule.fixed.value, Math.min(rule.fixed.value, makeable));
  const putBack = input.putBack ?? null;
  if (putBack !== null) step("first-shown", null, putBack, Math.min(putBack, makeable));
  if (rule.lastUnits && makeable <= rule.lastUnits.value && losesLastUnits(input))
    step("last-units", rule.lastUnits, rule.lastUnits.value, 0);
  const least = input.safetyLastUnit ? 0 : 1;
  if (input.safetyUnits > 0 && value > least) {
    step("safety", null, input.safetyUnits, Math.max(least, value - input.safetyUnits));
    steps.push({ ...(steps.pop() as TargetStep), because: input.safetyBecause ?? [] });
  }
  if (value > input.channel.maxQuantity) step("channel-max", null, input.channel.maxQuantity, input.channel.maxQuantity);
  if (input.channel.renewalNeedsConsent && value > 0) step("renewal", null, null, 0);
  if (input.channel.renewalCapReached && value > 0) step("renewal-cap", null, null, 0);
  const leftWith = input.leftWith ?? null;
  if (leftWith !== null && value > leftWith) step("leaving", null, leftWith, leftWith);
  return { target: value, steps };
}

/** The first ranked connection that lists it keeps the last units; without a ranking nobody loses them. */
function losesLastUnits(input: TargetInput): boolean {
  const rank = input.rule.lastRank?.value ?? [];
  const keeper = rank.find((id) => input.connectionsWithIt.includes(id));
  return keeper !== undefined && keeper !== input.connectionId;
}

/** Whether an accepted outside edit may become the same delta on hand (settled.md 16). @param putBack what it showed before us, where that stands */
export function followsItemOneToOne(components: readonly { units: number }[], rule: EffectiveRule, putBack: number | null): boolean {
  if (putBack !== null) return false;
  const plain = rule.percent === undefined && rule.cap === undefined && rule.fixed === undefined && rule.floor === undefined;
  return plain && rule.lastUnits === undefined && components.length === 1 && components[0]?.units === 1;
}
