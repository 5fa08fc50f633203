import { useFetcher } from "@remix-run/react";
import { useCallback, useEffect, useRef } from "react";
import { useFront } from "../kit/front-context.tsx";
import { useToast } from "../kit/kit.tsx";
import { useTexts } from "../texts/texts.tsx";
import type { StockAnswer, StockRequest } from "./stock-answer.ts";

/** Sends a change of stock and offers its undo. `onDone` runs when it is written. */
export function useStockChange(onDone?: () => void) {
  const front = useFront();
  const toast = useToast();
  const words = useTexts();
  const fetcher = useFetcher<StockAnswer>();
  const done = useRef(onDone);
  done.current = onDone;
  const { submit } = fetcher;
  const send = useCallback(
    (request: StockRequest) =>
      submit(request as Record<string, string | number>, { method: "post", action: front.to("/stock"), encType: "application/json" }),
    [submit, front],
  );
  const answer = fetcher.data;
  useEffect(() => {
    if (answer?.outcome !== "done") return;
    const { movementId } = answer;
    if (answer.undid) toast({ text: words.inventory.edit.undone });
    else toast({ text: words.inventory.edit.saved, undo: { label: words.frame.undo, onUndo: () => send({ undo: movementId }) } });
    done.current?.();
  }, [answer, toast, send, words]);
  return { send, answer, busy: fetcher.state !== "idle" };
}
