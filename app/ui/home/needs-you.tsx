import { Link } from "@remix-run/react";
import { BlockStack, Text } from "@shopify/polaris";
import { useState } from "react";
import { useChannelName } from "../channel-badge.tsx";
import { Moment, useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { KeepHere } from "../leaving/keep-here.tsx";
import { useTexts } from "../texts/texts.tsx";

export type Need = {
  key: string;
  kind: "alert" | "edits" | "held" | "blind" | "unlinked";
  alertKind: string | null;
  text: string | null;
  connectionId: string | null;
  channel: string | null;
  itemId: string | null;
  moveId: string | null;
  holdId: string | null;
  caseId: string | null;
  count: number;
  at: Date;
};

const SHOWN_AT_FIRST = 5;

/** One line a cause, one button a line. */
export function NeedsYou(props: { needs: Need[] }) {
  const words = useTexts().home.needs;
  const [all, setAll] = useState(false);
  const shown = all ? props.needs : props.needs.slice(0, SHOWN_AT_FIRST);
  return (
    <BlockStack gap="200">
      <Text as="h2" variant="headingMd">
        {words.title({ n: props.needs.length })}
      </Text>
      {props.needs.length === 0 && <p className="quiet">{words.none}</p>}
      <ul className="plain-list">
        {shown.map((need) => (
          <NeedLine key={need.key} need={need} />
        ))}
      </ul>
      {shown.length < props.needs.length && (
        <button type="button" className="plain-button" onClick={() => setAll(true)}>
          {words.all({ n: props.needs.length })}
        </button>
      )}
    </BlockStack>
  );
}

function NeedLine(props: { need: Need }) {
  const { need } = props;
  const front = useFront();
  const sentence = useNeedSentence();
  const words = useTexts().home.needs;
  const next = nextStep(need, words);
  return (
    <li className="need">
      <span suppressHydrationWarning>
        {sentence(need)}{" "}
        <span className="quiet">
          <Moment at={need.at} />
          {need.kind === "alert" && need.count > 1 && ` · ${words.times({ n: need.count })}`}
        </span>
      </span>
      {need.moveId !== null && <KeepHere moveId={need.moveId} />}
      {next && need.moveId === null && (
        <Link className="chip" to={front.to(next.to)}>
          {next.label}
        </Link>
      )}
    </li>
  );
}

function useNeedSentence(): (need: Need) => string {
  const words = useTexts().home.needs;
  const name = useChannelName();
  const format = useFormat();
  return (need) => {
    const channel = name(need.channel);
    switch (need.kind) {
      case "alert":
      case "unlinked":
        return need.text ?? "";
      case "edits":
        return words.edits({ n: need.count, channel });
      case "held":
        return words.held({ n: need.count, reason: need.text ?? "" });
      case "blind":
        return words.blind({ channel, at: format.clock(need.at), reason: need.text ?? "" });
      default: {
        const never: never = need.kind;
        return never;
      }
    }
  };
}

type NeedWords = {
  openRules: string;
  reviewEdits: string;
  reviewHeld: string;
  openChannel: string;
  openItem: string;
  chooseOrder: string;
  openNumbers: string;
};

/** The likeliest next act; null where nothing can be done from here. */
export function nextStep(need: Need, words: NeedWords): { label: string; to: string } | null {
  const kind = need.kind === "alert" ? need.alertKind : need.kind;
  const channel = need.connectionId ? `/channels/${need.connectionId}` : null;
  if ((kind === "edits" || kind === "outside-edit") && channel) return { label: words.reviewEdits, to: `${channel}#edits` };
  if (kind === "parked" && channel) return { label: words.openChannel, to: `${channel}#put-aside` };
  if (kind === "rule-waits") return { label: words.openRules, to: "/rules" };
  if (kind === "held") return { label: words.reviewHeld, to: need.holdId ? `/activity/held/${need.holdId}` : "/inventory?tab=needs-you" };
  if (kind === "oversell" && need.caseId) return { label: words.chooseOrder, to: `/activity/oversells/${need.caseId}` };
  if (kind === "unlinked-sale" || kind === "unlinked") return { label: words.openNumbers, to: "/inventory/matching" };
  if (kind === "new-listings") return { label: words.openNumbers, to: "/inventory/matching" };
  if (need.itemId) return { label: words.openItem, to: `/inventory/items/${need.itemId}` };
  return channel ? { label: words.openChannel, to: channel } : null;
}
