import type { TargetStep } from "#app/domain/target.ts";
import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

/** The formula as it ran, one line a step; a rule's step names the level it comes from. */
export function WhySteps(props: { steps: TargetStep[]; result: number | null }) {
  const words = useTexts().numbers;
  const format = useFormat();
  if (props.steps.length === 0) return <p className="quiet">{words.why.none}</p>;
  return (
    <ol className="why-steps">
      {props.steps.map((step) => (
        <li key={step.kind}>
          <StepLine step={step} />
          {step.scope && <span className="quiet"> · {words.scope[step.scope]}</span>}
          {step.components && step.components.some((c) => c.units > 1 || (step.components?.length ?? 0) > 1) && (
            <ul className="quiet">
              {step.components.map((c) => (
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

function StepLine(props: { step: TargetStep }) {
  const words = useTexts().numbers.step;
  const format = useFormat();
  const { step } = props;
  const figures = {
    figure: step.figure === null ? "" : format.number(step.figure),
    result: step.result === null ? "" : format.number(step.result),
  };
  return <>{words[step.kind](figures)}</>;
}
