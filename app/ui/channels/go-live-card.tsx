import { Form, Link, useNavigation } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";

type Looked = { id: string; state: string; createdAt: Date; changes: number } | null;

/** States of a preview whose rows have been worked out. */
const DONE = new Set(["open", "approved", "discarded", "done"]);

type Share = { linked: number; live: number; watching: number };

/** Reads only, so far: how much would change, and the way to see every row of it. With `share`, the same for what was left out of going live. */
export function GoLiveCard(props: { connectionId: string; preview: Looked; share?: Share }) {
  const { share } = props;
  // A decided one spoke about what is live by now.
  const preview = share && props.preview?.state !== "open" ? null : props.preview;
  const words = useTexts().channels.golive;
  const format = useFormat();
  const front = useFront();
  const navigation = useNavigation();
  const busy = navigation.state !== "idle" || !front.mayChange;
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {share ? words.restTitle : words.title}
        </Text>
        {share && (
          <p>
            {words.share({
              ...{ live: format.number(share.live), linked: format.number(share.linked) },
              ...{ n: share.watching, rest: format.number(share.watching) },
            })}
          </p>
        )}
        <p suppressHydrationWarning>
          {preview && DONE.has(preview.state)
            ? words.would({ n: preview.changes, text: format.number(preview.changes), at: format.relative(preview.createdAt) })
            : words.never}
        </p>
        <Form method="post" className="chips">
          {preview?.state === "open" && (
            <Link className="chip" to={front.to(`/channels/${props.connectionId}/preview?preview=${preview.id}`)}>
              {words.open}
            </Link>
          )}
          <button type="submit" className="chip" name="do" value="preview" disabled={busy}>
            {preview ? words.again : share ? words.goOn : words.look}
          </button>
        </Form>
      </BlockStack>
    </Card>
  );
}
