import type { NumberStatus } from "#app/domain/number-status.ts";
import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

export type MarkedNumber = { status: NumberStatus; target: number | null; confirmed: number | null };

/** What the channel proved, and what is on its way: `3 → 2` until it is proved, then `2`. */
export function usePendingNumber(): (n: MarkedNumber) => { text: string; spoken: string; pending: boolean } {
  const words = useTexts().numbers;
  const format = useFormat();
  return (n) => {
    const nothing = n.status === "not-compared" || n.status === "ignored" ? words.none : words.unknown;
    const shown = n.confirmed === null ? nothing : format.number(n.confirmed);
    const pending = n.target !== null && n.target !== n.confirmed;
    if (!pending || n.target === null) return { text: shown, spoken: `${shown}, ${words.status[n.status]}`, pending: false };
    const way = { from: shown, to: format.number(n.target) };
    const word = words.status[n.status];
    // An arrow says that something is on its way; a number that waits for somebody stands still.
    if (!MOVING.has(n.status)) return { text: words.differs(way), spoken: `${words.differsSpoken(way)}, ${word}`, pending: true };
    return { text: words.pending(way), spoken: `${words.pendingSpoken(way)}, ${word}`, pending: true };
  };
}

const MOVING = new Set<NumberStatus>(["sending", "waiting"]);

/** A sign beside the number, told apart by shape; its word is read out with the number. */
const MARKS: Partial<Record<NumberStatus, string>> = {
  sending: "↻",
  waiting: "…",
  paused: "‖",
  held: "!",
  "needs-you": "!",
  refused: "×",
};

export function NumberMark(props: { number: MarkedNumber }) {
  const pending = usePendingNumber();
  const words = useTexts().numbers.status;
  const { status } = props.number;
  const shown = pending(props.number);
  return (
    <span className={`number-mark number-mark-${status}`} title={words[status]}>
      <span aria-hidden="true" className="numeric">
        {shown.text}
      </span>
      {MARKS[status] && (
        <span aria-hidden="true" className="number-sign">
          {MARKS[status]}
        </span>
      )}
      <span className="is-hidden">{shown.spoken}</span>
    </span>
  );
}
