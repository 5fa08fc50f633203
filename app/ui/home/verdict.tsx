import { useChannelName } from "../channel-badge.tsx";
import type { ChannelFacts } from "../channels/channel-facts.ts";
import { isLate } from "../channels/channel-sentence.tsx";
import { type Format, useFormat } from "../format.tsx";
import type { Texts } from "../texts/en.ts";
import { useTexts } from "../texts/texts.tsx";

type VerdictProps = {
  stoppedAt: Date | null;
  channels: ChannelFacts[];
  metrics: { lagMs: number | null; unitsAtRisk: number; inStepPercent: number | null };
};

/** The first line of the first page: may the seller stop worrying? Then three figures. */
export function Verdict(props: VerdictProps) {
  const texts = useTexts();
  const format = useFormat();
  const name = useChannelName();
  const verdict = verdictOf(props, texts, format, (c) => name(c.channel));
  const { metrics } = props;
  const words = texts.home.metrics;
  return (
    <div className="verdict-row">
      <div>
        <span className="verdict-mark" aria-hidden="true">
          {verdict.mark}
        </span>
        <p className="verdict" suppressHydrationWarning>
          {verdict.text}
        </p>
      </div>
      <dl className="metrics">
        <div>
          <dt>{words.lag}</dt>
          <dd>{metrics.lagMs === null ? words.noLag : texts.frame.lag.ms({ n: format.seconds(metrics.lagMs) })}</dd>
        </div>
        <div>
          <dt>{words.risk}</dt>
          <dd>{format.number(metrics.unitsAtRisk)}</dd>
        </div>
        <div>
          <dt>{words.inStep}</dt>
          <dd>{metrics.inStepPercent === null ? texts.numbers.none : words.percent({ n: format.number(metrics.inStepPercent) })}</dd>
        </div>
      </dl>
    </div>
  );
}

type Said = { mark: "✓" | "↻" | "‖" | "!" | "○"; text: string };

/** The worst news wins; "in step" is said only when every live channel has proved every number. */
export function verdictOf(home: VerdictProps, texts: Texts, format: Format, nameOf: (c: ChannelFacts) => string): Said {
  const words = texts.home.verdict;
  const { channels } = home;
  const names = (some: ChannelFacts[]) => [...new Set(some.map(nameOf))].join(", ");
  const inState = (state: ChannelFacts["state"]) => channels.filter((c) => c.state === state);
  if (channels.length === 0) return { mark: "○", text: words.none };
  const blind = inState("blind");
  const since = earliest(blind.map((c) => c.blindSince ?? c.unseenSince ?? null));
  if (blind.length > 0) return { mark: "!", text: words.blind({ channels: names(blind), at: since ? format.clock(since) : "" }) };
  if (home.stoppedAt) return { mark: "‖", text: words.stopped({ at: format.clock(home.stoppedAt) }) };
  const behind = inState("behind");
  if (behind.length > 0) {
    const n = behind.reduce((sum, c) => sum + c.outOfStep, 0);
    const late = behind.filter((c) => isLate(c, format));
    const waiting = earliest(late.map((c) => c.waitingSince));
    if (waiting) {
      const stuck = late.reduce((sum, c) => sum + c.outOfStep, 0);
      return { mark: "!", text: words.waiting({ n: stuck, text: format.number(stuck), channels: names(late), at: format.clock(waiting) }) };
    }
    const lags = behind.flatMap((c) => (c.usualLagMs === null ? [] : [c.usualLagMs]));
    const usual = lags.length === 0 ? null : texts.frame.lag.ms({ n: format.seconds(Math.max(...lags)) });
    return { mark: "↻", text: words.sending({ n, text: format.number(n), channels: names(behind), usual }) };
  }
  const paused = inState("paused");
  if (paused.length > 0) return { mark: "‖", text: words.paused({ channels: names(paused) }) };
  const deciding = inState("needs-you");
  if (deciding.length > 0) {
    const n = deciding.reduce((sum, c) => sum + c.toDecide, 0);
    return { mark: "!", text: words.needsYou({ n, text: format.number(n), channels: names(deciding) }) };
  }
  const live = inState("in-step");
  const watching = inState("observe");
  // The oldest look counts: "checked 12 s ago" must hold for every channel.
  const checked = format.relative(earliest(live.map((c) => c.lastSeenAt)));
  if (live.length === 0) return { mark: "○", text: words.watching({ n: channels.length }) };
  if (watching.length > 0) return { mark: "✓", text: words.partly({ live: live.length, watching: watching.length, checked }) };
  return { mark: "✓", text: words.inStep({ n: live.length, checked }) };
}

function earliest(moments: (Date | null)[]): Date | null {
  return moments.reduce<Date | null>((first, at) => (at && (!first || at < first) ? at : first), null);
}
