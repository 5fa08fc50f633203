import { Link } from "@remix-run/react";
import { Fragment } from "react";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useListAddress } from "../list-tools.tsx";
import { UndoChange } from "../stock/undo-change.tsx";
import { useTexts } from "../texts/texts.tsx";
import { type RecordLine, useSentence } from "./sentence.tsx";

/** Newest first under day headings. The sentence opens the chain of what belongs together. */
export function RecordList(props: { rows: (RecordLine & { canUndo: boolean })[]; chain: string | null }) {
  const words = useTexts().activity;
  const format = useFormat();
  const days = [...Map.groupBy(props.rows, (row) => format.day(row.at))];
  return (
    <section aria-label={words.list}>
      {days.map(([day, rows]) => (
        <Fragment key={day}>
          <h2 className="day-heading">{day}</h2>
          <ul className="plain-list">
            {rows.map((row) => (
              <RecordRow
                key={`${row.source}-${row.id}`}
                row={row}
                current={row.correlationId !== null && row.correlationId === props.chain}
              />
            ))}
          </ul>
        </Fragment>
      ))}
    </section>
  );
}

function RecordRow(props: { row: RecordLine & { canUndo: boolean }; current: boolean }) {
  const { row, current } = props;
  const words = useTexts();
  const format = useFormat();
  const front = useFront();
  const sentence = useSentence();
  const address = useListAddress();
  const text = sentence(row);
  const chain = row.correlationId ? address({ chain: row.correlationId }) : null;
  return (
    <li className="record-row" data-current={current || undefined}>
      <time dateTime={row.at.toISOString()} title={format.full(row.at)} className="quiet numeric">
        {format.time(row.at)}
      </time>
      <span>
        {chain ? (
          <Link to={chain} preventScrollReset aria-label={words.activity.chain.open({ what: text })}>
            {text}
          </Link>
        ) : (
          text
        )}
        {row.note && row.note !== row.orderNumber && <span className="quiet"> · {row.note}</span>}
        {row.canUndo && front.mayChange && (
          <>
            {" · "}
            <UndoChange
              movementId={row.id}
              units={row.units ?? 0}
              what={words.numbers.movement[row.kind] ?? row.kind}
              label={words.activity.undoLabel({ what: text })}
            />
          </>
        )}
      </span>
      {row.itemId ? <Link to={front.to(`/inventory/items/${row.itemId}`)}>{words.numbers.why.toItem}</Link> : <span />}
    </li>
  );
}

/** One cause and everything it led to, each with its delay after the first. */
export function ChainPanel(props: { chain: RecordLine[] }) {
  const { activity, frame } = useTexts();
  const words = activity.chain;
  const format = useFormat();
  const sentence = useSentence();
  const address = useListAddress();
  const first = props.chain[0];
  return (
    <div className="why" style={{ width: "auto" }}>
      <div className="phone-row-head">
        <h2>{words.title}</h2>
        <Link to={address({ chain: null })} preventScrollReset>
          {words.close}
        </Link>
      </div>
      {!first && <p className="quiet">{words.none}</p>}
      <ol className="why-steps">
        {props.chain.map((row) => (
          <li key={`${row.source}-${row.id}`}>
            {sentence(row)}{" "}
            {first && row.at > first.at && (
              <span className="quiet">
                {words.delay({ time: frame.lag.ms({ n: format.seconds(row.at.getTime() - first.at.getTime()) }) })}
              </span>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}
