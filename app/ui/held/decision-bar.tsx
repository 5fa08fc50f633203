import { useState } from "react";
import { ConfirmModal } from "../kit/kit.tsx";
import { useTexts } from "../texts/texts.tsx";

type DecisionBarProps = {
  edits: boolean;
  /** Null while the rows are not worked out: then the numbers can only be kept. */
  rows: { all: number; sent: number; allText: string } | null;
  disabled: boolean;
  onDecide: (decision: "keep" | "send", note: string) => void;
};

/** Keep, send all or send some, each asked once more, with a reason for the record. */
export function DecisionBar(props: DecisionBarProps) {
  const { rows, edits, disabled, onDecide } = props;
  const words = useTexts().held;
  const [asking, setAsking] = useState<"keep" | "send" | null>(null);
  const [note, setNote] = useState("");
  const some = rows !== null && rows.sent < rows.all;
  const send = some ? words.sendSome({ n: rows.sent, of: rows.allText }) : words.sendAll;
  return (
    <>
      <div className="toolbar">
        <label className="field">
          <span>{words.reason}</span>
          <input type="text" maxLength={300} value={note} onChange={(event) => setNote(event.target.value)} />
        </label>
      </div>
      <div className="sticky-foot">
        <button type="button" className="chip" aria-pressed="true" disabled={disabled} onClick={() => setAsking("keep")}>
          {words.keep}
        </button>
        {rows && (
          <button type="button" className="chip" disabled={disabled || rows.sent === 0} onClick={() => setAsking("send")}>
            {send}
          </button>
        )}
      </div>
      <ConfirmModal
        open={asking !== null}
        title={asking === "keep" ? words.keep : send}
        body={
          asking === "keep" ? (edits ? words.confirm.keepEdits : words.confirm.keepNumbers) : words.confirm.send({ n: rows?.sent ?? 0 })
        }
        confirm={asking === "keep" ? words.keep : send}
        cancel={words.confirm.cancel}
        destructive={asking === "send"}
        onConfirm={() => {
          if (asking) onDecide(asking, note.trim());
          setAsking(null);
        }}
        onCancel={() => setAsking(null)}
      />
    </>
  );
}
