import { Link } from "@remix-run/react";
import type { ReactNode } from "react";
import { Moment, useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";
import { type NamedRule, type SpokenRule, useRuleName, useRuleSays } from "./rule-words.ts";

export type ListedRule = NamedRule &
  SpokenRule & {
    version: number;
    startsAt: Date | null;
    endsAt: Date | null;
    overAt: Date | null;
    actor: string | null;
    createdAt: Date;
    state: "in-force" | "coming" | "waiting" | "ended";
    previewId: string | null;
  };

type RuleLinesProps = {
  rules: ListedRule[];
  connections: { id: string; channel: string; name: string }[];
  /** What stands at the end of a line. */
  act?: (rule: ListedRule) => ReactNode;
  /** In a history every line is the same rule: its version is told instead of its name. */
  versions?: boolean;
};

/** Rules, one line each: name, what it says, when, and who made it. */
export function RuleLines(props: RuleLinesProps) {
  const words = useTexts().rules;
  const front = useFront();
  const format = useFormat();
  const name = useRuleName();
  const says = useRuleSays(props.connections);
  return (
    <ul className="plain-list">
      {props.rules.map((rule) => (
        <li key={rule.id} className="need">
          <span>
            {props.versions ? (
              <strong>{words.version({ n: format.number(rule.version) })}</strong>
            ) : (
              <Link to={front.to(`/rules/${rule.id}`)}>{name(rule)}</Link>
            )}{" "}
            {says(rule)}
            <span className="quiet" suppressHydrationWarning>
              {rule.startsAt && ` · ${words.from({ at: format.clock(rule.startsAt) })}`}
              {rule.endsAt && ` · ${words.until({ at: format.clock(rule.endsAt) })}`}
              <br />
              {rule.actor ?? words.us}, <Moment at={rule.createdAt} />
              {rule.overAt && ` · ${words.over({ at: format.clock(rule.overAt) })}`}
            </span>
          </span>
          {props.act?.(rule)}
        </li>
      ))}
    </ul>
  );
}
