import { useFetchers, useNavigation, useRevalidator } from "@remix-run/react";

/**
 * Whether nothing of the page is on its way. A look that begins while an act is being sent would drop the act's redirect: the router
 * takes it for a newer navigation, and whoever pressed the button would stay where he was.
 */
export function useAtRest(): boolean {
  const { state: looking } = useRevalidator();
  const { state: navigating } = useNavigation();
  const acts = useFetchers();
  return looking === "idle" && navigating === "idle" && acts.every((act) => act.state === "idle");
}
