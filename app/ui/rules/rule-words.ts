/** A rule in words: what it is called and what it says. */
import type { RuleScope } from "#app/domain/rules.ts";
import { useChannelName } from "../channel-badge.tsx";
import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

export type NamedRule = {
  id: string;
  title: string | null;
  scope: RuleScope;
  channel: string | null;
  connectionName: string | null;
  tag: string | null;
  listingTitle: string | null;
};

export type SpokenRule = {
  buffer: number | null;
  percent: number | null;
  floor: number | null;
  cap: number | null;
  fixed: number | null;
  paused: boolean | null;
  lastUnits: number | null;
  lastRank: string[] | null;
};

export function useRulePlace(): (rule: NamedRule) => string {
  const words = useTexts().rules.place;
  const name = useChannelName();
  return (rule) => {
    const channel = name(rule.channel, rule.connectionName);
    switch (rule.scope) {
      case "seller":
        return words.seller;
      case "connection":
        return words.connection({ channel });
      case "tag":
        return words.tag({ tag: rule.tag ?? "" });
      case "tag-connection":
        return words["tag-connection"]({ tag: rule.tag ?? "", channel });
      case "listing":
        return words.listing({ title: rule.listingTitle ?? "", channel });
      default: {
        const never: never = rule.scope;
        return never;
      }
    }
  };
}

export function useRuleName(): (rule: NamedRule) => string {
  const words = useTexts().rules;
  const place = useRulePlace();
  return (rule) => (rule.title === null ? place(rule) : words.named({ title: rule.title, place: place(rule) }));
}

/** "buffer 2 · at most 5". */
export function useRuleSays(connections: readonly { id: string; channel: string; name: string }[]): (rule: SpokenRule) => string {
  const words = useTexts().rules.says;
  const format = useFormat();
  const name = useChannelName();
  return (rule) => {
    const keeper = connections.find((c) => c.id === rule.lastRank?.[0]);
    const parts: string[] = [];
    for (const field of ["buffer", "percent", "floor", "cap", "fixed"] as const) {
      const n = rule[field];
      if (n !== null) parts.push(words[field]({ n: format.number(n) }));
    }
    if (rule.paused !== null) parts.push(rule.paused ? words.paused : words.notPaused);
    if (rule.lastUnits !== null)
      parts.push(words.lastUnits({ n: format.number(rule.lastUnits), channel: keeper ? name(keeper.channel, keeper.name) : "" }));
    return parts.join(" · ");
  };
}
