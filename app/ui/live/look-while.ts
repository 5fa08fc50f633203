import { useRevalidator } from "@remix-run/react";
import { useEffect } from "react";
import { useAtRest } from "./at-rest.ts";

const EVERY_MS = 1_500;

/**
 * Looks again by the clock as long as the page waits for work of ours that takes a moment. What ends between the page's making and
 * the opening of its live stream is announced to nobody: without this the page would wait for ever.
 */
export function useLookWhile(waiting: boolean): void {
  const { revalidate } = useRevalidator();
  const atRest = useAtRest();
  useEffect(() => {
    if (!waiting || !atRest) return;
    const timer = setTimeout(revalidate, EVERY_MS);
    return () => clearTimeout(timer);
  }, [waiting, atRest, revalidate]);
}
