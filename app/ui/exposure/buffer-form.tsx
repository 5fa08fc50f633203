import { Form } from "@remix-run/react";
import { useChannelName } from "../channel-badge.tsx";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";

type Proposed = {
  listingId: string;
  title: string;
  sku: string;
  channel: string;
  units: number;
  lagMs: number;
  everyMs: number;
  buffer: number;
};

/** Each proposal with its sum; ticked ones lead to a page that shows what they would change. */
export function BufferForm(props: { proposals: Proposed[]; problem: string | null }) {
  const { exposure, frame } = useTexts();
  const words = exposure.buffers;
  const format = useFormat();
  const front = useFront();
  const name = useChannelName();
  const time = (ms: number) => frame.lag.ms({ n: format.seconds(ms) });
  return (
    <Form method="post" className="connect-form">
      <fieldset className="tick-list">
        <legend>{words.legend}</legend>
        {props.proposals.map((p) => (
          <label key={p.listingId}>
            <input type="checkbox" name="listingId" value={p.listingId} defaultChecked />
            <span>
              {p.title} <span className="quiet">{p.sku}</span>
              <br />
              {words.line({ n: p.units, channel: name(p.channel), lag: time(p.lagMs), every: time(p.everyMs) })}{" "}
              <span className="quiet">· {words.now({ n: p.buffer })}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {props.problem && (
        <p className="field-error" role="alert">
          {props.problem}
        </p>
      )}
      <div className="acts">
        <button type="submit" className="act" disabled={!front.mayChange}>
          {words.show}
        </button>
      </div>
    </Form>
  );
}
