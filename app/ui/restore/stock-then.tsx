import { Link } from "@remix-run/react";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";

type Then = { id: string; sku: string; title: string; onHand: number; reserved: number; available: number; availableNow: number };

/** Then beside now; a row that differs leads to putting it back. */
export function StockThen(props: { rows: Then[]; at: Date }) {
  const words = useTexts().stockAt;
  const format = useFormat();
  const front = useFront();
  const at = encodeURIComponent(props.at.toISOString());
  return (
    <div className="table-scroll">
      <table className="plain-table">
        <caption className="is-hidden">{words.table}</caption>
        <thead>
          <tr>
            <th scope="col">{words.columns.item}</th>
            {([words.columns.onHand, words.columns.reserved, words.columns.available, words.columns.now] as const).map((title) => (
              <th key={title} scope="col" className="end">
                {title}
              </th>
            ))}
            <th scope="col" className="end">
              {words.columns.since}
            </th>
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={row.id}>
              <td>
                <Link to={front.to(`/inventory/items/${row.id}`)}>{row.title}</Link> <span className="quiet">{row.sku}</span>
              </td>
              {([row.onHand, row.reserved, row.available, row.availableNow] as const).map((n, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name
                <td key={column} className="end numeric">
                  {format.number(n)}
                </td>
              ))}
              <td className="end numeric nowrap">
                {row.availableNow !== row.available && (
                  <>
                    {format.signed(row.availableNow - row.available)}{" "}
                    <Link to={front.to(`/activity/restore?item=${row.id}&at=${at}`)} aria-label={words.restoreOne({ title: row.title })}>
                      {words.restoreShort}
                    </Link>
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
