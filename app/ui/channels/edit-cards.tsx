import { useFetcher } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { useEffect } from "react";
import { Moment, useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useToast } from "../kit/kit.tsx";
import { useTexts } from "../texts/texts.tsx";

export type EditCard = { id: string; title: string; itemId: string | null; expected: number; observed: number; seenAt: Date };
type Decided = { did: "decided"; decision: string; refused: string | null };

/** Numbers that somebody else changed on the channel: count each, or set it back. */
export function EditCards(props: { edits: EditCard[]; channel: string; policy: string }) {
  const words = useTexts().channels.edits;
  if (props.edits.length === 0) return null;
  return (
    <div id="edits">
      <Card>
        <BlockStack gap="200">
          <Text as="h2" variant="headingMd">
            {words.title({ channel: props.channel })}
          </Text>
          <p className="quiet">{words.policy[props.policy]}</p>
          <ul className="plain-list">
            {props.edits.map((edit) => (
              <EditLine key={edit.id} edit={edit} />
            ))}
          </ul>
        </BlockStack>
      </Card>
    </div>
  );
}

function EditLine(props: { edit: EditCard }) {
  const { edit } = props;
  const words = useTexts().channels.edits;
  const format = useFormat();
  const front = useFront();
  const toast = useToast();
  const fetcher = useFetcher<Decided>();
  const figures = { title: edit.title, expected: format.number(edit.expected), observed: format.number(edit.observed) };
  const answer = fetcher.data;
  useEffect(() => {
    if (answer && !answer.refused) toast({ text: answer.decision === "accept" ? words.accepted : words.reverted });
  }, [answer, toast, words]);
  const busy = !front.mayChange || fetcher.state !== "idle";
  return (
    <li className="need">
      <span>
        {words.line(figures)}{" "}
        <span className="quiet">
          <Moment at={edit.seenAt} />
        </span>
        {answer?.refused && (
          <span className="field-error" role="alert">
            {" "}
            {answer.refused}
          </span>
        )}
      </span>
      <fetcher.Form method="post" className="chips">
        <input type="hidden" name="do" value="decide" />
        <input type="hidden" name="editId" value={edit.id} />
        <button type="submit" className="chip" name="decision" value="accept" disabled={busy} aria-label={words.acceptLabel(figures)}>
          {words.accept}
        </button>
        <button type="submit" className="chip" name="decision" value="revert" disabled={busy} aria-label={words.revertLabel(figures)}>
          {words.revert}
        </button>
      </fetcher.Form>
    </li>
  );
}
