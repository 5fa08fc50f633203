import { useState } from "react";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { ConfirmModal } from "../kit/kit.tsx";
import { useTexts } from "../texts/texts.tsx";

export type Progress = { plan: string; done: number; total: number; until: Date | null; cancellable: boolean };

/** How far the plan is, until when it may write, and the way back. */
export function LeaveProgress(props: { name: string; progress: Progress; busy: boolean; stay: () => void; tooLate: boolean }) {
  const { progress, name } = props;
  const words = useTexts().leaving.running;
  const front = useFront();
  const format = useFormat();
  const [asking, setAsking] = useState(false);
  const figures = { done: format.number(progress.done), total: format.number(progress.total) };
  return (
    <>
      <p role="status">{progress.plan === "keep" ? words.keep : words.plan(figures)}</p>
      {progress.total > 0 && <progress className="bar" aria-label={words.plan(figures)} max={progress.total} value={progress.done} />}
      {progress.until !== null && (
        <p className="quiet" suppressHydrationWarning>
          {words.until({ at: format.clock(progress.until) })}
        </p>
      )}
      {props.tooLate && <p role="alert">{words.tooLate}</p>}
      {progress.cancellable && (
        <div className="acts">
          <button type="button" className="chip" disabled={!front.mayChange || props.busy} onClick={() => setAsking(true)}>
            {words.stay}
          </button>
        </div>
      )}
      <ConfirmModal
        open={asking}
        title={words.stayTitle({ name })}
        body={words.stayBody}
        confirm={words.stayConfirm}
        cancel={words.stayCancel}
        onConfirm={() => {
          setAsking(false);
          props.stay();
        }}
        onCancel={() => setAsking(false)}
      />
    </>
  );
}
