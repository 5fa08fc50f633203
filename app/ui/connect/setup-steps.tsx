import { Link } from "@remix-run/react";
import { useTexts } from "../texts/texts.tsx";

export type StepOnTheWay = { step: string; label: string; state: "done" | "current" | "later"; url: string | null };

/** Where one stands: done steps can be looked at again, later ones not yet. Marks carry the meaning, colours nothing. */
export function SetupSteps(props: { steps: StepOnTheWay[] }) {
  const words = useTexts().connect.setup;
  const at = props.steps.findIndex((one) => one.state === "current");
  const n = at < 0 ? props.steps.length : at + 1;
  return (
    <nav aria-label={words.progress({ n, of: props.steps.length })}>
      <p className="quiet">{words.progress({ n, of: props.steps.length })}</p>
      <ol className="setup-steps">
        {props.steps.map((one) => (
          <li key={one.step} aria-current={one.state === "current" ? "step" : undefined}>
            <span aria-hidden="true">{one.state === "done" ? "✓ " : one.state === "current" ? "› " : ""}</span>
            {one.url && one.state === "done" ? <Link to={one.url}>{one.label}</Link> : one.label}
          </li>
        ))}
      </ol>
    </nav>
  );
}
