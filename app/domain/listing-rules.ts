/** Saying one more thing at a listing: the rule that stands there without dates keeps what it says and gets the new figures. Pure. */
import { isDated, type Rule } from "./rules.ts";

type Figures = Partial<Pick<Rule, "buffer" | "lastUnits" | "lastRank">>;

const SILENT: Omit<Rule, "id" | "listingId"> = {
  ...{ scope: "listing", connectionId: null, tag: null, buffer: null, percent: null, floor: null, cap: null, fixed: null },
  ...{ paused: null, lastUnits: null, lastRank: null, startsAt: null, endsAt: null },
};

/** `standing` are the seller's current rules; the answers take the place of what stands at their listings. */
export function withFigures(
  standing: readonly Rule[],
  wishes: readonly { listingId: string; figures: Figures }[],
  newId: () => string,
): Rule[] {
  return wishes.map(({ listingId, figures }) => {
    const there = standing.find((rule) => rule.scope === "listing" && rule.listingId === listingId && !isDated(rule));
    const said = there === undefined ? SILENT : fieldsOf(there);
    return { ...said, ...figures, id: newId(), listingId };
  });
}

/** A row of the data room carries more than the rule. */
function fieldsOf(rule: Rule): Omit<Rule, "id" | "listingId"> {
  const { scope, connectionId, tag, buffer, percent, floor, cap, fixed, paused, lastUnits, lastRank, startsAt, endsAt } = rule;
  return { scope, connectionId, tag, buffer, percent, floor, cap, fixed, paused, lastUnits, lastRank, startsAt, endsAt };
}
