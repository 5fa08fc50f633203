import { useChannelName } from "../channel-badge.tsx";
import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

type Pair = { soldOnId: string | null; connectionId: string; changes: number; p50: number; p95: number; p99: number; units: number };
export type Shop = { id: string; channel: string; name: string };

/** Which channel by name, with the shop's where a platform has several. */
export function useShopName(connections: readonly Shop[]): (id: string | null) => string {
  const name = useChannelName();
  const words = useTexts().exposure;
  return (id) => {
    const shop = connections.find((c) => c.id === id);
    if (!shop) return words.notSold;
    return name(shop.channel, connections.some((c) => c.channel === shop.channel && c.id !== shop.id) ? shop.name : null);
  };
}

/** Sold on A, shown on B: how long it took. */
export function PairsTable(props: { pairs: Pair[]; connections: Shop[] }) {
  const { exposure, frame } = useTexts();
  const words = exposure.pairs;
  const format = useFormat();
  const shop = useShopName(props.connections);
  const time = (ms: number) => frame.lag.ms({ n: format.seconds(ms) });
  return (
    <div className="table-scroll">
      <table className="plain-table">
        <caption className="is-hidden">{words.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{words.soldOn}</th>
            <th scope="col">{words.shownOn}</th>
            {[words.p50, words.p95, words.p99, words.changes, words.units].map((label) => (
              <th key={label} scope="col" className="end">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.pairs.map((pair) => (
            <tr key={`${pair.soldOnId}-${pair.connectionId}`}>
              <td>{shop(pair.soldOnId)}</td>
              <td>{shop(pair.connectionId)}</td>
              {[time(pair.p50), time(pair.p95), time(pair.p99), format.number(pair.changes), format.number(pair.units)].map(
                (text, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns never move
                  <td key={column} className="end numeric">
                    {text}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
