import { Link } from "@remix-run/react";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";

type WorstItem = { itemId: string; title: string; sku: string; changes: number; p95: number; units: number; pieceSeconds: number };

/** Where a unit could most easily have been sold twice. */
export function WorstItems(props: { items: WorstItem[] }) {
  const { exposure, frame } = useTexts();
  const words = exposure.worst;
  const format = useFormat();
  const front = useFront();
  return (
    <div className="table-scroll">
      <table className="plain-table">
        <caption className="is-hidden">{words.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{words.item}</th>
            {[exposure.pairs.changes, exposure.pairs.p95, exposure.pairs.units, words.unitSeconds].map((label) => (
              <th key={label} scope="col" className="end">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.items.map((item) => (
            <tr key={item.itemId}>
              <th scope="row">
                <Link to={front.to(`/inventory/items/${item.itemId}`)}>{item.title}</Link> <span className="quiet">{item.sku}</span>
              </th>
              <td className="end numeric">{format.number(item.changes)}</td>
              <td className="end numeric">{frame.lag.ms({ n: format.seconds(item.p95) })}</td>
              <td className="end numeric">{format.number(item.units)}</td>
              <td className="end numeric">{format.number(Math.round(item.pieceSeconds))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
