import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

const SHOWN = 20;

/** Lines of a file that cannot be used, each with why. */
export function LineProblems(props: { problems: { line: number; sku: string; problem: string }[]; total: number }) {
  const { problems, total } = props;
  const words = useTexts().stockFile;
  const format = useFormat();
  if (problems.length === 0) return null;
  const rest = total - Math.min(SHOWN, problems.length);
  return (
    <div role="alert">
      <p>{words.problems({ n: total, text: format.number(total) })}</p>
      <ul>
        {problems.slice(0, SHOWN).map(({ line, sku, problem }) => (
          <li key={`${line}:${problem}`}>{words.problem({ line: String(line), sku, why: words.why[problem] ?? problem })}</li>
        ))}
        {rest > 0 && <li>{words.more({ text: format.number(rest) })}</li>}
      </ul>
    </div>
  );
}
