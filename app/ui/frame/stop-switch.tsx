import { useFetcher } from "@remix-run/react";
import { useEffect, useState } from "react";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { ConfirmModal, useToast } from "../kit/kit.tsx";
import { useTexts } from "../texts/texts.tsx";

/** One switch on every page that stops all writing to all channels, and says so for as long as it lasts. */
export function StopSwitch(props: { stoppedAt: Date | null }) {
  const words = useTexts().frame.stop;
  const front = useFront();
  const toast = useToast();
  const fetcher = useFetcher<{ stopped: boolean }>();
  const [asking, setAsking] = useState(false);
  const send = (stop: boolean) => {
    setAsking(false);
    fetcher.submit({ stop: String(stop) }, { method: "post", action: front.to("/writing") });
  };
  const answer = fetcher.data;
  useEffect(() => {
    // Resuming leads to a page that says what would be written.
    if (answer?.stopped) toast({ text: words.stopped });
  }, [answer, toast, words]);
  return (
    <>
      <button
        type="button"
        className="stop-switch"
        disabled={!front.mayChange || fetcher.state !== "idle"}
        onClick={() => (props.stoppedAt ? send(false) : setAsking(true))}
      >
        <span className="stop-sign" aria-hidden="true" />
        {props.stoppedAt ? words.off : words.on}
      </button>
      <ConfirmModal
        open={asking}
        title={words.title}
        body={words.body}
        confirm={words.confirm}
        cancel={words.cancel}
        destructive
        onConfirm={() => send(true)}
        onCancel={() => setAsking(false)}
      />
    </>
  );
}

/** The one banner a page may have: it concerns the whole account. */
export function StoppedBanner(props: { stoppedAt: Date | null }) {
  const words = useTexts().frame.stop;
  const format = useFormat();
  if (!props.stoppedAt) return null;
  return (
    <div className="stopped-banner" role="status">
      {words.banner({ at: format.clock(props.stoppedAt) })}
    </div>
  );
}
