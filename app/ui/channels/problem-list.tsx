import { Form, useNavigation } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";

type Problem = {
  kind: string;
  text: string;
  count: number;
  countable: number;
  asked: number;
  refused: { title: string; text: string }[];
  pages: { title: string; url: string }[];
};

/** Reasons why listings cannot be kept in step safely, one line a reason, with what can be done about it from here. */
export function ProblemList(props: { problems: Problem[] }) {
  const words = useTexts().channels.problems;
  if (props.problems.length === 0) return null;
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {words.title}
        </Text>
        <ul className="plain-list">
          {props.problems.map((problem) => (
            <li key={problem.kind} className="need">
              <div>
                <span>{problem.text}</span>
                <ProblemHelp problem={problem} />
              </div>
              <span className="quiet">{words.count({ n: problem.count })}</span>
            </li>
          ))}
        </ul>
      </BlockStack>
    </Card>
  );
}

function ProblemHelp({ problem }: { problem: Problem }) {
  const words = useTexts().channels.problems;
  const front = useFront();
  const idle = useNavigation().state === "idle";
  const label = words.begin[problem.kind];
  return (
    <>
      {problem.asked > 0 && <p role="status">{words.beginning({ n: problem.asked })}</p>}
      {problem.refused.map(({ title, text }) => (
        <p key={title} className="field-error">
          {title}: {text}
        </p>
      ))}
      {problem.countable > 0 && label !== undefined && (
        // Not a fetcher: a live page that looks again meanwhile would swallow its redirect.
        <Form method="post" className="acts">
          <input type="hidden" name="do" value="count-there" />
          <input type="hidden" name="reason" value={problem.kind} />
          <button type="submit" className="act" disabled={!front.mayChange || !idle}>
            {label({ n: problem.countable })}
          </button>
        </Form>
      )}
      {problem.pages.length > 0 && (
        <p className="quiet">
          {words.inShopify}{" "}
          {problem.pages.map(({ title, url }, n) => (
            <span key={url}>
              {n > 0 && ", "}
              <a href={url} target="_blank" rel="noreferrer">
                {title}
              </a>
            </span>
          ))}
        </p>
      )}
    </>
  );
}
