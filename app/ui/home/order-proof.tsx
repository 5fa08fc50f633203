import { useFetcher } from "@remix-run/react";
import { BlockStack, Text } from "@shopify/polaris";
import { useEffect } from "react";
import { useChannelName } from "../channel-badge.tsx";
import { type Format, useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useToast } from "../kit/kit.tsx";
import type { Texts } from "../texts/en.ts";
import { useTexts } from "../texts/texts.tsx";

export type CheckedChannel = {
  connectionId: string;
  channel: string;
  verdict: "complete" | "repaired" | "open" | null;
  listed: number;
  counted: number;
  repaired: number;
  gone: number;
  windowFrom: Date | null;
  checkedAt: Date | null;
  running: boolean;
  failure: string | null;
};

const DAY_MS = 86_400_000;
/** A check older than this is not "today's" any more. */
const OLD_MS = 1.5 * DAY_MS;

/** The proof that no order was missed, in one sentence, and what is to be said beside it. */
export function OrderProof({ proof }: { proof: CheckedChannel[] }) {
  const words = useTexts().sight.proof;
  const front = useFront();
  const toast = useToast();
  const fetcher = useFetcher<{ did: "checking" }>();
  useEffect(() => {
    if (fetcher.data) toast({ text: words.asked });
  }, [fetcher.data, toast, words]);
  const running = proof.some((c) => c.running);
  return (
    <BlockStack gap="200">
      <div className="phone-row-head">
        <Text as="h2" variant="headingMd">
          {words.title}
        </Text>
        <fetcher.Form method="post">
          <button
            type="submit"
            name="do"
            value="check-orders"
            className="chip"
            disabled={!front.mayChange || running || fetcher.state !== "idle"}
          >
            {words.checkNow}
          </button>
        </fetcher.Form>
      </div>
      <ProofWords proof={proof} />
      {running && (
        <p className="quiet" role="status">
          {words.running}
        </p>
      )}
    </BlockStack>
  );
}

export function ProofWords({ proof }: { proof: CheckedChannel[] }) {
  const texts = useTexts();
  const format = useFormat();
  const name = useChannelName();
  const said = proofWords(proof, texts, format, (c) => name(c.channel));
  return (
    <>
      <p suppressHydrationWarning>
        <span aria-hidden="true">{said.mark}</span> {said.verdict}
      </p>
      {said.more.map((line) => (
        <p key={line} className="quiet" suppressHydrationWarning>
          {line}
        </p>
      ))}
    </>
  );
}

type Said = { mark: "✓" | "!" | "○"; verdict: string; more: string[] };

/** "All" is said only where every order that every channel listed is counted; the oldest check gives the time. */
function proofWords(proof: CheckedChannel[], texts: Texts, format: Format, nameOf: (c: CheckedChannel) => string): Said {
  const words = texts.sight.proof;
  const checked = proof.filter((c) => c.verdict !== null && c.checkedAt !== null);
  const unchecked = proof.filter((c) => c.verdict === null);
  const open = checked.filter((c) => c.verdict === "open");
  const times = checked.flatMap((c) => (c.checkedAt ? [c.checkedAt] : []));
  const oldest = times.reduce<Date | null>((min, at) => (min === null || at < min ? at : min), null);
  const more = [
    ...checked.filter((c) => c.repaired > 0).map((c) => words.repaired({ n: c.repaired, channel: nameOf(c) })),
    ...checked.filter((c) => c.gone > 0).map((c) => words.gone({ n: c.gone, channel: nameOf(c) })),
    ...proof.filter((c) => c.failure !== null).map((c) => words.failed({ channel: nameOf(c), text: c.failure ?? "" })),
    ...checked
      .filter((c) => c.checkedAt && format.age(c.checkedAt) > OLD_MS)
      .map((c) => words.old({ channel: nameOf(c), at: c.checkedAt ? format.clock(c.checkedAt) : "" })),
  ];
  if (unchecked.length > 0 && checked.length > 0) more.push(words.unchecked({ channels: unchecked.map(nameOf).join(", ") }));
  if (oldest === null) return { mark: "○", verdict: words.none, more };
  if (open.length > 0) {
    const lines = open.map((c) => words.open({ n: c.listed - c.counted, channel: nameOf(c) }));
    return { mark: "!", verdict: lines.join(" "), more };
  }
  const n = checked.reduce((sum, c) => sum + c.counted, 0);
  const at = format.clock(oldest);
  // A shop that is younger than three days is told its own age.
  const shortest = Math.min(
    ...checked.flatMap((c) => (c.windowFrom && c.checkedAt ? [c.checkedAt.getTime() - c.windowFrom.getTime()] : [])),
  );
  const days = Math.max(1, Math.round(shortest / DAY_MS));
  const calm = format.age(oldest) <= OLD_MS;
  const verdict = n === 0 ? words.noOrders({ days, at }) : words.all({ n, text: format.number(n), days, at });
  return { mark: calm ? "✓" : "○", verdict, more };
}
