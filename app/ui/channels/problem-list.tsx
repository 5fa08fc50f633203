import { BlockStack, Card, Text } from "@shopify/polaris";
import { useTexts } from "../texts/texts.tsx";

/** Reasons why listings cannot be kept in step safely, one line a reason. */
export function ProblemList(props: { problems: { kind: string; text: string; count: number }[] }) {
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
              <span>{problem.text}</span>
              <span className="quiet">{words.count({ n: problem.count })}</span>
            </li>
          ))}
        </ul>
      </BlockStack>
    </Card>
  );
}
