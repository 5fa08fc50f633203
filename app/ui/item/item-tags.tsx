import { Link } from "@remix-run/react";
import { BlockStack, Text } from "@shopify/polaris";
import { type FormEvent, useState } from "react";
import { useFront } from "../kit/front-context.tsx";
import { useChangeTags } from "../tags/change-tags.ts";
import { useTexts } from "../texts/texts.tsx";

/** The item's tags, each leading to its rule; given and taken one at a time. */
export function ItemTags(props: { itemId: string; tags: string[]; known: string[] }) {
  const words = useTexts().tags;
  const front = useFront();
  const [text, setText] = useState("");
  const { send, busy, wrong } = useChangeTags(() => setText(""));
  const add = (event: FormEvent) => {
    event.preventDefault();
    send({ itemIds: [props.itemId], add: [text], remove: [] });
  };
  return (
    <BlockStack gap="200">
      <Text as="h2" variant="headingMd">
        {words.title}
      </Text>
      {props.tags.length === 0 && <p className="quiet">{words.none}</p>}
      <ul className="plain-list">
        {props.tags.map((tag) => (
          <li key={tag} className="phone-row-head">
            <Link to={front.to(`/rules/new?${new URLSearchParams({ scope: "tag", tag })}`)} aria-label={words.ruleLabel({ tag })}>
              {tag}
            </Link>
            {front.mayChange && (
              <button
                type="button"
                className="plain-button"
                disabled={busy}
                aria-label={words.removeLabel({ tag })}
                onClick={() => send({ itemIds: [props.itemId], add: [], remove: [tag] })}
              >
                {words.remove}
              </button>
            )}
          </li>
        ))}
      </ul>
      {front.mayChange && (
        <form className="edit-row" onSubmit={add} noValidate>
          <label className="field">
            {words.field}
            <input
              value={text}
              list="known-tags"
              maxLength={60}
              size={12}
              aria-invalid={wrong || undefined}
              aria-describedby="tag-problem"
              onChange={(event) => setText(event.target.value)}
            />
          </label>
          <datalist id="known-tags">
            {props.known.map((tag) => (
              <option key={tag} value={tag} />
            ))}
          </datalist>
          <button type="submit" className="chip" disabled={busy || text.trim() === ""}>
            {words.add}
          </button>
        </form>
      )}
      <p id="tag-problem" className="field-error" role={wrong ? "alert" : undefined}>
        {wrong && words.wrong}
      </p>
    </BlockStack>
  );
}
