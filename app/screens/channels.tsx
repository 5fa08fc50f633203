import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { BlockStack, Card, EmptyState } from "@shopify/polaris";
import { requireSeller, webContext } from "#app/front.server.ts";
import { ChannelLabel } from "#app/ui/channel-badge.tsx";
import { isLate, useChannelSentence } from "#app/ui/channels/channel-sentence.tsx";
import { HealthList } from "#app/ui/channels/health-list.tsx";
import { useFormat } from "#app/ui/format.tsx";
import { useFront } from "#app/ui/kit/front-context.tsx";
import { Screen } from "#app/ui/kit/kit.tsx";
import { ChannelStateBadge } from "#app/ui/status-badge.tsx";
import { en } from "#app/ui/texts/en.ts";
import { useTexts } from "#app/ui/texts/texts.tsx";
import { channelsView } from "#app/views/channels.server.ts";
import { leftChannels } from "#app/views/moves.server.ts";

export { ScreenFailure as ErrorBoundary } from "#app/ui/screen-failure.tsx";

export const meta: MetaFunction = () => [{ title: `${en.channels.title} · ${en.frame.product}` }];

export async function loader({ request, context }: LoaderFunctionArgs) {
  const front = await requireSeller(request, context);
  const { house } = webContext(context);
  return { ...(await channelsView(house, front.seller.id)), left: await leftChannels(house, front.seller.id) };
}

export default function Channels() {
  const { channels, left } = useLoaderData<typeof loader>();
  const words = useTexts();
  const front = useFront();
  const sentence = useChannelSentence();
  const format = useFormat();
  return (
    <Screen
      title={words.channels.title}
      primary={{ label: words.connect.title, url: front.to("/channels/connect"), disabled: !front.mayChange }}
    >
      <BlockStack gap="400">
        {channels.length === 0 && (
          <Card>
            <EmptyState heading={words.channels.none.title} image="">
              <p>{words.channels.none.body}</p>
            </EmptyState>
          </Card>
        )}
        {channels.map((channel) => (
          <Card key={channel.id}>
            <BlockStack gap="300">
              <div className="phone-row-head">
                <Link to={front.to(`/channels/${channel.id}`)}>
                  <ChannelLabel channel={channel.channel} shop={channel.name} />
                </Link>
                <ChannelStateBadge state={channel.state} late={isLate(channel, format)} />
              </div>
              <p suppressHydrationWarning>{sentence(channel)}</p>
              <HealthList channel={channel} />
            </BlockStack>
          </Card>
        ))}
        {left.length > 0 && (
          <Card>
            <BlockStack gap="200">
              <h2>{words.leaving.left.earlier}</h2>
              <ul className="plain-list">
                {left.map((one) => (
                  <li key={one.id}>
                    <ChannelLabel channel={one.channel} shop={one.name} />{" "}
                    <Link to={front.to(`/channels/${one.id}/leave`)}>{words.leaving.left.open({ name: one.name })}</Link>
                  </li>
                ))}
              </ul>
            </BlockStack>
          </Card>
        )}
      </BlockStack>
    </Screen>
  );
}
