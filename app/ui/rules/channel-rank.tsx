import { useChannelName } from "../channel-badge.tsx";
import { useTexts } from "../texts/texts.tsx";

type Ranked = { id: string; channel: string; name: string };

/** The channels in the order in which they keep the last units; moved by buttons, so that a keyboard is enough. */
export function ChannelRank(props: { connections: Ranked[]; rank: string[]; onChange: (rank: string[]) => void; problem: string | null }) {
  const words = useTexts().rules;
  const name = useChannelName();
  const ordered = inOrder(props.connections, props.rank);
  const move = (from: number, to: number) => {
    const ids = ordered.map((c) => c.id);
    const [moved] = ids.splice(from, 1);
    if (moved === undefined) return;
    ids.splice(to, 0, moved);
    props.onChange(ids);
  };
  return (
    <fieldset className="rule-group">
      <legend>{words.fields.rank}</legend>
      <ol className="rank">
        {ordered.map((connection, i) => {
          const channel = name(connection.channel, connection.name);
          return (
            <li key={connection.id} className="need">
              <span>{channel}</span>
              <button
                type="button"
                className="chip"
                aria-label={words.rankUp({ channel })}
                disabled={i === 0}
                onClick={() => move(i, i - 1)}
              >
                ↑
              </button>
              <button
                type="button"
                className="chip"
                aria-label={words.rankDown({ channel })}
                disabled={i === ordered.length - 1}
                onClick={() => move(i, i + 1)}
              >
                ↓
              </button>
            </li>
          );
        })}
      </ol>
      {props.problem && (
        <p className="field-error" role="alert">
          {props.problem}
        </p>
      )}
    </fieldset>
  );
}

/** Ranked ones first, channels that joined later behind them. */
export function inOrder<T extends { id: string }>(connections: readonly T[], rank: readonly string[]): T[] {
  const place = (id: string) => (rank.includes(id) ? rank.indexOf(id) : rank.length);
  return connections.toSorted((a, b) => place(a.id) - place(b.id));
}
