import { Form, useNavigation } from "@remix-run/react";
import { useState } from "react";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useChangeTags } from "../tags/change-tags.ts";
import { useTexts } from "../texts/texts.tsx";

type BulkBarProps = { itemIds: string[]; known: string[]; onClear: () => void };

/** What can be done to the chosen items together; whatever changes a public number is shown first. */
export function BulkBar(props: BulkBarProps) {
  const { itemIds, onClear } = props;
  const { tags: words, restore } = useTexts();
  const format = useFormat();
  const front = useFront();
  const navigation = useNavigation();
  const [tag, setTag] = useState("");
  const { send, busy: sending, wrong } = useChangeTags(onClear);
  const busy = sending || navigation.state !== "idle" || !front.mayChange;
  const empty = tag.trim() === "";
  return (
    <section className="sticky-foot" aria-label={words.bulk}>
      <span role="status">{words.chosen({ n: itemIds.length, text: format.number(itemIds.length) })}</span>
      <label className="field">
        {words.field}
        <input
          value={tag}
          list="bulk-tags"
          maxLength={60}
          size={12}
          aria-invalid={wrong || undefined}
          onChange={(event) => setTag(event.target.value)}
        />
      </label>
      <datalist id="bulk-tags">
        {props.known.map((known) => (
          <option key={known} value={known} />
        ))}
      </datalist>
      <button type="button" className="chip" disabled={busy || empty} onClick={() => send({ itemIds, add: [tag], remove: [] })}>
        {words.add}
      </button>
      <button type="button" className="chip" disabled={busy || empty} onClick={() => send({ itemIds, add: [], remove: [tag] })}>
        {words.removeTag}
      </button>
      <Form method="post">
        {itemIds.map((id) => (
          <input key={id} type="hidden" name="itemId" value={id} />
        ))}
        <button type="submit" name="do" value="put-back" className="chip" disabled={busy}>
          {restore.first.putBack}
        </button>
      </Form>
      <button type="button" className="plain-button" onClick={onClear}>
        {words.clear}
      </button>
      {wrong && (
        <p role="alert" className="field-error">
          {words.wrong}
        </p>
      )}
    </section>
  );
}
