import { Link, useFetcher } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import type { ChannelName } from "#app/domain/channel-words.ts";
import type { ConnectProblem } from "#app/domain/connect-problem.ts";
import { ChannelLabel, useChannelName } from "../channel-badge.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";
import { useLeaveFor } from "./leave-for.ts";
import { ProblemNote } from "./problem-note.tsx";

export type Choice = {
  channel: ChannelName;
  /** on: its keys are configured; off: they are not. */
  state: "on" | "off";
  /** Where it is installed from instead of from here; null where no such address is configured. */
  installFrom?: string | null;
};

/** The channels there are: what each needs, how long it takes, and the one button that begins. */
export function ChannelChoice({ choices }: { choices: Choice[] }) {
  const words = useTexts().connect.choose;
  return (
    <BlockStack gap="400">
      <p>{words.promise}</p>
      {choices.map((choice) => (
        <Card key={choice.channel}>
          <BlockStack gap="200">
            <Text as="h2" variant="headingMd">
              <ChannelLabel channel={choice.channel} />
            </Text>
            <p>
              <span className="quiet">{words.needs}</span> {words.cards[choice.channel].needs}
            </p>
            <p>
              <span className="quiet">{words.takes}</span> {words.cards[choice.channel].takes}
            </p>
            {choice.channel === "etsy" && <p className="quiet">{words.etsyNotice}</p>}
            <Way choice={choice} />
          </BlockStack>
        </Card>
      ))}
    </BlockStack>
  );
}

function Way({ choice }: { choice: Choice }) {
  const words = useTexts().connect.choose;
  const front = useFront();
  const name = useChannelName();
  const { channel, state } = choice;
  const { act } = words.cards[channel];
  if (state === "off") return <p role="note">{words.off({ channel: name(channel) })}</p>;
  switch (channel) {
    case "shopify":
      if (!choice.installFrom) return <p role="note">{words.noStoreAddress}</p>;
      return (
        <div className="acts">
          <a className="act" href={choice.installFrom} target="_blank" rel="noreferrer">
            {act}
          </a>
        </div>
      );
    case "woocommerce":
      return (
        <div className="acts">
          <Link className="act" to={front.to("/channels/connect?channel=woocommerce")}>
            {act}
          </Link>
        </div>
      );
    case "ebay":
    case "etsy":
      return <GoToPlatform channel={channel} act={act} />;
    default: {
      const never: never = channel;
      return never;
    }
  }
}

/** The one-time link exists only in the answer to the click that made it. */
function GoToPlatform(props: { channel: ChannelName; act: string }) {
  const words = useTexts().connect.grant;
  const front = useFront();
  const name = useChannelName();
  const fetcher = useFetcher<{ page: string } | { problem: ConnectProblem }>();
  const page = fetcher.data && "page" in fetcher.data ? fetcher.data.page : null;
  const channel = name(props.channel);
  useLeaveFor(page);
  return (
    <fetcher.Form method="post" action={front.to("/channels/connect")}>
      <input type="hidden" name="channel" value={props.channel} />
      <ProblemNote problem={fetcher.data && "problem" in fetcher.data ? fetcher.data.problem : null} />
      {page && <p role="status">{words.leaving({ channel })}</p>}
      <div className="acts">
        {page && (
          <a className="act" href={page} target="_top">
            {words.open({ channel })}
          </a>
        )}
        <button
          type="submit"
          name="do"
          value="authorize"
          className={page ? "chip" : "act"}
          disabled={!front.mayChange || fetcher.state !== "idle"}
        >
          {page ? words.goAgain({ channel }) : props.act}
        </button>
      </div>
    </fetcher.Form>
  );
}
