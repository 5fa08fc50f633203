/**
 * A rush: for a while more units are held back and the last ones stay with one channel. Made of dated rules, so that it ends by itself;
 * each stands at the place of a rule that it must outweigh, since the nearest place wins field by field.
 */
import { isDated, type Rule, samePlace } from "./rules.ts";

export type RushWish = {
  /** Units held back beyond what each place holds back already. */
  bufferBy: number;
  /** At or below this many units only the first ranked connection shows them; null leaves routing as it is. */
  lastUnits: number | null;
  /** Connection ids, the first keeps the last units. */
  lastRank: string[];
  startsAt: Date | null;
  endsAt: Date;
};

const EVERYWHERE = { scope: "seller", connectionId: null, tag: null, listingId: null } as const;
const NO_FIGURES = { buffer: null, percent: null, floor: null, cap: null, fixed: null, paused: null, lastUnits: null, lastRank: null };

/** @param standing undated rules of the seller; dated ones run out by themselves and are not built upon. */
export function rushRules(standing: readonly Rule[], wish: RushWish, newId: () => string): Rule[] {
  const routes = wish.lastUnits !== null && wish.lastRank.length > 0;
  const undated = standing.filter((rule) => !isDated(rule));
  const places = undated.filter(
    (rule) => rule.scope !== "seller" && (rule.buffer !== null || (routes && (rule.lastUnits !== null || rule.lastRank !== null))),
  );
  const everywhere = undated.find((rule) => samePlace(rule, EVERYWHERE));
  const dates = { startsAt: wish.startsAt, endsAt: wish.endsAt };
  const routing = routes ? { lastUnits: wish.lastUnits, lastRank: wish.lastRank } : {};
  const base = { ...EVERYWHERE, ...NO_FIGURES, ...dates, ...routing };
  return [
    { ...base, id: newId(), buffer: wish.bufferBy === 0 ? null : (everywhere?.buffer ?? 0) + wish.bufferBy },
    ...places.map((rule) => ({
      ...NO_FIGURES,
      ...{ id: newId(), scope: rule.scope, connectionId: rule.connectionId, tag: rule.tag, listingId: rule.listingId },
      ...dates,
      buffer: rule.buffer === null || wish.bufferBy === 0 ? null : rule.buffer + wish.bufferBy,
      ...(rule.lastUnits !== null || rule.lastRank !== null ? routing : {}),
    })),
  ].filter((rule) => rule.buffer !== null || rule.lastUnits !== null);
}
