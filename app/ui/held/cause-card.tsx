import { BlockStack, Card, Text } from "@shopify/polaris";
import { useChannelName } from "../channel-badge.tsx";
import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

export type CauseFacts = {
  kind: string;
  cause: string;
  channel: string | null;
  edits: number;
  sameValue: number | null;
  firstSeenAt: Date | null;
  lastSeenAt: Date | null;
  usualPercent: number;
  lowered: number;
  base: number;
  acts: { action: string; actor: string | null; at: Date }[];
};

/** What usually happens beside what happened now, and the likeliest causes with what speaks for them. */
export function CauseCard(props: { facts: CauseFacts }) {
  const { facts } = props;
  const words = useTexts().held;
  const causes = useCauses(facts);
  const now = percentOf(facts);
  return (
    <Card>
      <BlockStack gap="300">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {words.usual.title}
          </Text>
          <p>{facts.usualPercent === 0 ? words.usual.none({ now }) : words.usual.line({ usual: String(facts.usualPercent), now })}</p>
        </BlockStack>
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {words.causes.title}
          </Text>
          <ul className="plain-list" suppressHydrationWarning>
            {causes.map((cause) => (
              <li key={cause}>{cause}</li>
            ))}
          </ul>
        </BlockStack>
      </BlockStack>
    </Card>
  );
}

export function percentOf(facts: { lowered: number; base: number }): string {
  return String(facts.base === 0 ? 0 : Math.round((100 * facts.lowered) / facts.base));
}

function useCauses(facts: CauseFacts): string[] {
  const { held, activity, frame } = useTexts();
  const words = held.causes;
  const name = useChannelName();
  const format = useFormat();
  const channel = name(facts.channel);
  const causes: string[] = [];
  const n = facts.edits;
  if (facts.kind === "edits") {
    if (facts.sameValue === 0) causes.push(words.sameZero({ channel, n }));
    else if (facts.sameValue !== null) causes.push(words.same({ channel, n, value: format.number(facts.sameValue) }));
    if (facts.firstSeenAt && facts.lastSeenAt)
      causes.push(
        words.within({
          channel,
          n,
          time: frame.lag.ms({ n: format.seconds(Math.max(1_000, facts.lastSeenAt.getTime() - facts.firstSeenAt.getTime())) }),
        }),
      );
  } else if (facts.cause === "listing-state") causes.push(words.listingState);
  else causes.push(facts.kind === "plan" || facts.cause.startsWith("rule") ? words.rule : words.other);
  for (const act of facts.acts) {
    const actor = act.actor ?? held.someone;
    const line = { units: "", title: "", channel: "", order: "", before: "", after: "", actor };
    const what = activity.audit[act.action]?.(line) ?? activity.other({ actor, action: act.action, channel: null });
    causes.push(words.act({ what, actor, at: format.clock(act.at) }));
  }
  return [...new Set(causes)];
}
