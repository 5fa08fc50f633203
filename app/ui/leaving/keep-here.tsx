import { useFetcher } from "@remix-run/react";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";

/** The holder's one word; it harms nothing, so it asks nothing. */
export function KeepHere({ moveId }: { moveId: string }) {
  const words = useTexts().leaving.move;
  const front = useFront();
  const fetcher = useFetcher<{ kept: boolean }>();
  if (fetcher.data) return <span role="status">{fetcher.data.kept ? words.keptNow : words.tooLate}</span>;
  return (
    <button
      type="button"
      className="chip"
      disabled={!front.mayChange || fetcher.state !== "idle"}
      onClick={() => fetcher.submit({ moveId }, { method: "post", action: front.to("/moves") })}
    >
      {words.keep}
    </button>
  );
}
