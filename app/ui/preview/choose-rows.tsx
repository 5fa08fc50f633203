import { useMemo, useState } from "react";
import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";
import type { DiffRow } from "./preview-table.tsx";

type Change = DiffRow["change"];
type Shown = Pick<DiffRow, "quantityId" | "change">;
/** With "all", the marked rows are left out; with "few", they alone go along. */
type Marks = { previewId: string; mode: "all" | "few"; marked: ReadonlyMap<string, Change> };

export type RowChoice = {
  mode: Marks["mode"];
  marked: ReadonlyMap<string, Change>;
  isLeft: (quantityId: string) => boolean;
  toggle: (row: Shown) => void;
  take: (mode: Marks["mode"], rows: readonly Shown[]) => void;
};

/** How many a seller tries first (settled.md 26). */
export const FIRST_FEW = 20;

/** Which rows go along, kept while the seller looks through the pages of one preview and forgotten with the next. */
export function useRowChoice(previewId: string): RowChoice {
  const [state, setState] = useState<Marks>({ previewId, mode: "all", marked: new Map() });
  const marks = useMemo(
    (): Marks => (state.previewId === previewId ? state : { previewId, mode: "all", marked: new Map() }),
    [state, previewId],
  );
  const { mode, marked } = marks;
  return {
    mode,
    marked,
    isLeft: (id) => marked.has(id) === (mode === "all"),
    toggle: (row) => {
      const next = new Map(marked);
      if (!next.delete(row.quantityId)) next.set(row.quantityId, row.change);
      setState({ previewId, mode, marked: next });
    },
    take: (wanted, rows) => setState({ previewId, mode: wanted, marked: new Map(rows.map((row) => [row.quantityId, row.change])) }),
  };
}

/** Everything, the first few, or what the seller ticks: what is not taken stays only watched. */
export function ChooseRows(props: { choice: RowChoice; rows: readonly Shown[]; disabled: boolean }) {
  const { choice, rows, disabled } = props;
  const words = useTexts().preview.choose;
  const format = useFormat();
  const first = rows.slice(0, FIRST_FEW);
  return (
    <fieldset className="toolbar choose-rows">
      <legend>{words.label}</legend>
      <div className="chips">
        <button
          type="button"
          className="chip"
          disabled={disabled}
          aria-pressed={choice.mode === "all"}
          onClick={() => choice.take("all", [])}
        >
          {words.all}
        </button>
        {first.length > 0 && (
          <button
            type="button"
            className="chip"
            disabled={disabled}
            aria-pressed={choice.mode === "few" && choice.marked.size > 0 && first.every((row) => choice.marked.has(row.quantityId))}
            onClick={() => choice.take("few", first)}
          >
            {words.first({ n: format.number(first.length) })}
          </button>
        )}
        <button
          type="button"
          className="chip"
          disabled={disabled}
          aria-pressed={choice.mode === "few" && !(first.length > 0 && first.every((row) => choice.marked.has(row.quantityId)))}
          onClick={() => choice.take("few", [])}
        >
          {words.mine}
        </button>
      </div>
      <p className="quiet">{words.note}</p>
    </fieldset>
  );
}
