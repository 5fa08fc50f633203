import { useFetcher } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { useEffect } from "react";
import { useFront } from "../kit/front-context.tsx";
import { useToast } from "../kit/kit.tsx";
import { useTexts } from "../texts/texts.tsx";

/** How lowerings travel to a shop that takes both the number and the difference, with what each means. */
export function WritingCard({ differences }: { differences: "offered" | "chosen" }) {
  const words = useTexts().limits.writing;
  const front = useFront();
  const toast = useToast();
  const fetcher = useFetcher<{ did: string }>();
  const done = fetcher.data?.did === "writing-chosen";
  useEffect(() => {
    if (done) toast({ text: words.saved });
  }, [done, toast, words]);
  const now = differences === "chosen" ? "differences" : "absolute";
  return (
    <Card>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {words.title}
        </Text>
        <p className="quiet">{words.about}</p>
        <fetcher.Form method="post">
          <input type="hidden" name="do" value="writing" />
          <fieldset className="ways" disabled={!front.mayChange || fetcher.state !== "idle"}>
            <legend>{words.choice}</legend>
            {(["absolute", "differences"] as const).map((way) => (
              <label key={`${way} ${now}`}>
                <input type="radio" name="way" value={way} defaultChecked={way === now} />
                <span>{words.ways[way].name}</span>
                <span className="quiet">{words.ways[way].means}</span>
              </label>
            ))}
            <div className="acts">
              <button type="submit" className="act">
                {words.save}
              </button>
            </div>
          </fieldset>
        </fetcher.Form>
      </BlockStack>
    </Card>
  );
}
