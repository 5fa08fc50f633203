import { Form, Link, useNavigation } from "@remix-run/react";
import { Text } from "@shopify/polaris";
import { useState } from "react";
import type { ChannelName } from "#app/domain/channel-words.ts";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";

type OpeningProps = {
  opening: { uncounted: number; counted: number };
  pastOrders: { done: number; readTo: Date | null; finished: boolean };
  busy: boolean;
  done: boolean;
  next: string;
  channel: ChannelName;
};

/** Items that were never counted may take this channel's numbers; what has a count is never set from here. */
export function OpeningStep(props: OpeningProps) {
  const { opening, pastOrders, busy, done } = props;
  const words = useTexts().connect.setup.opening;
  const front = useFront();
  const format = useFormat();
  const navigation = useNavigation();
  const [counts, setCounts] = useState<"here" | "keep">("here");
  const { uncounted, counted } = opening;
  const ask = uncounted > 0 && !done;
  return (
    <>
      <Text as="h2" variant="headingMd">
        {words.heading}
      </Text>
      {ask && <p>{words.uncounted({ n: uncounted, text: format.number(uncounted) })}</p>}
      {counted > 0 && <p>{words.counted({ n: counted, text: format.number(counted) })}</p>}
      {busy && !pastOrders.finished && (
        <p role="status">
          {words.pastOrders({
            text: format.number(pastOrders.done),
            to: pastOrders.readTo === null ? null : format.day(pastOrders.readTo),
          })}
        </p>
      )}
      {done && <p role="status">{words.done}</p>}
      {done ? (
        <div className="acts">
          <Link className="act" to={props.next}>
            {words.next}
          </Link>
        </div>
      ) : (
        <Form method="post" className="connect-form">
          {ask && (
            <fieldset className="ways" disabled={busy}>
              <legend>{words.choice}</legend>
              {(["here", "keep"] as const).map((choice) => (
                <label key={choice}>
                  <input type="radio" name="counts" value={choice} checked={counts === choice} onChange={() => setCounts(choice)} />
                  <span>{words[choice]}</span>
                </label>
              ))}
              {counts === "keep" && <p className="quiet">{words.keepRisk}</p>}
            </fieldset>
          )}
          {busy && props.channel === "ebay" && <p className="quiet">{words.busyLong}</p>}
          <div className="acts">
            <button type="submit" name="do" value="open" className="act" disabled={busy || !front.mayChange || navigation.state !== "idle"}>
              {busy ? words.busy : words.act}
            </button>
          </div>
        </Form>
      )}
    </>
  );
}
