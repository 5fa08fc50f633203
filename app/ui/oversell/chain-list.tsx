import type { ChannelName } from "#app/domain/channel-words.ts";
import { useChannelName } from "../channel-badge.tsx";
import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

type Step =
  | { kind: "placed" | "learned"; at: Date; channel: ChannelName; orderNumber: string; units: number }
  | { kind: "shown"; at: Date; channel: ChannelName; outcome: string; from: number | null; to: number | null; note: string | null }
  | { kind: "moved"; at: Date; units: number; by: string | null; note: string | null }
  | { kind: "opened"; at: Date };

/** What happened, moment by moment. */
export function ChainList(props: { chain: Step[] }) {
  const words = useTexts().oversell.chain;
  const format = useFormat();
  const sentence = useStepSentence();
  return (
    <ol className="plain-list" aria-label={words.title}>
      {props.chain.map((step, index) => (
        // Several steps may share a moment; the list never changes its order.
        // biome-ignore lint/suspicious/noArrayIndexKey: append-only, in order of time
        <li key={index} className="record-row">
          <time dateTime={step.at.toISOString()} title={format.full(step.at)} className="quiet numeric" suppressHydrationWarning>
            {format.time(step.at)}
          </time>
          <span>
            {sentence(step)}
            {noteOf(step) && <span className="quiet"> · {noteOf(step)}</span>}
          </span>
          <span />
        </li>
      ))}
    </ol>
  );
}

/** What a person wrote, or what the platform said where it did not take a number. */
function noteOf(step: Step): string | null {
  if (step.kind === "moved") return step.note;
  return step.kind === "shown" && step.outcome !== "confirmed" ? step.note : null;
}

function useStepSentence(): (step: Step) => string {
  const words = useTexts().oversell.chain;
  const format = useFormat();
  const name = useChannelName();
  return (step) => {
    switch (step.kind) {
      case "placed":
        return words.placed({ n: step.units, order: step.orderNumber, channel: name(step.channel) });
      case "learned":
        return words.learned({ order: step.orderNumber, channel: name(step.channel) });
      case "shown": {
        const figure = (n: number | null) => (n === null ? "–" : format.number(n));
        const change = { channel: name(step.channel), from: figure(step.from), to: figure(step.to) };
        if (step.outcome === "confirmed") return words.confirmed(change);
        return step.outcome === "seen" ? words.seen(change) : words.refused(change);
      }
      case "moved":
        return words.moved({ who: step.by ?? words.someone, units: format.signed(step.units) });
      case "opened":
        return words.opened;
      default: {
        const never: never = step;
        return never;
      }
    }
  };
}
