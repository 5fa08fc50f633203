import { useState } from "react";
import { useFormat } from "../format.tsx";
import { ConfirmModal } from "../kit/kit.tsx";
import { useTexts } from "../texts/texts.tsx";
import { useStockChange } from "./stock-changes.tsx";

/** `units`: what the change did to on hand. `label` names the change for those who hear the button alone. */
type UndoChangeProps = { movementId: string; units: number; what: string; label: string };

/** Takes one change of stock back by a counter-movement, once it was said what that does. */
export function UndoChange(props: UndoChangeProps) {
  const words = useTexts().inventory.edit.undo;
  const format = useFormat();
  const [asking, setAsking] = useState(false);
  const { send, answer, busy } = useStockChange();
  const confirmed = () => {
    setAsking(false);
    send({ undo: props.movementId });
  };
  return (
    <>
      <button type="button" className="plain-button" disabled={busy} aria-label={props.label} onClick={() => setAsking(true)}>
        {words.button}
      </button>
      {answer?.outcome === "refused" && (
        <span role="alert" className="field-error">
          {" "}
          {answer.text}
        </span>
      )}
      <ConfirmModal
        open={asking}
        title={words.title({ what: props.what, units: format.signed(props.units) })}
        body={words.body}
        confirm={words.confirm}
        cancel={words.cancel}
        onConfirm={confirmed}
        onCancel={() => setAsking(false)}
      />
    </>
  );
}
