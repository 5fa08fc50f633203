import { useEffect } from "react";

/**
 * Takes the whole window to a platform's page as soon as its address is known: the page refuses to stand inside another site's
 * frame. Where the browser forbids that, the link beside it is left.
 */
export function useLeaveFor(page: string | null): void {
  useEffect(() => {
    if (page !== null) window.open(page, "_top");
  }, [page]);
}
