import { Link, useFetcher } from "@remix-run/react";
import { BlockStack, Text } from "@shopify/polaris";
import { useEffect } from "react";
import type { TargetStep } from "#app/domain/target.ts";
import { ChannelLabel, useChannelName } from "../channel-badge.tsx";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useToast } from "../kit/kit.tsx";
import { EventsOf } from "../numbers/number-events.tsx";
import { NumberMark } from "../numbers/number-mark.tsx";
import type { NumberOnChannel } from "../numbers/number-on-channel.ts";
import { NumberState } from "../numbers/why-panel.tsx";
import { WhySteps } from "../numbers/why-steps.tsx";
import type { NamedRule } from "../rules/rule-words.ts";
import { useTexts } from "../texts/texts.tsx";

export type ShownWithWhy = NumberOnChannel & { why: { target: number | null; supposed: boolean; steps: TargetStep[] } | null };

/** Every listing of the item with its number and the steps that lead to it. */
export function WhereShown(props: { numbers: ShownWithWhy[]; rules: Record<string, NamedRule> }) {
  const words = useTexts().inventory.item;
  return (
    <BlockStack gap="200">
      <Text as="h2" variant="headingMd">
        {words.listings}
      </Text>
      {props.numbers.length === 0 && <p className="quiet">{words.noListings}</p>}
      <ul className="plain-list">
        {props.numbers.map((number) => (
          <li key={number.listingId} style={{ paddingBlock: "0.75rem" }}>
            <OneListing number={number} rules={props.rules} />
          </li>
        ))}
      </ul>
    </BlockStack>
  );
}

const RETRY = new Set(["sending", "waiting", "refused"]);

function OneListing(props: { number: ShownWithWhy; rules: Record<string, NamedRule> }) {
  const { number } = props;
  const { inventory, numbers } = useTexts();
  const words = inventory.item;
  const format = useFormat();
  const front = useFront();
  const shown = number.why?.target ?? number.target ?? number.confirmed;
  const title = number.why?.supposed ? numbers.why.titleSupposed : numbers.why.title;
  return (
    <BlockStack gap="200">
      <div className="phone-row-head">
        <Link to={front.to(`/channels/${number.connectionId}`)}>
          <ChannelLabel channel={number.channel} />
        </Link>
        <NumberMark number={number} />
      </div>
      <span className="quiet">
        {number.title}
        {(number.units ?? 1) > 1 && ` · ${words.units({ n: format.number(number.units ?? 1) })}`}
      </span>
      <NumberState number={number} />
      <LastLook number={number} />
      {RETRY.has(number.status) && front.mayChange && <RetryButton quantityId={number.quantityId} />}
      <details>
        <summary>{title({ n: shown === null ? numbers.unknown : format.number(shown) })}</summary>
        <WhySteps steps={number.why?.steps ?? []} result={number.why?.target ?? null} rules={props.rules} />
        <EventsOf quantityId={number.quantityId} />
      </details>
    </BlockStack>
  );
}

/** How old what we know of it is. */
function LastLook(props: { number: ShownWithWhy }) {
  const words = useTexts().sight.readings;
  const format = useFormat();
  const channel = useChannelName()(props.number.channel);
  const at = props.number.lastReadAt ?? null;
  if (props.number.target === null) return null;
  return (
    <span className="quiet" suppressHydrationWarning>
      {at === null ? words.numberNever({ channel }) : words.number({ channel, at: format.relative(at) })}
    </span>
  );
}

function RetryButton(props: { quantityId: string }) {
  const words = useTexts().inventory.item;
  const toast = useToast();
  const fetcher = useFetcher<{ retried: boolean }>();
  useEffect(() => {
    if (fetcher.data) toast({ text: words.retried });
  }, [fetcher.data, toast, words]);
  return (
    <fetcher.Form method="post">
      <input type="hidden" name="quantityId" value={props.quantityId} />
      <button type="submit" name="do" value="retry" className="plain-button" disabled={fetcher.state !== "idle"}>
        {words.retry}
      </button>
    </fetcher.Form>
  );
}
