import { Form, useNavigation } from "@remix-run/react";
import { BlockStack, Text } from "@shopify/polaris";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";

/** What was shown before our first write: kept, and put back by a look at the rows. Nothing where we never wrote. */
export function FirstShown(props: { kept: number; back: number }) {
  const { kept, back } = props;
  const words = useTexts().restore.first;
  const format = useFormat();
  const front = useFront();
  const navigation = useNavigation();
  const busy = navigation.state !== "idle" || !front.mayChange;
  if (kept + back === 0) return null;
  return (
    <BlockStack gap="200">
      <Text as="h2" variant="headingMd">
        {words.title}
      </Text>
      {kept > 0 && <p>{words.kept({ n: kept, text: format.number(kept) })}</p>}
      {back > 0 && <p>{words.back({ n: back, text: format.number(back) })}</p>}
      <p className="quiet">{words.means}</p>
      <Form method="post" className="chips">
        {kept > 0 && (
          <button type="submit" className="chip" name="do" value="put-back" disabled={busy}>
            {words.putBack}
          </button>
        )}
        {back > 0 && (
          <button type="submit" className="chip" name="do" value="follow-rules" disabled={busy}>
            {words.follow}
          </button>
        )}
      </Form>
    </BlockStack>
  );
}
