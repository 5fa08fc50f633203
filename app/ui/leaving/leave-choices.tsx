import { Form } from "@remix-run/react";
import { LEAVE_PLANS, type LeavePlan, type OnlyKeep } from "#app/domain/leave-plan.ts";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";

/** The three ways to leave, each with what it means; where nothing can be written, only one, and why. */
export function LeaveChoices(props: { onlyKeep: OnlyKeep | null; busy: boolean; keep: () => void }) {
  const words = useTexts().leaving;
  return (
    <>
      <ul className="plain-points">
        {words.points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      <h2>{words.choose}</h2>
      {props.onlyKeep !== null && <p className="quiet">{words.onlyKeep[props.onlyKeep]}</p>}
      <ul className="plain-list">
        {LEAVE_PLANS.filter((plan) => plan === "keep" || props.onlyKeep === null).map((plan) => (
          <Choice key={plan} plan={plan} busy={props.busy} keep={props.keep} />
        ))}
      </ul>
    </>
  );
}

function Choice({ plan, busy, keep }: { plan: LeavePlan; busy: boolean; keep: () => void }) {
  const words = useTexts().leaving.plans[plan];
  const front = useFront();
  const disabled = !front.mayChange || busy;
  return (
    <li className="need">
      <span>
        <strong>{words.name}</strong>
        <br />
        <span className="quiet">{words.help}</span>
      </span>
      {plan === "keep" ? (
        <button type="button" className="act act-critical" disabled={disabled} onClick={keep}>
          {words.act}
        </button>
      ) : (
        <Form method="post">
          <input type="hidden" name="plan" value={plan} />
          <button type="submit" name="do" value="preview" className="chip" disabled={disabled} aria-label={`${words.name}: ${words.act}`}>
            {words.act}
          </button>
        </Form>
      )}
    </li>
  );
}
