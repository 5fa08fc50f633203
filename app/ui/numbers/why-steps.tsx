import { Link } from "@remix-run/react";
import type { TargetStep } from "#app/domain/target.ts";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { type NamedRule, useRuleName } from "../rules/rule-words.ts";
import { useTexts } from "../texts/texts.tsx";

/** The formula as it ran, one line a step; a rule's step names the level it comes from. */
export function WhySteps(props: { steps: TargetStep[]; result: number | null; rules?: Record<string, NamedRule> }) {
  const words = useTexts().numbers;
  const format = useFormat();
  if (props.steps.length === 0) return <p className="quiet">{words.why.none}</p>;
  return (
    <ol className="why-steps">
      {props.steps.map((step) => (
        <li key={step.kind}>
          <StepLine step={step} />
          {step.scope && (
            <span className="quiet">
              {" · "}
              <StepRule rule={step.ruleId === null ? undefined : props.rules?.[step.ruleId]} otherwise={words.scope[step.scope] ?? ""} />
            </span>
          )}
          {isComposed(step) && (
            <ul className="quiet">
              {step.components?.map((c) => (
                <li key={c.sku}>
                  {words.step.made({
                    sku: c.sku,
                    available: format.number(c.available),
                    units: format.number(c.units),
                    makes: format.number(c.makes),
                  })}
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
      <li className="why-result">{props.result === null ? words.why.noTarget : words.why.result({ n: format.number(props.result) })}</li>
    </ol>
  );
}

/** The rule by its name, leading to it; where its name is not at hand, the level it stands at. */
function StepRule(props: { rule: NamedRule | undefined; otherwise: string }) {
  const front = useFront();
  const name = useRuleName();
  if (props.rule === undefined) return <>{props.otherwise}</>;
  return <Link to={front.to(`/rules/${props.rule.id}`)}>{name(props.rule)}</Link>;
}

/** A plain item needs no list of parts: its one part is the available number already shown. */
function isComposed(step: TargetStep): boolean {
  const parts = step.components ?? [];
  return parts.length > 1 || parts.some((part) => part.units > 1);
}

function StepLine(props: { step: TargetStep }) {
  const words = useTexts().numbers.step;
  const format = useFormat();
  const { step } = props;
  const figures = {
    figure: step.figure === null ? "" : format.number(step.figure),
    result: step.result === null ? "" : format.number(step.result),
    because: (step.because ?? []).join(", "),
    since: step.since === undefined ? "" : format.full(new Date(step.since)),
  };
  return <>{words[step.kind](figures)}</>;
}
