import { type Format, useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";
import type { ChannelFacts } from "./channel-facts.ts";

/** From here on a difference is no longer "on its way". */
const LONG_MS = 15_000;

/** Whether a channel's oldest difference stands longer than its usual time explains. */
export function isLate(channel: Pick<ChannelFacts, "waitingSince" | "usualLagMs">, format: Format): boolean {
  return channel.waitingSince !== null && format.age(channel.waitingSince) > Math.max(LONG_MS, 4 * (channel.usualLagMs ?? 0));
}

/** A channel's state in one sentence with a number and a time. */
export function useChannelSentence(): (channel: ChannelFacts) => string {
  const { channels: words, frame } = useTexts();
  const format = useFormat();
  return (channel) => {
    const said = words.sentence;
    const importing =
      channel.importing &&
      said.importing({
        done: format.number(channel.importing.done),
        total: channel.importing.total === null ? null : format.number(channel.importing.total),
      });
    const usual = channel.usualLagMs === null ? null : frame.lag.ms({ n: format.seconds(channel.usualLagMs) });
    switch (channel.state) {
      case "in-step":
        return said["in-step"]({ n: channel.numbers, text: format.number(channel.numbers), at: format.relative(channel.lastSeenAt) });
      case "behind":
        if (channel.quietUntil && format.relative(channel.quietUntil) !== frame.time.now)
          return said.waitingQuota({ at: format.relative(channel.quietUntil) });
        if (channel.waitingSince && isLate(channel, format))
          return said.behindLong({ n: channel.outOfStep, text: format.number(channel.outOfStep), at: format.clock(channel.waitingSince) });
        return said.behind({ n: channel.outOfStep, text: format.number(channel.outOfStep), usual });
      case "needs-you": {
        const rest = format.number(channel.numbers - channel.toDecide);
        return said["needs-you"]({ n: channel.toDecide, text: format.number(channel.toDecide), inStep: rest });
      }
      case "blind": {
        const since = channel.blindSince ?? channel.unseenSince ?? null;
        const reason = channel.unseenKind && !channel.blindSince ? said.unseen[channel.unseenKind] : channel.blindReason;
        return said.blind({ at: since ? format.clock(since) : "", reason: reason ?? said.blindPlain });
      }
      case "paused":
        return said.paused({ at: channel.pausedAt ? format.clock(channel.pausedAt) : "" });
      case "observe":
        return importing ? `${said.observe} ${importing}` : said.observe;
      case "leaving":
        return said.leaving;
      case "disconnected":
        return said.disconnected;
      default: {
        const never: never = channel.state;
        return never;
      }
    }
  };
}
