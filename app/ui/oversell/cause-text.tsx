import type { OversellCause } from "#app/domain/oversell-cause.ts";
import { useChannelName } from "../channel-badge.tsx";
import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

export type CauseFacts = {
  cause: OversellCause;
  betweenMs: number | null;
  learnedAfterMs: number | null;
  knownForMs: number | null;
  noWriting: { why: string; since: Date } | null;
  unseenSince: Date | null;
  refusedText: string | null;
  waitingText: string | null;
  raised: { from: number; to: number; seenAt: Date } | null;
  known: { quantity: number; at: Date } | null;
  lowered: { at: Date; units: number; by: string; note: string | null } | null;
  byLabel: string | null;
};

/** Within this, platforms that cut times to the second do not say who was first. */
const SAME_SECOND_MS = 1_000;

/** The cause as one or two sentences with its figures. */
export function CauseText(props: { cause: CauseFacts; orders: { channel: string; shop: string; role: string }[] }) {
  const { cause, orders } = props;
  const words = useTexts().oversell.cause;
  const sentence = useCauseSentence(orders);
  const said = cause.cause === "write-refused" ? cause.refusedText : cause.cause === "write-late" ? cause.waitingText : null;
  return (
    <p suppressHydrationWarning>
      {sentence(cause)} {said && words.said({ text: said })}
      {cause.lowered?.note && words.said({ text: cause.lowered.note })}
    </p>
  );
}

function useCauseSentence(orders: { channel: string; shop: string; role: string }[]): (cause: CauseFacts) => string {
  const { oversell, frame } = useTexts();
  const words = oversell.cause;
  const format = useFormat();
  const name = useChannelName();
  const called = (role: string) => {
    const order = orders.find((o) => o.role === role);
    const twins = order && orders.some((o) => o.channel === order.channel && o.shop !== order.shop);
    return order ? name(order.channel, twins ? order.shop : null) : oversell.someone;
  };
  const span = (ms: number | null) => frame.lag.ms({ n: format.seconds(Math.max(0, ms ?? 0)) });
  return (cause) => {
    const pair = {
      ...{ first: called("earlier"), second: called("later") },
      ...{ between: span(cause.betweenMs), learned: span(cause.learnedAfterMs), known: span(cause.knownForMs) },
    };
    const known = { quantity: format.number(cause.known?.quantity ?? 0), at: cause.known ? format.clock(cause.known.at) : "" };
    switch (cause.cause) {
      case "physical":
        return (cause.betweenMs ?? 0) < SAME_SECOND_MS ? words.sameSecond(pair) : words.physical(pair);
      case "late-news":
        return words.lateNews(pair);
      case "not-seen":
        return words.notSeen({ ...pair, at: cause.unseenSince ? format.clock(cause.unseenSince) : "" });
      case "write-refused":
        return words.writeRefused(pair);
      case "write-late":
        return words.writeLate(pair);
      case "no-writing":
        return (
          words.noWriting[cause.noWriting?.why ?? ""]?.({ ...pair, at: cause.noWriting ? format.clock(cause.noWriting.since) : "" }) ??
          words.unknown
        );
      case "raised-by-hand": {
        const { raised } = cause;
        if (raised === null) return words.raisedUnseen({ ...pair, ...known });
        return words.raised({ ...pair, from: format.number(raised.from), to: format.number(raised.to), at: format.clock(raised.seenAt) });
      }
      case "sells-without-stock":
        return words.sellsWithoutStock({ ...pair, ...known });
      case "opening-count":
      case "lowered-by-hand": {
        if (cause.lowered === null) return words.openingOwn(pair);
        const hand = { who: cause.byLabel ?? oversell.someone, n: -cause.lowered.units, at: format.clock(cause.lowered.at) };
        return cause.cause === "opening-count" ? words.openingHand(hand) : words.lowered(hand);
      }
      case "before-baseline":
        return words.baseline;
      case "unknown":
        return words.unknown;
      default: {
        const never: never = cause.cause;
        return never;
      }
    }
  };
}
