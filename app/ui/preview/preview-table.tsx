import { Link } from "@remix-run/react";
import { Badge } from "@shopify/polaris";
import type { ChannelName } from "#app/domain/channel-words.ts";
import type { TargetStep } from "#app/domain/target.ts";
import { ChannelLabel } from "../channel-badge.tsx";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { EventsOf } from "../numbers/number-events.tsx";
import { WhySteps } from "../numbers/why-steps.tsx";
import { useTexts } from "../texts/texts.tsx";

export type DiffRow = {
  quantityId: string;
  title: string;
  sku: string | null;
  itemId: string | null;
  before: number | null;
  after: number | null;
  change: "to-zero" | "down" | "from-zero" | "up" | "same";
  steps: TargetStep[];
  excluded: boolean;
  channel: ChannelName;
  target: number | null;
  confirmed: number | null;
  dirty: boolean;
  failureText: string | null;
};

type PreviewTableProps = {
  rows: DiffRow[];
  /** Null once it is decided: then the table follows the sending. */
  choosing: { left: Pick<ReadonlySet<string>, "has">; toggle: (quantityId: string) => void } | null;
  /** Whether rows stand on several channels. */
  acrossChannels?: boolean;
  /** Whether it was decided: the table then says what came of each row. */
  decided?: boolean;
};

/** Now -> after, row by row, with its reason; the same table then shows what came of it. */
export function PreviewTable(props: PreviewTableProps) {
  const words = useTexts().preview;
  const decided = props.decided ?? props.choosing === null;
  if (props.rows.length === 0) return <p className="toolbar quiet">{words.none}</p>;
  return (
    <div className="table-scroll">
      <table className="plain-table">
        <caption className="is-hidden">{words.table}</caption>
        <thead>
          <tr>
            {props.choosing && <th scope="col">{words.columns.send}</th>}
            {props.acrossChannels && <th scope="col">{words.columns.channel}</th>}
            <th scope="col">{words.columns.item}</th>
            <th scope="col" className="end">
              {words.columns.change}
            </th>
            <th scope="col">{decided ? words.columns.state : words.columns.kind}</th>
            <th scope="col">{words.columns.why}</th>
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <Row
              key={row.quantityId}
              row={row}
              choosing={props.choosing}
              decided={decided}
              acrossChannels={props.acrossChannels ?? false}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type RowProps = { row: DiffRow; choosing: PreviewTableProps["choosing"]; decided: boolean; acrossChannels: boolean };

function Row(props: RowProps) {
  const { row, choosing, decided } = props;
  const { preview: words, numbers } = useTexts();
  const format = useFormat();
  const front = useFront();
  const figure = (n: number | null) => (n === null ? numbers.unknown : format.number(n));
  return (
    <tr className={row.change === "to-zero" ? "row-danger" : undefined}>
      {choosing && (
        <td>
          <input
            type="checkbox"
            checked={!choosing.left.has(row.quantityId)}
            disabled={!front.mayChange}
            onChange={() => choosing.toggle(row.quantityId)}
            aria-label={words.include({ title: row.title, before: figure(row.before), after: figure(row.after) })}
          />
        </td>
      )}
      {props.acrossChannels && (
        <td>
          <ChannelLabel channel={row.channel} />
        </td>
      )}
      <td>
        {row.itemId ? <Link to={front.to(`/inventory/items/${row.itemId}`)}>{row.title}</Link> : row.title}{" "}
        <span className="quiet">{row.sku}</span>
      </td>
      <td className="end numeric nowrap">{numbers.pending({ from: figure(row.before), to: figure(row.after) })}</td>
      <td>{decided ? <Result row={row} /> : <ChangeBadge change={row.change} />}</td>
      <td>
        <details>
          <summary>{numbers.why.title({ n: figure(row.after) })}</summary>
          <WhySteps steps={row.steps} result={row.after} />
          <EventsOf quantityId={row.quantityId} />
        </details>
      </td>
    </tr>
  );
}

function ChangeBadge(props: { change: DiffRow["change"] }) {
  const words = useTexts().preview.change;
  return <Badge tone={props.change === "to-zero" ? "warning" : undefined}>{words[props.change]}</Badge>;
}

function Result(props: { row: DiffRow }) {
  const { row } = props;
  const words = useTexts().preview.result;
  if (row.excluded) return <Badge>{words.excluded}</Badge>;
  if (row.failureText) {
    return (
      <>
        <Badge tone="attention">{words.waiting}</Badge> <span className="quiet">{row.failureText}</span>
      </>
    );
  }
  return isConfirmed(row) ? (
    <Badge tone="success" progress="complete">
      {words.confirmed}
    </Badge>
  ) : (
    <Badge tone="info" progress="partiallyComplete">
      {words.sending}
    </Badge>
  );
}

export function isConfirmed(row: Pick<DiffRow, "dirty" | "target" | "confirmed">): boolean {
  return !row.dirty && row.target !== null && row.target === row.confirmed;
}
