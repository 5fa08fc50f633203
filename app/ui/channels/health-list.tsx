import { Moment, useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";
import type { ChannelFacts } from "./channel-facts.ts";

/** The figures of one channel, each with its unit and its time. */
export function HealthList(props: { channel: ChannelFacts; more?: { label: string; value: React.ReactNode }[] }) {
  const { channel, more = [] } = props;
  const { channels, frame } = useTexts();
  const words = channels.facts;
  const format = useFormat();
  const facts = [
    { label: words.lastOrder, value: channel.lastOrderAt ? <Moment at={channel.lastOrderAt} /> : words.nothingYet },
    { label: words.lastConfirmed, value: channel.lastConfirmedAt ? <Moment at={channel.lastConfirmedAt} /> : words.nothingYet },
    { label: words.lag, value: channel.usualLagMs === null ? words.nothingYet : frame.lag.ms({ n: format.seconds(channel.usualLagMs) }) },
    { label: words.numbers, value: format.number(channel.numbers) },
    ...(channel.waitingSince ? [{ label: words.waiting, value: <Moment at={channel.waitingSince} /> }] : []),
    ...(channel.tooHigh > 0 ? [{ label: words.tooHigh, value: format.number(channel.tooHigh) }] : []),
    ...(channel.unlinked > 0 ? [{ label: words.unlinked, value: format.number(channel.unlinked) }] : []),
    {
      label: words.budget,
      value:
        channel.callsPerDay === null
          ? words.noLimit
          : words.budgetOf({ left: format.number(channel.callsLeftToday ?? 0), of: format.number(channel.callsPerDay) }),
    },
    { label: words.lastCall, value: channel.lastSeenAt ? <Moment at={channel.lastSeenAt} /> : words.nothingYet },
    ...more,
  ];
  return (
    <dl className="facts">
      {facts.map((fact) => (
        <div key={fact.label}>
          <dt>{fact.label}</dt>
          <dd>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
