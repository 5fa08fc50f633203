import { Form, useFetcher, useLocation, useSearchParams } from "@remix-run/react";
import { Text } from "@shopify/polaris";
import { useChannelName } from "../channel-badge.tsx";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";
import type { Attempt } from "./attempt-card.tsx";
import { Consent } from "./consent.tsx";
import { useLeaveFor } from "./leave-for.ts";
import { Over } from "./over.tsx";
import { ProblemNote } from "./problem-note.tsx";

/** One try on a platform's own page: each state says what happens now and offers one next step. */
export function GrantState({ attempt }: { attempt: Attempt }) {
  const { grant: words, attempt: common } = useTexts().connect;
  const name = useChannelName();
  const channel = name(attempt.channel);
  const { state } = attempt;
  switch (state) {
    case "looking":
    case "ready":
    case "waiting":
      return <GoAgain attempt={attempt} channel={channel} />;
    case "exchanging":
      return <p role="status">{words.exchanging({ channel })}</p>;
    case "received":
      return attempt.mayClaim ? <Confirm attempt={attempt} channel={channel} /> : <OtherTab attempt={attempt} channel={channel} />;
    case "proving":
    case "connected":
      return <p role="status">{words.proving}</p>;
    case "failed":
      return (
        <Over title={common.failed}>
          <ProblemNote problem={attempt.problem} />
        </Over>
      );
    case "expired":
      return (
        <Over title={common.expired}>
          <p>{words.expiredBody({ channel })}</p>
        </Over>
      );
    default: {
      const never: never = state;
      return never;
    }
  }
}

type PieceProps = { attempt: Attempt; channel: string };

function GoAgain({ attempt, channel }: PieceProps) {
  const words = useTexts().connect.grant;
  const front = useFront();
  const format = useFormat();
  const fetcher = useFetcher<{ approve: string | null }>();
  const page = fetcher.data?.approve ?? null;
  useLeaveFor(page);
  return (
    <>
      <p role="status">{page ? words.leaving({ channel }) : words.waiting({ channel, at: format.time(attempt.until) })}</p>
      {fetcher.data && page === null && <p role="alert">{words.over}</p>}
      <fetcher.Form method="post" className="acts">
        {page && (
          <a className="act" href={page} target="_top">
            {words.open({ channel })}
          </a>
        )}
        <button
          type="submit"
          name="do"
          value="go"
          className={page ? "chip" : "act"}
          disabled={!front.mayChange || fetcher.state !== "idle"}
        >
          {words.goAgain({ channel })}
        </button>
      </fetcher.Form>
    </>
  );
}

function Confirm({ attempt, channel }: PieceProps) {
  const { grant: words, attempt: common, choose } = useTexts().connect;
  const front = useFront();
  const format = useFormat();
  const [params] = useSearchParams();
  const { pathname } = useLocation();
  const shop = attempt.shopName ?? channel;
  // Not to the whole address: inside Shopify admin its query, and so a spent claim, would go along to the next pages.
  return (
    <Form method="post" action={pathname} className="connect-form">
      <input type="hidden" name="claim" value={params.get("claim") ?? ""} />
      <Text as="h2" variant="headingMd">
        {words.received({ channel, shop })}
      </Text>
      <p className="quiet">{words.receivedNote({ at: format.time(attempt.until) })}</p>
      <Consent channel={attempt.channel} />
      {attempt.channel === "etsy" && <p className="quiet">{choose.etsyNotice}</p>}
      <div className="acts">
        <button type="submit" name="do" value="claim" className="act" disabled={!front.mayChange}>
          {common.confirm({ shop })}
        </button>
        <button type="submit" name="do" value="drop" className="chip" disabled={!front.mayChange}>
          {words.refuse}
        </button>
      </div>
    </Form>
  );
}

function OtherTab({ attempt, channel }: PieceProps) {
  const words = useTexts().connect.grant;
  const front = useFront();
  const format = useFormat();
  return (
    <Form method="post" className="connect-form">
      <Text as="h2" variant="headingMd">
        {words.otherTab({ channel })}
      </Text>
      <p>{words.otherTabBody({ at: format.time(attempt.until) })}</p>
      <div className="acts">
        <button type="submit" name="do" value="drop" className="chip" disabled={!front.mayChange}>
          {words.refuse}
        </button>
      </div>
    </Form>
  );
}
