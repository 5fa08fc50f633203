/** Rules as they stood at a moment: which of today's end, and which of then come back as new versions. */
import { type Rule, samePlace } from "./rules.ts";

/** `previewId` is the approved plan that made it; `replacedAt` also where its own end had come. */
export type PastRule = Rule & { version: number; title: string | null; previewId: string | null; createdAt: Date; replacedAt: Date | null };
export type RulesChange = { ends: string[]; comesBack: PastRule[] };

/** `concerns` narrows it to some places. A rule whose own end has passed is not brought back. */
export function rulesThen(
  history: readonly PastRule[],
  moment: Date,
  now: Date,
  concerns: (rule: Rule) => boolean = () => true,
): RulesChange {
  const mine = history.filter((rule) => concerns(rule) && (rule.endsAt === null || rule.endsAt > now));
  const stood = mine.filter((rule) => rule.createdAt <= moment && (rule.replacedAt === null || rule.replacedAt > moment));
  const ends = mine
    .filter((rule) => rule.replacedAt === null && rule.createdAt > moment)
    .filter((rule) => !stood.some((s) => sameRule(s, rule)));
  const current = mine.filter((rule) => rule.replacedAt === null && !ends.includes(rule));
  const comesBack = stood.filter((rule) => !current.some((c) => sameRule(c, rule)));
  return { ends: ends.map((rule) => rule.id), comesBack };
}

const SAID = ["buffer", "percent", "floor", "cap", "fixed", "paused", "lastUnits"] as const;

/** Same place, same figures, same dates: whatever its version. */
function sameRule(a: Rule, b: Rule): boolean {
  return (
    samePlace(a, b) &&
    SAID.every((field) => a[field] === b[field]) &&
    (a.lastRank ?? []).join() === (b.lastRank ?? []).join() &&
    a.startsAt?.getTime() === b.startsAt?.getTime() &&
    a.endsAt?.getTime() === b.endsAt?.getTime()
  );
}
