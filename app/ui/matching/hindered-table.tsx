import { useFetcher } from "@remix-run/react";
import { useEffect } from "react";
import { useChannelName } from "../channel-badge.tsx";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useToast } from "../kit/kit.tsx";
import { useTexts } from "../texts/texts.tsx";
import type { LinksDid } from "./proposed-links.tsx";
import type { UnlinkedRow } from "./unlinked-row.ts";

type Hindered = "no-sku" | "duplicate" | "unknown" | "refused";

/** Listings that can't be linked as they are, each with what to do about it. */
export function HinderedTable(props: { rows: UnlinkedRow[]; tab: Hindered }) {
  const { rows, tab } = props;
  const { matching: words, numbers } = useTexts();
  const format = useFormat();
  const name = useChannelName();
  if (rows.length === 0) return null;
  return (
    <div className="table-scroll">
      <table className="plain-table">
        <caption className="is-hidden">{words.table}</caption>
        <thead>
          <tr>
            <th scope="col">{words.columns.listing}</th>
            <th scope="col">{words.columns.channel}</th>
            <th scope="col">{words.columns.todo}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <td>
                {row.title} <span className="quiet">{row.sku}</span>
              </td>
              <td>
                {name(row.channel, row.connectionName)}
                <br />
                <span className="quiet">{words.shows({ n: row.shown === null ? numbers.unknown : format.number(row.shown) })}</span>
              </td>
              <td>
                <ToDo row={row} tab={tab} />
                {row.sold > 0 && <p>{words.effect.sold({ n: row.sold })}</p>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ToDo(props: { row: UnlinkedRow; tab: Hindered }) {
  const { row, tab } = props;
  const words = useTexts().matching;
  switch (tab) {
    case "no-sku":
      return words.todo["no-sku"];
    case "duplicate":
      return words.todo.duplicate({ n: row.twins });
    case "unknown":
      return words.todo.unknown;
    case "refused":
      return <ProposeAgain row={row} />;
    default: {
      const never: never = tab;
      return never;
    }
  }
}

function ProposeAgain(props: { row: UnlinkedRow }) {
  const { row } = props;
  const words = useTexts().matching;
  const front = useFront();
  const toast = useToast();
  const fetcher = useFetcher<LinksDid>();
  useEffect(() => {
    if (fetcher.data) toast({ text: words.proposed });
  }, [fetcher.data, toast, words]);
  return (
    <button
      type="button"
      className="chip"
      disabled={!front.mayChange || fetcher.state !== "idle"}
      aria-label={words.againLabel({ title: row.title })}
      onClick={() => fetcher.submit({ do: "again", id: row.id }, { method: "post" })}
    >
      {words.again}
    </button>
  );
}
