import { useFetcher } from "@remix-run/react";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import { useFront } from "../kit/front-context.tsx";
import { useToast } from "../kit/kit.tsx";
import { useTexts } from "../texts/texts.tsx";
import type { StockAnswer, StockRequest } from "./stock-answer.ts";

type Listener = (answer: StockAnswer) => void;
type StockChanges = { send: (request: StockRequest, listener: Listener) => void; undoLast: () => boolean; busy: boolean };

const StockContext = createContext<StockChanges | null>(null);

/**
 * Sends changes of stock and offers their undo. It stands in the frame and not in the form, since the form is gone by the time
 * somebody presses Undo in the toast.
 */
export function StockProvider(props: { children: ReactNode }) {
  const front = useFront();
  const toast = useToast();
  const words = useTexts();
  const { submit, data, state } = useFetcher<StockAnswer>({ key: "stock" });
  const listener = useRef<Listener | null>(null);
  const last = useRef<string | null>(null);

  const send = useCallback(
    (request: StockRequest, answered: Listener) => {
      listener.current = answered;
      submit(request as Record<string, string | number>, { method: "post", action: front.to("/stock"), encType: "application/json" });
    },
    [submit, front],
  );

  useEffect(() => {
    if (!data) return;
    listener.current?.(data);
    listener.current = null;
    if (data.outcome !== "done") return;
    last.current = data.undid ? null : data.movementId;
    if (data.undid) return toast({ text: words.inventory.edit.undone });
    const undo = { label: words.frame.undo, onUndo: () => send({ undo: data.movementId }, () => {}) };
    toast({ text: words.inventory.edit.saved, undo });
  }, [data, toast, words, send]);

  const undoLast = useCallback(() => {
    if (!last.current) return false;
    send({ undo: last.current }, () => {});
    last.current = null;
    return true;
  }, [send]);

  const value = useMemo(() => ({ send, undoLast, busy: state !== "idle" }), [send, undoLast, state]);
  return <StockContext.Provider value={value}>{props.children}</StockContext.Provider>;
}

export function useStockChanges(): StockChanges {
  const changes = useContext(StockContext);
  if (!changes) throw new Error("a change of stock stands outside a front's frame");
  return changes;
}

/** One form's or button's own change, with the answer to it. */
export function useStockChange(onDone?: () => void) {
  const { send: sendIt, busy } = useStockChanges();
  const [answer, setAnswer] = useState<StockAnswer | null>(null);
  const done = useRef(onDone);
  done.current = onDone;
  const send = useCallback(
    (request: StockRequest) =>
      sendIt(request, (given) => {
        setAnswer(given);
        if (given.outcome === "done") done.current?.();
      }),
    [sendIt],
  );
  return { send, answer, busy };
}
