import { BlockStack, Card, Text } from "@shopify/polaris";
import { Moment } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

type Feed = { kind: string; readThrough: Date | null; nextAt: Date | null; failures: number; failureText: string | null };
type Delivery = { id: string; topic: string; status: string; receivedAt: Date; parkedReason: string | null };

/** What was put aside, and the way to try it again; null where nothing was, or the person may not. */
type Aside = { count: number; busy: boolean; onTryAgain: () => void } | null;

/** How the channel is read, and what it told us last. */
export function ChannelLog(props: { feeds: Feed[]; deliveries: Delivery[]; aside: Aside }) {
  const words = useTexts().channels.log;
  return (
    <Card>
      <BlockStack gap="400">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {words.feedsTitle}
          </Text>
          <ul className="plain-list">
            {props.feeds.map((feed) => (
              <li key={feed.kind} className="need">
                <span>
                  {words.feed[feed.kind] ?? feed.kind}
                  {feed.failures > 0 && feed.failureText && (
                    <span className="field-error"> {words.failed({ n: feed.failures, text: feed.failureText })}</span>
                  )}
                </span>
                <span className="quiet">
                  <Moment at={feed.readThrough} />
                </span>
              </li>
            ))}
          </ul>
        </BlockStack>
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {words.title}
          </Text>
          {props.aside && (
            <div className="need" id="put-aside">
              <span>{words.aside({ n: props.aside.count })}</span>
              <button type="button" className="chip" disabled={props.aside.busy} onClick={props.aside.onTryAgain}>
                {words.tryAgain}
              </button>
            </div>
          )}
          {props.deliveries.length === 0 && <p className="quiet">{words.none}</p>}
          <ul className="plain-list">
            {props.deliveries.map((delivery) => (
              <li key={delivery.id} className="need">
                <span>
                  {delivery.topic} <span className="quiet">{words.status[delivery.status] ?? delivery.status}</span>
                  {delivery.parkedReason && <span className="quiet"> · {delivery.parkedReason}</span>}
                </span>
                <span className="quiet">
                  <Moment at={delivery.receivedAt} />
                </span>
              </li>
            ))}
          </ul>
        </BlockStack>
      </BlockStack>
    </Card>
  );
}
