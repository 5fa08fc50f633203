/** Rules stand at five kinds of scope; the nearest wins, field by field (settled.md 30). */
export const RULE_SCOPES = ["listing", "tag-connection", "tag", "connection", "seller"] as const;
export type RuleScope = (typeof RULE_SCOPES)[number];

export type Rule = {
  id: string;
  scope: RuleScope;
  connectionId: string | null;
  tag: string | null;
  listingId: string | null;
  buffer: number | null;
  percent: number | null;
  floor: number | null;
  cap: number | null;
  fixed: number | null;
  paused: boolean | null;
  lastUnits: number | null;
  /** Connection ids, the first keeps the last units. */
  lastRank: string[] | null;
  startsAt: Date | null;
  endsAt: Date | null;
};

export const RULE_FIELDS = ["buffer", "percent", "floor", "cap", "fixed", "paused", "lastUnits", "lastRank"] as const;
export type RuleField = (typeof RULE_FIELDS)[number];

/** A value and the rule that set it, so that "why 3?" can name it. */
export type Set<T> = { value: T; ruleId: string; scope: RuleScope };
export type EffectiveRule = { [F in RuleField]?: Set<NonNullable<Rule[F]>> };

export type RulePlace = {
  connectionId: string;
  listingId: string;
  /** The item's tags, the best ranked first. */
  tags: string[];
};

/** What applies to one listing now. Rules outside their dates do not take part. */
export function effectiveRule(rules: readonly Rule[], place: RulePlace, now: Date): EffectiveRule {
  const found = rules
    .filter((rule) => inForce(rule, now))
    .map((rule) => ({ rule, distance: distanceTo(rule, place) }))
    .filter((entry): entry is { rule: Rule; distance: number } => entry.distance !== null)
    .sort((a, b) => a.distance - b.distance || passing(b.rule) - passing(a.rule) || (a.rule.id < b.rule.id ? 1 : -1));
  const effective: EffectiveRule = {};
  for (const { rule } of found) {
    for (const field of RULE_FIELDS) {
      const value = rule[field];
      if (value !== null && effective[field] === undefined) {
        Object.assign(effective, { [field]: { value, ruleId: rule.id, scope: rule.scope } });
      }
    }
  }
  return effective;
}

export function inForce(rule: Pick<Rule, "startsAt" | "endsAt">, now: Date): boolean {
  return (rule.startsAt === null || rule.startsAt <= now) && (rule.endsAt === null || now < rule.endsAt);
}

export function isDated(rule: Pick<Rule, "startsAt" | "endsAt">): boolean {
  return rule.startsAt !== null || rule.endsAt !== null;
}

export type Place = Pick<Rule, "scope" | "connectionId" | "tag" | "listingId">;

export function samePlace(a: Place, b: Place): boolean {
  return a.scope === b.scope && a.connectionId === b.connectionId && a.tag === b.tag && a.listingId === b.listingId;
}

/** At one place a dated rule stands above the undated one while it is in force, and of two dated ones the later begun: 0 = undated. */
function passing(rule: Rule): number {
  if (!isDated(rule)) return 0;
  return rule.startsAt === null ? 1 : Math.max(2, rule.startsAt.getTime());
}

/** Smaller is nearer; null = does not apply here. Among tags the better ranked is nearer. */
function distanceTo(rule: Rule, place: RulePlace): number | null {
  const rank = rule.tag === null ? 0 : place.tags.indexOf(rule.tag);
  if (rank < 0) return null;
  const here = rule.connectionId === null || rule.connectionId === place.connectionId;
  switch (rule.scope) {
    case "listing":
      return rule.listingId === place.listingId ? 0 : null;
    case "tag-connection":
      return here ? 1_000 + rank : null;
    case "tag":
      return 2_000 + rank;
    case "connection":
      return here ? 3_000 : null;
    case "seller":
      return 4_000;
    default: {
      const never: never = rule.scope;
      return never;
    }
  }
}
