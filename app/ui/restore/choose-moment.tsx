import { Form } from "@remix-run/react";
import { useChannelName } from "../channel-badge.tsx";
import { useTexts } from "../texts/texts.tsx";

type Choosing = {
  wall: string;
  timeZone: string;
  wrong: boolean;
  item: { id: string; title: string } | null;
  connectionId: string | null;
  channels: { id: string; channel: string; name: string }[];
};

/** The moment and what it concerns; both stand in the address. `at` and `look` are other words for the field and the button. */
export function ChooseMoment(props: { view: Choosing; at?: string; look?: string }) {
  const { view } = props;
  const words = useTexts().restore;
  const name = useChannelName();
  const all = { value: "", label: words.everything };
  const scope = view.item
    ? { name: "item", chosen: view.item.id, choices: [{ value: view.item.id, label: words.onlyItem({ title: view.item.title }) }, all] }
    : {
        ...{ name: "channel", chosen: view.connectionId ?? "" },
        choices: [all, ...view.channels.map((c) => ({ value: c.id, label: name(c.channel, c.name) }))],
      };
  return (
    <Form method="get">
      <div className="edit-row">
        <label className="field">
          {props.at ?? words.at}
          <input
            key={view.wall}
            type="datetime-local"
            name="at"
            required
            defaultValue={view.wall}
            aria-describedby="restore-zone"
            aria-invalid={view.wrong || undefined}
          />
        </label>
        <label className="field">
          {words.scope}
          <select name={scope.name} defaultValue={scope.chosen}>
            {scope.choices.map((choice) => (
              <option key={choice.value} value={choice.value}>
                {choice.label}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" className="chip">
          {props.look ?? words.look}
        </button>
      </div>
      <p id="restore-zone" className="quiet">
        {words.zone({ zone: view.timeZone })}
      </p>
      {view.wrong && (
        <p role="alert" className="field-error">
          {words.wrong}
        </p>
      )}
    </Form>
  );
}
