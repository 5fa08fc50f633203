import { type FormEvent, useState } from "react";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";
import { useStockChange } from "./stock-changes.tsx";

export type EditableItem = { id: string; title: string; available: number };

type Mode = "adjust" | "set";

/**
 * One fact, committed at once and taken back by Undo. `item.available` may move while somebody types: "adjust by" stays right,
 * "set to" is checked against what was shown when the form opened and asked again.
 */
export function EditStock(props: { item: EditableItem; onDone: () => void }) {
  const { item, onDone } = props;
  const words = useTexts().inventory.edit;
  const format = useFormat();
  const front = useFront();
  const [mode, setMode] = useState<Mode>("adjust");
  const [amount, setAmount] = useState("");
  const [note, setNote] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [openedAt] = useState(item.available);
  const { send, answer, busy } = useStockChange(onDone);
  if (!front.mayChange) return <p className="quiet">{words.viewer}</p>;

  const units = wholeNumber(amount);
  const check = (): string | null => {
    if (units === null) return words.notANumber;
    if (mode === "adjust" && units === 0) return words.zero;
    return mode === "set" && units < 0 ? words.negative : null;
  };
  const commit = (expected: number) => {
    const wrong = check();
    setProblem(wrong);
    if (wrong !== null || units === null) return;
    send(mode === "adjust" ? { itemId: item.id, by: units, note } : { itemId: item.id, setTo: units, expected, note });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    commit(openedAt);
  };
  return (
    <form className="edit-form" onSubmit={submit} noValidate>
      <fieldset className="segmented">
        <legend className="is-hidden">{words.mode}</legend>
        {(["adjust", "set"] as const).map((choice) => (
          <label key={choice}>
            <input type="radio" name="mode" checked={mode === choice} onChange={() => setMode(choice)} />
            {words[choice]}
          </label>
        ))}
      </fieldset>
      <div className="edit-row">
        <label className="field">
          {words.amount}
          <input
            inputMode="numeric"
            size={6}
            value={amount}
            aria-invalid={problem !== null}
            aria-describedby="edit-problem"
            onChange={(event) => setAmount(event.target.value)}
            onBlur={() => amount !== "" && setProblem(check())}
          />
        </label>
        <label className="field" style={{ flex: 1 }}>
          {words.note}
          <input value={note} maxLength={200} size={10} onChange={(event) => setNote(event.target.value)} />
        </label>
        <button type="submit" className="chip" disabled={busy}>
          {words.save}
        </button>
      </div>
      <p id="edit-problem" className="field-error" role={problem ? "alert" : undefined}>
        {problem}
      </p>
      {item.available !== openedAt && (
        <p className="quiet numeric">{words.moved({ from: format.number(openedAt), now: format.number(item.available) })}</p>
      )}
      {units !== null && problem === null && (
        <p className="quiet numeric">{words.preview({ n: format.number(mode === "adjust" ? item.available + units : units) })}</p>
      )}
      {answer?.outcome === "refused" && (
        <p className="field-error" role="alert">
          {answer.text}
        </p>
      )}
      {answer?.outcome === "moved-meanwhile" && units !== null && (
        <div role="alert">
          <p className="field-error">{words.meanwhile({ set: format.number(units), available: format.number(answer.available) })}</p>
          <button type="button" className="chip" disabled={busy} onClick={() => commit(answer.available)}>
            {words.anyway({ n: format.number(units) })}
          </button>
        </div>
      )}
    </form>
  );
}

/** Accepts a minus sign as well as a hyphen. */
function wholeNumber(text: string): number | null {
  const plain = text.trim().replace("−", "-");
  if (!/^[+-]?\d{1,9}$/.test(plain)) return null;
  return Number(plain);
}
