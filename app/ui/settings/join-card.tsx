import { Form, useNavigation } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { type JoinProblem, shownCode } from "#app/domain/join-code.ts";
import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

export type JoinAnswer =
  | { did: "made"; code: string; expiresAt: Date }
  | { did: "too-many" | "too-late" | "answered" | "entered" | "wrong" | "slow-down" };

type JoinState = {
  id: string | null;
  state: "open" | "entered" | "joining" | "joined" | "refused";
  shop: string | null;
  problem: JoinProblem | null;
  expiresAt: Date;
};
type JoinProps = {
  side: "makes" | "enters";
  owner: boolean;
  installFrom: string | null;
  join: JoinState | null;
  answer: JoinAnswer | null;
};

/** Two accounts become one: the portal makes a code, the shop enters it, the portal has the last word. */
export function JoinCard(props: JoinProps) {
  const words = useTexts().settings.join;
  const { side, owner, join } = props;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {words.title}
        </Text>
        {join && <Outcome join={join} />}
        {join?.state === "joining" ? null : !owner ? (
          <p className="quiet">{words.onlyOwner}</p>
        ) : side === "makes" ? (
          <Makes {...props} />
        ) : (
          <Enters {...props} />
        )}
      </BlockStack>
    </Card>
  );
}

function Outcome({ join }: { join: JoinState }) {
  const words = useTexts().settings.join;
  switch (join.state) {
    case "open":
    case "entered":
      return null;
    case "joining":
      return <p role="status">{words.joining}</p>;
    case "joined":
      return <p role="status">{words.joined}</p>;
    case "refused":
      return (
        <p role="alert" className={join.problem ? "field-error" : "quiet"}>
          {join.problem ? words.problems[join.problem] : words.refused}
        </p>
      );
    default: {
      const never: never = join.state;
      return never;
    }
  }
}

function Makes({ installFrom, join, answer }: JoinProps) {
  const words = useTexts().settings.join.makes;
  const format = useFormat();
  const idle = useNavigation().state === "idle";
  const { shop } = join ?? {};
  if (join?.state === "entered" && shop) {
    return (
      <>
        <p role="status">{words.entered({ shop })}</p>
        <p className="quiet">{words.enteredNote}</p>
        <Form method="post" className="acts">
          <input type="hidden" name="id" value={join.id ?? ""} />
          <button type="submit" name="do" value="yes" className="act" disabled={!idle}>
            {words.yes({ shop })}
          </button>
          <button type="submit" name="do" value="no" className="plain-link" disabled={!idle}>
            {words.no}
          </button>
        </Form>
      </>
    );
  }
  const fresh = answer?.did === "made" ? answer : null;
  return (
    <>
      <p>{words.body}</p>
      {installFrom ? (
        <p>
          <a href={installFrom} target="_blank" rel="noreferrer">
            {words.install}
          </a>
        </p>
      ) : (
        <p className="quiet">{words.noAddress}</p>
      )}
      {fresh && (
        <div role="status">
          <p>{words.code}</p>
          <p className="one-time-code">{shownCode(fresh.code)}</p>
          <p className="quiet" suppressHydrationWarning>
            {words.how({ at: format.time(fresh.expiresAt) })}
          </p>
        </div>
      )}
      {answer?.did === "too-many" && <p role="alert">{words.tooMany}</p>}
      {answer?.did === "too-late" && <p role="alert">{words.tooLate}</p>}
      <Form method="post" className="acts">
        <button type="submit" name="do" value="make" className="act" disabled={!idle}>
          {fresh || join?.state === "open" ? words.again : words.act}
        </button>
      </Form>
    </>
  );
}

function Enters({ join, answer }: JoinProps) {
  const words = useTexts().settings.join.enters;
  const format = useFormat();
  const idle = useNavigation().state === "idle";
  if (join?.state === "entered")
    return (
      <p role="status" suppressHydrationWarning>
        {words.waiting({ at: format.time(join.expiresAt) })}
      </p>
    );
  const wrong = answer?.did === "wrong" || answer?.did === "slow-down" ? words[answer.did] : null;
  return (
    <>
      <p>{words.body}</p>
      <Form method="post" className="connect-form">
        <div className="field">
          <label htmlFor="join-code">{words.field}</label>
          <input
            id="join-code"
            name="code"
            autoComplete="off"
            spellCheck={false}
            maxLength={20}
            required
            aria-invalid={wrong !== null}
            aria-describedby={wrong ? "join-code-error" : undefined}
          />
        </div>
        {wrong && (
          <p id="join-code-error" role="alert" className="field-error">
            {wrong}
          </p>
        )}
        <div className="acts">
          <button type="submit" name="do" value="enter" className="act" disabled={!idle}>
            {words.act}
          </button>
        </div>
      </Form>
    </>
  );
}
