import type { ChannelName } from "#app/domain/channel-words.ts";
import { useTexts } from "./texts/texts.tsx";

/** The platform's name; told apart from several accounts of one platform by the shop's own name. */
export function useChannelName(): (channel: string | null, shop?: string | null) => string {
  const names = useTexts().numbers.channel;
  return (channel, shop) => (channel === null ? "" : shop ? `${names[channel] ?? channel} · ${shop}` : (names[channel] ?? channel));
}

export function ChannelLabel(props: { channel: ChannelName; shop?: string | null }) {
  const name = useChannelName();
  return (
    <span className="channel-label">
      <span className={`channel-dot channel-${props.channel}`} aria-hidden="true" />
      {name(props.channel, props.shop)}
    </span>
  );
}
