import { BlockStack } from "@shopify/polaris";
import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";
import { LineProblems } from "./line-problems.tsx";

type Notes = {
  name: string;
  corrected: number;
  same: number;
  problems: { line: number; sku: string; problem: string }[];
  problemCount: number;
  countedAt: Date;
};

/** What a file of counts said, above the numbers that would follow from it. */
export function FileNotes(props: { notes: Notes }) {
  const { notes } = props;
  const words = useTexts().stockFile;
  const format = useFormat();
  return (
    <BlockStack gap="100">
      <p suppressHydrationWarning>
        {words.from({ name: notes.name })}{" "}
        {words.counted({
          n: notes.corrected,
          text: format.number(notes.corrected),
          same: format.number(notes.same),
          at: format.relative(notes.countedAt),
        })}
      </p>
      <LineProblems problems={notes.problems} total={notes.problemCount} />
    </BlockStack>
  );
}
