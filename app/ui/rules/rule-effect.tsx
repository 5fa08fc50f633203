import type { ChannelName } from "#app/domain/channel-words.ts";
import type { RuleField } from "#app/domain/rules.ts";
import { ChannelLabel } from "../channel-badge.tsx";
import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";
import { type NamedRule, useRuleName } from "./rule-words.ts";

type Rival = { field: RuleField; ruleId: string; listings: number };
export type Effect = {
  rows: { quantityId: string; title: string; sku: string | null; channel: string; before: number | null; after: number | null }[];
  looked: number;
  changed: number;
  sampled: boolean;
  nearer: Rival[];
  outweighs: Rival[];
  names: Record<string, NamedRule>;
};

/** Ten real items now and with the rule, and who else has a say there. Null while the form says nothing that could be worked out. */
export function RuleEffectCard(props: { effect: Effect | null; loading: boolean }) {
  const { effect } = props;
  const { rules, numbers } = useTexts();
  const words = rules.effect;
  const format = useFormat();
  const name = useRuleName();
  if (effect === null) return <p className="quiet">{props.loading ? words.loading : words.waiting}</p>;
  const figure = (n: number | null) => (n === null ? numbers.none : format.number(n));
  const looked = format.number(effect.looked);
  const rivals = (list: Rival[], say: (p: { field: string; rule: string; n: string }) => string) =>
    list.map((rival) => {
      const rule = effect.names[rival.ruleId];
      if (rule === undefined) return null;
      const field = rules.fields[rival.field === "lastRank" ? "lastUnits" : rival.field] ?? rival.field;
      return <li key={`${rival.field}:${rival.ruleId}`}>{say({ field, rule: name(rule), n: format.number(rival.listings) })}</li>;
    });
  return (
    <div aria-busy={props.loading}>
      <p role="status">
        {sentence()} {effect.sampled && effect.changed > 0 && <span className="quiet">{words.sampled({ of: looked })}</span>}
      </p>
      {effect.rows.length > 0 && (
        <table className="plain-table">
          <caption className="is-hidden">{words.title}</caption>
          <thead>
            <tr>
              <th scope="col">{words.item}</th>
              <th scope="col" className="end">
                {words.numbers}
              </th>
            </tr>
          </thead>
          <tbody>
            {effect.rows.map((row) => (
              <tr key={row.quantityId}>
                <td>
                  <ChannelLabel channel={row.channel as ChannelName} /> {row.title} <span className="quiet">{row.sku}</span>
                </td>
                <td className="end numeric nowrap">
                  {row.before === row.after ? figure(row.before) : words.row({ from: figure(row.before), to: figure(row.after) })}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <ul className="quiet rule-rivals">
        {rivals(effect.nearer, words.nearer)}
        {rivals(effect.outweighs, words.outweighs)}
      </ul>
    </div>
  );

  function sentence(): string {
    if (effect === null || effect.looked === 0) return words.nothingThere;
    if (effect.changed > 0) return words.changed({ n: effect.changed, text: format.number(effect.changed), of: looked });
    return effect.sampled ? words.noneSampled({ n: looked }) : words.none;
  }
}
