import { Form, Link, useFetcher } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import type { ChannelName } from "#app/domain/channel-words.ts";
import type { AttemptState, AttemptWay } from "#app/domain/connect-attempt.ts";
import type { ConnectProblem } from "#app/domain/connect-problem.ts";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";
import { ConnectForm } from "./connect-form.tsx";
import { Consent } from "./consent.tsx";
import { GrantState } from "./grant-state.tsx";
import { Over } from "./over.tsx";
import { ProblemNote } from "./problem-note.tsx";

export type Attempt = {
  channel: ChannelName;
  way: AttemptWay;
  state: AttemptState;
  address: string;
  shopName: string | null;
  problem: ConnectProblem | null;
  until: Date;
  /** Whether this browser may say yes. */
  mayClaim: boolean;
  /** Another seller holds the account: the offer to ask for it. */
  moveId: string | null;
};

type AttemptProps = {
  attempt: Attempt /** What the last sending of the form was refused for. */;
  refused: ConnectProblem | null;
  denied: boolean;
};

/** One try, from the shop's name to the connection: each state says what happens now and offers one next step. */
export function AttemptCard(props: AttemptProps) {
  const words = useTexts().connect.attempt;
  return (
    <Card>
      <BlockStack gap="300">
        {props.denied && <p role="alert">{words.denied}</p>}
        {props.attempt.way === "granted" ? <GrantState attempt={props.attempt} /> : <State {...props} />}
        {props.attempt.state === "failed" && props.attempt.moveId !== null && <AskForIt moveId={props.attempt.moveId} />}
      </BlockStack>
    </Card>
  );
}

function AskForIt({ moveId }: { moveId: string }) {
  const words = useTexts().leaving.move;
  const front = useFront();
  return (
    <div className="acts">
      <Link className="chip" to={front.to(`/channels/moves/${moveId}`)}>
        {words.offer}
      </Link>
    </div>
  );
}

function State({ attempt, refused }: AttemptProps) {
  const words = useTexts().connect.attempt;
  const { state, problem, way } = attempt;
  const shop = attempt.shopName ?? attempt.address;
  switch (state) {
    case "looking":
      return <p role="status">{words.looking({ address: attempt.address })}</p>;
    case "exchanging":
    case "proving":
    case "connected":
      return <p role="status">{words.proving}</p>;
    case "ready":
    case "waiting":
      return <GoToShop attempt={attempt} />;
    case "received":
      return <Confirm shop={shop} address={attempt.address} until={attempt.until} />;
    case "failed":
      return way === "pasted" && problem !== "not-yours" ? (
        <ConnectForm
          address={attempt.address}
          way={null}
          handOverNeedsHttps={false}
          problem={refused ?? problem}
          keptUntil={attempt.until}
        />
      ) : (
        <Over title={words.failed}>
          <ProblemNote problem={problem} />
        </Over>
      );
    case "expired":
      return (
        <Over title={words.expired}>
          <p>{words.expiredBody}</p>
        </Over>
      );
    default: {
      const never: never = state;
      return never;
    }
  }
}

/** The one-time link exists only in the answer to the click that made it: after a reload there is a new one to be had. */
function GoToShop({ attempt }: { attempt: Attempt }) {
  const words = useTexts().connect.attempt;
  const front = useFront();
  const format = useFormat();
  const fetcher = useFetcher<{ approve: string | null }>();
  const shop = attempt.shopName ?? attempt.address;
  const approve = fetcher.data?.approve ?? null;
  const busy = !front.mayChange || fetcher.state !== "idle";
  return (
    <>
      <p>{words.ready({ shop, address: attempt.address })}</p>
      <p className="quiet">{words.readyNext}</p>
      {attempt.state === "waiting" && <p role="status">{words.waiting({ at: format.time(attempt.until) })}</p>}
      <fetcher.Form method="post" className="acts">
        {approve && (
          <a className="act" href={approve} target="_blank" rel="noreferrer">
            {words.openShop({ shop })}
          </a>
        )}
        <button type="submit" name="do" value="go" className={approve ? "chip" : "act"} disabled={busy}>
          {approve || attempt.state === "waiting" ? words.newLink : words.getLink}
        </button>
      </fetcher.Form>
    </>
  );
}

function Confirm(props: { shop: string; address: string; until: Date }) {
  const words = useTexts().connect.attempt;
  const front = useFront();
  const format = useFormat();
  return (
    <Form method="post" className="connect-form">
      <Text as="h2" variant="headingMd">
        {words.received(props)}
      </Text>
      <p className="quiet">{words.receivedNote({ at: format.time(props.until) })}</p>
      <Consent channel="woocommerce" />
      <div className="acts">
        <button type="submit" name="do" value="claim" className="act" disabled={!front.mayChange}>
          {words.confirm(props)}
        </button>
        <button type="submit" name="do" value="drop" className="chip" disabled={!front.mayChange}>
          {words.refuse}
        </button>
      </div>
    </Form>
  );
}
