import { useFetchers } from "@remix-run/react";
import { useEffect, useRef } from "react";
import type { StockAnswer } from "./stock-answer.ts";
import { useStockChange } from "./use-stock-change.ts";

/** Ctrl/Cmd+Z takes back the last change made on this page, unless something is being typed. */
export function useUndoKey(): void {
  const last = useRef<string | null>(null);
  const fetchers = useFetchers();
  for (const fetcher of fetchers) {
    const answer = fetcher.data as StockAnswer | undefined;
    if (answer && typeof answer === "object" && "outcome" in answer && answer.outcome === "done")
      last.current = answer.undid ? null : answer.movementId;
  }
  const { send } = useStockChange();
  useEffect(() => {
    const undo = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
      if (typing || event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || !last.current) return;
      event.preventDefault();
      send({ undo: last.current });
      last.current = null;
    };
    addEventListener("keydown", undo);
    return () => removeEventListener("keydown", undo);
  }, [send]);
}
