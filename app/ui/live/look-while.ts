import { useNavigation, useRevalidator } from "@remix-run/react";
import { useEffect } from "react";

const EVERY_MS = 1_500;

/**
 * Looks again by the clock as long as the page waits for work of ours that takes a moment. What ends between the page's making and
 * the opening of its live stream is announced to nobody: without this the page would wait for ever.
 */
export function useLookWhile(waiting: boolean): void {
  const { revalidate, state: looking } = useRevalidator();
  const { state: navigating } = useNavigation();
  useEffect(() => {
    if (!waiting || looking !== "idle" || navigating !== "idle") return;
    const timer = setTimeout(revalidate, EVERY_MS);
    return () => clearTimeout(timer);
  }, [waiting, looking, navigating, revalidate]);
}
