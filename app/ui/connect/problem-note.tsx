import type { ConnectProblem } from "#app/domain/connect-problem.ts";
import { useTexts } from "../texts/texts.tsx";

/** What is wrong, and that nothing came of it; read aloud when it appears. */
export function ProblemNote(props: { id?: string; problem: ConnectProblem | null }) {
  const words = useTexts().connect;
  if (props.problem === null) return null;
  return (
    <div id={props.id} role="alert">
      <p className="field-error">{words.problems[props.problem]}</p>
      <p className="quiet">{words.nothingChanged}</p>
    </div>
  );
}
