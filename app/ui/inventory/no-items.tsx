import { Link } from "@remix-run/react";
import { BlockStack, EmptySearchResult, EmptyState } from "@shopify/polaris";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";

/** The whole list without a row: nothing matches, or there is nothing yet. */
export function NoItems(props: { searched: boolean }) {
  const words = useTexts().inventory;
  const front = useFront();
  if (props.searched) {
    return (
      <div className="toolbar" style={{ justifyContent: "center" }}>
        <BlockStack gap="300" inlineAlign="center">
          <EmptySearchResult title={words.noMatch.title} description={words.noMatch.body} />
          <Link className="chip" to="?">
            {words.clear}
          </Link>
        </BlockStack>
      </div>
    );
  }
  return (
    <EmptyState heading={words.empty.title} image="" action={{ content: words.empty.action, url: front.to("/channels") }}>
      <p>{words.empty.body}</p>
    </EmptyState>
  );
}
