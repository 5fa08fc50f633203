import { BlockStack, Card, Text } from "@shopify/polaris";
import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

export type Readings = { numbers: number; fresh: number; oldestReadAt: Date | null; unread: number };
type Proof = { counted: number; listed: number; checkedAt: Date | null } | null;

/** How old what we know of a channel is: its numbers, and the last check of its orders. */
export function ReadingsCard({ readings, proof }: { readings: Readings; proof: Proof }) {
  const { readings: words, proof: checked } = useTexts().sight;
  const format = useFormat();
  const { numbers, fresh, oldestReadAt, unread } = readings;
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {words.title}
        </Text>
        {numbers === 0 ? (
          <p className="quiet">{words.none}</p>
        ) : (
          <p suppressHydrationWarning>
            {words.fresh({ fresh: format.number(fresh), n: numbers, text: format.number(numbers) })}{" "}
            {oldestReadAt && words.oldest({ at: format.relative(oldestReadAt) })}{" "}
            {unread > 0 && words.unread({ n: unread, text: format.number(unread) })}
          </p>
        )}
        {proof?.checkedAt && (
          <p suppressHydrationWarning>
            {checked.byChannel({
              counted: format.number(proof.counted),
              listed: format.number(proof.listed),
              at: format.clock(proof.checkedAt),
            })}
          </p>
        )}
      </BlockStack>
    </Card>
  );
}
