import { Form, Link, useNavigation } from "@remix-run/react";
import { Text } from "@shopify/polaris";
import type { CSSProperties } from "react";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";

export type Match = {
  listings: number;
  linked: number;
  linkable: number;
  joining: number;
  differing: number;
  ambiguous: number;
  noSku: number;
};

/** What linking by SKU would do and what it leaves alone, before it is done; afterwards what it did. */
export function MatchStep(props: { match: Match; busy: boolean; done: boolean; next: string }) {
  const { match, busy, done } = props;
  const words = useTexts().connect.setup.match;
  const front = useFront();
  const format = useFormat();
  const navigation = useNavigation();
  const lines = (["linkable", "joining", "differing", "linked", "ambiguous", "noSku"] as const)
    .map((name) => ({ name, n: match[name] }))
    .filter(({ name, n }) => n > 0 || (name === "linkable" && !done));
  return (
    <>
      <Text as="h2" variant="headingMd">
        {words.heading}
      </Text>
      {match.listings === 0 && <p>{words.empty}</p>}
      {done && <p role="status">{words.done({ n: match.linked, text: format.number(match.linked) })}</p>}
      <dl className="figures">
        {lines.map(({ name, n }, row) => (
          <div key={name} style={{ display: "contents", "--row": row + 1 } as CSSProperties}>
            <dt>{words[name]}</dt>
            <dd>{format.number(n)}</dd>
          </div>
        ))}
      </dl>
      <p className="quiet">{words.note}</p>
      {match.ambiguous + match.noSku > 0 && <Link to={front.to("/inventory?tab=not-linked")}>{words.seeLeft}</Link>}
      {done ? (
        <div className="acts">
          <Link className="act" to={props.next}>
            {words.next}
          </Link>
        </div>
      ) : (
        <Form method="post" className="acts">
          <button type="submit" name="do" value="match" className="act" disabled={busy || !front.mayChange || navigation.state !== "idle"}>
            {busy ? words.busy : words.act({ n: match.linkable, text: format.number(match.linkable) })}
          </button>
        </Form>
      )}
    </>
  );
}
