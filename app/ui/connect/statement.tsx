import { Link } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import { Moment, useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

type Left = { webhooksRemoved: number; webhooksLeft: number | null };
type Line = { listingId: string; title: string; sku: string | null; number: number | null; readAt: Date | null };

/** What was removed, and what only the seller can remove. */
export function LeftByHand({ left }: { left: Left }) {
  const words = useTexts().connect.leave;
  return (
    <BlockStack gap="200">
      {left.webhooksRemoved > 0 && <p>{words.webhooksRemoved({ n: left.webhooksRemoved })}</p>}
      <Text as="h2" variant="headingMd">
        {words.byHand}
      </Text>
      <ul className="plain-points">
        <li>{words.byHandKey}</li>
        {left.webhooksLeft === null && <li>{words.byHandUnknownHooks}</li>}
        {left.webhooksLeft !== null && left.webhooksLeft > 0 && <li>{words.byHandHooks({ n: left.webhooksLeft })}</li>}
      </ul>
    </BlockStack>
  );
}

/** The last number that each listing was seen to show, with its time. */
export function Statement(props: { lines: Line[]; next: number | null }) {
  const { connect, frame } = useTexts();
  const words = connect.leave;
  const format = useFormat();
  return (
    <Card padding="0">
      <div className="toolbar">
        <Text as="h2" variant="headingMd">
          {words.statement}
        </Text>
      </div>
      {props.lines.length === 0 && <p className="toolbar quiet">{words.none}</p>}
      {props.lines.length > 0 && (
        <div className="table-scroll">
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">{words.columns.listing}</th>
                <th scope="col" className="end">
                  {words.columns.number}
                </th>
                <th scope="col">{words.columns.at}</th>
              </tr>
            </thead>
            <tbody>
              {props.lines.map((line) => (
                <tr key={line.listingId}>
                  <td>
                    {line.title} <span className="quiet">{line.sku}</span>
                  </td>
                  <td className="end numeric">{line.number === null ? words.unknown : format.number(line.number)}</td>
                  <td>
                    <Moment at={line.readAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {props.next !== null && (
        <nav aria-label={frame.page} className="pager">
          <span />
          <Link className="chip" rel="next" to={`?from=${props.next}`}>
            {frame.next}
          </Link>
        </nav>
      )}
    </Card>
  );
}
