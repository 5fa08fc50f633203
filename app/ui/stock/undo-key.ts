import { useEffect } from "react";
import { useStockChanges } from "./stock-changes.tsx";

/** Ctrl/Cmd+Z takes back the last change of stock, unless something is being typed. */
export function useUndoKey(): void {
  const { undoLast } = useStockChanges();
  useEffect(() => {
    const undo = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
      if (typing || event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
      if (undoLast()) event.preventDefault();
    };
    addEventListener("keydown", undo);
    return () => removeEventListener("keydown", undo);
  }, [undoLast]);
}
