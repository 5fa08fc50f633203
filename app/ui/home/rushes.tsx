import { useFetcher } from "@remix-run/react";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";

/** What is in force for a while, and the way to end it now; that shows first what would change. */
export function Rushes(props: { rushes: { previewId: string; title: string; endsAt: Date }[] }) {
  const words = useTexts().rules;
  const front = useFront();
  const format = useFormat();
  const fetcher = useFetcher();
  return (
    <ul className="plain-list">
      {props.rushes.map((rush) => (
        <li key={rush.previewId} className="need">
          <span suppressHydrationWarning>{words.rushForm.running({ title: rush.title, at: format.clock(rush.endsAt) })}</span>
          <fetcher.Form method="post" action={front.to("/rules")}>
            <input type="hidden" name="previewId" value={rush.previewId} />
            <button type="submit" name="do" value="end-plan" className="chip" disabled={!front.mayChange || fetcher.state !== "idle"}>
              {words.endNow}
            </button>
          </fetcher.Form>
        </li>
      ))}
    </ul>
  );
}
