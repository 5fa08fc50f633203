import { Link, useFetcher } from "@remix-run/react";
import { useEffect } from "react";
import type { TargetStep } from "#app/domain/target.ts";
import { useChannelName } from "../channel-badge.tsx";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import type { NamedRule } from "../rules/rule-words.ts";
import { StatusBadge } from "../status-badge.tsx";
import { EditStock } from "../stock/edit-stock.tsx";
import { useTexts } from "../texts/texts.tsx";
import { type EventLine, NumberEvents } from "./number-events.tsx";
import type { NumberOnChannel } from "./number-on-channel.ts";
import { WhySteps } from "./why-steps.tsx";

export type WhyAnswer = {
  wouldShow: number | null;
  supposed: boolean;
  steps: TargetStep[];
  item: { id: string; title: string; available: number } | null;
  components: number;
  events: EventLine[];
  rules: Record<string, NamedRule>;
};

/** "Why 3?" for one number, and the one change that can be made from here. */
export function WhyPanel(props: { number: NumberOnChannel; available: number | null; onDone: () => void }) {
  const { number, available, onDone } = props;
  const words = useTexts();
  const front = useFront();
  const format = useFormat();
  const fetcher = useFetcher<WhyAnswer>();
  const { load } = fetcher;
  const address = front.to(`/why/${number.quantityId}`);
  useEffect(() => load(address), [load, address]);
  const why = fetcher.data;
  const title = why?.supposed ? words.numbers.why.titleSupposed : words.numbers.why.title;
  const shown = why?.wouldShow ?? number.target ?? number.confirmed;
  return (
    <div className="why">
      <h2>{title({ n: shown === null ? words.numbers.unknown : format.number(shown) })}</h2>
      <NumberState number={number} />
      {why ? (
        <WhySteps steps={why.steps} result={why.wouldShow} rules={why.rules} />
      ) : (
        <p className="quiet skeleton-note">{words.inventory.edit.loading}</p>
      )}
      {why && (
        <details>
          <summary>{words.numbers.why.events.title}</summary>
          <NumberEvents events={why.events} />
        </details>
      )}
      {why?.item && (
        <>
          <Link to={front.to(`/inventory/items/${why.item.id}`)}>{words.numbers.why.toItem}</Link>
          <EditStock item={{ ...why.item, available: available ?? why.item.available }} onDone={onDone} />
        </>
      )}
      {why && why.components > 1 && <p className="quiet">{words.inventory.edit.several}</p>}
    </div>
  );
}

/** The state in a sentence; what the engine or the platform said stands beneath it. */
export function NumberState(props: { number: NumberOnChannel }) {
  const { number } = props;
  const words = useTexts().numbers;
  const name = useChannelName();
  const format = useFormat();
  const channel = name(number.channel);
  const sentence = words.explain[number.status]({
    channel,
    at: format.relative(number.confirmedAt),
    next: format.relative(number.nextAttemptAt),
  });
  return (
    <div>
      <StatusBadge status={number.status} /> <span suppressHydrationWarning>{sentence}</span>
      {number.reason && <p className="quiet">{number.reason}</p>}
    </div>
  );
}
