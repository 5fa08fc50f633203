import { BlockStack, Card, Text } from "@shopify/polaris";
import { useFormat } from "../format.tsx";
import type { limits as limitTexts } from "../texts/en-limits.ts";
import { useTexts } from "../texts/texts.tsx";

type Purposes = Record<keyof (typeof limitTexts)["purpose"], number>;
export type LimitFacts = {
  spent: Purposes;
  day: { used: number; share: number } | null;
  told: { left: number; perDay: number; resetsAt: Date; at: Date } | null;
  pollEveryMs: number | null;
  pollReason: string | null;
  lookEveryMs: number | null;
  limited: boolean;
  ordersSpentUntil: Date | null;
};

const MINUTE_MS = 60_000;

/** Calls taken and allowed, what they went to, and how soon changes on the channel are noticed because of it. */
export function LimitsCard({ limits, channel }: { limits: LimitFacts; channel: string }) {
  const words = useTexts().limits;
  const format = useFormat();
  const spell = (ms: number) => {
    if (ms < 2 * MINUTE_MS) return words.seconds({ n: Math.max(1, Math.round(ms / 1_000)) });
    if (ms < 120 * MINUTE_MS) return words.minutes({ n: Math.round(ms / MINUTE_MS) });
    return words.hours({ n: Math.round(ms / (60 * MINUTE_MS)) });
  };
  const purposes = Object.keys(words.purpose) as (keyof Purposes)[];
  const all = purposes.reduce((sum, purpose) => sum + limits.spent[purpose], 0);
  const { day, told, pollEveryMs: poll, lookEveryMs: look } = limits;
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {words.title}
        </Text>
        {limits.ordersSpentUntil && (
          <p className="field-error" role="alert">
            {words.spent({ at: format.clock(limits.ordersSpentUntil) })}
          </p>
        )}
        <p>
          {day
            ? words.today({ used: format.number(day.used), share: format.number(day.share) })
            : words.todayFree({ used: format.number(all) })}
        </p>
        {told && (
          <p suppressHydrationWarning>
            {words.told({
              channel,
              left: format.number(told.left),
              perDay: format.number(told.perDay),
              resets: format.clock(told.resetsAt),
              asked: format.clock(told.at),
            })}
          </p>
        )}
        <p>
          {poll === null || look === null ? words.paceNone : words.pace({ poll: spell(poll), look: spell(look) })}{" "}
          <span className="quiet">{limits.limited ? words.limited : words.reason[limits.pollReason ?? ""]}</span>
        </p>
        <dl className="facts">
          {purposes.map((purpose) => (
            <div key={purpose}>
              <dt>{words.purpose[purpose]}</dt>
              <dd>{format.number(limits.spent[purpose])}</dd>
            </div>
          ))}
        </dl>
      </BlockStack>
    </Card>
  );
}
