import { Link } from "@remix-run/react";
import { BlockStack, Text } from "@shopify/polaris";
import { ChannelLabel } from "../channel-badge.tsx";
import type { ChannelFacts } from "../channels/channel-facts.ts";
import { isLate, useChannelSentence } from "../channels/channel-sentence.tsx";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { ChannelStateBadge } from "../status-badge.tsx";
import { useTexts } from "../texts/texts.tsx";

export function ChannelRows(props: { channels: ChannelFacts[] }) {
  const { home, connect } = useTexts();
  const words = home.channels;
  const front = useFront();
  const sentence = useChannelSentence();
  const format = useFormat();
  return (
    <BlockStack gap="200">
      <Text as="h2" variant="headingMd">
        {words.title}
      </Text>
      {props.channels.length === 0 && (
        <p>
          {words.none} <Link to={front.to("/channels/connect")}>{connect.title}</Link>
        </p>
      )}
      <ul className="plain-list">
        {props.channels.map((channel) => (
          <li key={channel.id} className="channel-row">
            <Link to={front.to(`/channels/${channel.id}`)} aria-label={words.open({ name: channel.name })}>
              <ChannelLabel channel={channel.channel} />
            </Link>
            <span suppressHydrationWarning>
              {sentence(channel)} <span className="quiet">· {channel.name}</span>
            </span>
            <ChannelStateBadge state={channel.state} late={isLate(channel, format)} />
          </li>
        ))}
      </ul>
    </BlockStack>
  );
}
