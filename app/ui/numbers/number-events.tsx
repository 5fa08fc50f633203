import { Link, useFetcher } from "@remix-run/react";
import { useState } from "react";
import { type RecordLine, useSentence } from "../activity/sentence.tsx";
import { Moment, useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";

export type EventLine = RecordLine & { tookMs: number | null };

/** What led to a number, oldest first; each line opens everything that its cause led to. */
export function NumberEvents(props: { events: EventLine[] }) {
  const { numbers, frame } = useTexts();
  const words = numbers.why.events;
  const format = useFormat();
  const front = useFront();
  const sentence = useSentence();
  if (props.events.length === 0) return <p className="quiet">{words.none}</p>;
  return (
    <ol className="why-steps">
      {props.events.map((event) => (
        <li key={event.id}>
          {event.correlationId ? (
            <Link to={front.to(`/activity?chain=${encodeURIComponent(event.correlationId)}`)}>{sentence(event)}</Link>
          ) : (
            sentence(event)
          )}{" "}
          <span className="quiet">
            <Moment at={event.at} />
            {event.tookMs !== null &&
              event.tookMs >= SAID_FROM_MS &&
              ` · ${words.took({ time: frame.lag.ms({ n: format.seconds(event.tookMs) }) })}`}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** Shorter delays are our own bookkeeping. */
const SAID_FROM_MS = 100;

/** The same behind a heading, read when it is opened: a page of fifty numbers asks for none of them unasked. */
export function EventsOf(props: { quantityId: string }) {
  const words = useTexts().numbers.why.events;
  const front = useFront();
  const fetcher = useFetcher<{ events: EventLine[] }>();
  const [asked, setAsked] = useState(false);
  return (
    <details
      onToggle={(event) => {
        if (!event.currentTarget.open || asked) return;
        setAsked(true);
        fetcher.load(front.to(`/why/${props.quantityId}`));
      }}
    >
      <summary>{words.title}</summary>
      {fetcher.data ? <NumberEvents events={fetcher.data.events} /> : <p className="quiet">{words.loading}</p>}
    </details>
  );
}
