import { BlockStack, Text } from "@shopify/polaris";
import { type RestoreGroup, TICKED } from "#app/domain/taking-back.ts";
import { useFormat } from "../format.tsx";
import { useTexts } from "../texts/texts.tsx";

type Since = {
  since: Date;
  until: Date;
  item: { id: string } | null;
  connectionId: string | null;
  groups: { group: RestoreGroup; changes: number; items: number; units: number }[];
  orders: { kind: string; movements: number }[];
};

/** Everything since then by kind, each with its tick; orders without one, since they stay. */
export function SinceThen(props: { view: Since; busy: boolean }) {
  const { view } = props;
  const { restore: words, numbers } = useTexts();
  const format = useFormat();
  return (
    <BlockStack gap="300">
      <input type="hidden" name="at" value={view.since.toISOString()} />
      <input type="hidden" name="until" value={view.until.toISOString()} />
      {view.item && <input type="hidden" name="item" value={view.item.id} />}
      {view.connectionId && <input type="hidden" name="channel" value={view.connectionId} />}
      <Text as="h2" variant="headingMd">
        {words.since({ at: format.full(view.since) })}
      </Text>
      {view.groups.length === 0 && <p>{words.nothing}</p>}
      {view.groups.length > 0 && (
        <fieldset className="tick-list">
          <legend>{words.take}</legend>
          {view.groups.map(({ group, changes, items, units }) => (
            <label key={group}>
              <input type="checkbox" name="group" value={group} defaultChecked={TICKED.includes(group)} />
              <span>
                {words.group[group]}
                <span className="quiet">
                  {" · "}
                  {group === "rules"
                    ? words.rules({ n: changes, text: format.number(changes) })
                    : words.figures({ n: changes, text: format.number(changes), items: format.number(items), units: format.number(units) })}
                </span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      <div>
        <Text as="h3" variant="headingSm">
          {words.stays}
        </Text>
        {view.orders.length === 0 ? (
          <p className="quiet">{words.noOrders}</p>
        ) : (
          <p>
            {view.orders
              .map(({ kind, movements }) => words.orders({ what: numbers.movement[kind] ?? kind, n: format.number(movements) }))
              .join(" · ")}
          </p>
        )}
        <p className="quiet">{words.whyOrders}</p>
      </div>
      {view.groups.length > 0 && (
        <div className="edit-row">
          <button type="submit" className="act" disabled={props.busy}>
            {words.preview}
          </button>
          <span className="quiet">{words.nothingYet}</span>
        </div>
      )}
    </BlockStack>
  );
}
