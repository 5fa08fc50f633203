import { Link } from "@remix-run/react";
import { BlockStack, Card, Text } from "@shopify/polaris";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { DownloadFile } from "../download-file.tsx";
import { Moment, useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

type Left = {
  moved: boolean;
  webhooksRemoved: number;
  webhooksLeft?: number | null;
  notWritten: number;
  reservedUnits: number;
  reservedOrders: number;
};
type Line = {
  listingId: string;
  title: string;
  sku: string | null;
  number: number | null;
  readAt: Date | null;
  wanted: number | null;
  why: string | null;
};

/** What was removed, what could not be written, and what only the seller can do. */
export function LeftByHand({ left, channel }: { left: Left; channel: ChannelName }) {
  const words = useTexts().leaving.left;
  const format = useFormat();
  return (
    <BlockStack gap="200">
      {left.moved && <p>{words.moved}</p>}
      {left.notWritten > 0 && <p role="alert">{words.notWritten({ n: left.notWritten, text: format.number(left.notWritten) })}</p>}
      {left.reservedUnits > 0 && <p>{words.reserved({ units: left.reservedUnits, orders: left.reservedOrders })}</p>}
      {left.webhooksRemoved > 0 && <p>{words.webhooksRemoved({ n: left.webhooksRemoved })}</p>}
      <Text as="h2" variant="headingMd">
        {words.byHand}
      </Text>
      <ul className="plain-points">
        <li>{words.permission[channel]}</li>
        {left.webhooksLeft === null && <li>{words.unknownHooks}</li>}
        {typeof left.webhooksLeft === "number" && left.webhooksLeft > 0 && <li>{words.hooks({ n: left.webhooksLeft })}</li>}
      </ul>
    </BlockStack>
  );
}

export function DownloadStatement({ url }: { url: string }) {
  const words = useTexts().leaving.left;
  return (
    <div className="acts">
      <DownloadFile url={url} name="statement.csv" label={words.download} />
    </div>
  );
}

/** The last number that each listing was seen to show, with its time; what is not as it was chosen stands first. */
export function Statement(props: { lines: Line[]; next: number | null; planned: boolean }) {
  const { leaving: words, frame } = useTexts();
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
                {props.planned && (
                  <th scope="col" className="end">
                    {words.columns.wanted}
                  </th>
                )}
                {props.planned && <th scope="col">{words.columns.why}</th>}
              </tr>
            </thead>
            <tbody>
              {props.lines.map((line) => (
                <StatementRow key={line.listingId} line={line} planned={props.planned} />
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

function StatementRow({ line, planned }: { line: Line; planned: boolean }) {
  const words = useTexts().leaving;
  const format = useFormat();
  return (
    <tr className={line.why === null ? undefined : "row-danger"}>
      <td>
        {line.title} <span className="quiet">{line.sku}</span>
      </td>
      <td className="end numeric">{line.number === null ? words.unknown : format.number(line.number)}</td>
      <td>
        <Moment at={line.readAt} />
      </td>
      {planned && <td className="end numeric">{line.wanted === null ? "" : format.number(line.wanted)}</td>}
      {planned && <td>{line.why}</td>}
    </tr>
  );
}
