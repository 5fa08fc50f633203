import { useFetcher } from "@remix-run/react";
import { BlockStack, Text } from "@shopify/polaris";
import { useState } from "react";
import { useChannelName } from "../channel-badge.tsx";
import { useFront } from "../kit/front-context.tsx";
import { ConfirmModal } from "../kit/kit.tsx";
import { minorOf } from "../money.ts";
import { useTexts } from "../texts/texts.tsx";

type Order = { orderId: string; channel: string; shop: string; number: string; left: number };

/** What was done, its cost and a note; asked once more, since a settled case stays settled. */
export function SettleForm(props: { orders: Order[]; title: string; adviceAgainst: string | null; currency: string }) {
  const { orders, currency } = props;
  const words = useTexts().oversell.settle;
  const front = useFront();
  const name = useChannelName();
  const fetcher = useFetcher<{ problem: string }>();
  const competing = orders.filter((o) => o.left > 0);
  const [did, setDid] = useState(props.adviceAgainst ? `cancelled:${props.adviceAgainst}` : "found");
  const [cost, setCost] = useState("");
  const [note, setNote] = useState("");
  const [asking, setAsking] = useState(false);
  const badCost = cost.trim() !== "" && minorOf(cost, currency) === null;
  const choices: [string, string][] = [
    ...competing.map((o): [string, string] => [`cancelled:${o.orderId}`, words.cancelled({ order: o.number, channel: name(o.channel) })]),
    ["found", words.found],
    ["bought", words.bought],
    ["other", words.other],
  ];
  const chosen = competing.find((o) => `cancelled:${o.orderId}` === did) ?? null;
  const send = () => {
    const form = new FormData();
    form.set("do", "settle");
    form.set("did", did);
    form.set("cost", cost);
    form.set("note", note);
    fetcher.submit(form, { method: "post" });
    setAsking(false);
  };
  return (
    <BlockStack gap="300">
      <Text as="h2" variant="headingMd">
        {words.title}
      </Text>
      <fieldset className="tick-list">
        <legend>{words.legend}</legend>
        {choices.map(([value, label]) => (
          <label key={value}>
            <input type="radio" name="did" value={value} checked={did === value} onChange={() => setDid(value)} />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      {chosen && <p className="quiet">{words.cancelNote}</p>}
      {chosen && <MessageDraft order={chosen.number} title={props.title} />}
      <div className="edit-row">
        <label className="field">
          {words.costLabel({ currency })}
          <input
            inputMode="decimal"
            value={cost}
            maxLength={12}
            aria-invalid={badCost || undefined}
            onChange={(event) => setCost(event.target.value)}
          />
        </label>
        <label className="field">
          {words.note}
          <input type="text" value={note} maxLength={300} onChange={(event) => setNote(event.target.value)} />
        </label>
      </div>
      {badCost && <p className="field-error">{words.badCost}</p>}
      {fetcher.data?.problem && (
        <p className="field-error" role="alert">
          {fetcher.data.problem}
        </p>
      )}
      <div className="acts">
        <button
          type="button"
          className="act"
          disabled={!front.mayChange || badCost || fetcher.state !== "idle"}
          onClick={() => setAsking(true)}
        >
          {words.button}
        </button>
      </div>
      <ConfirmModal
        open={asking}
        title={words.button}
        body={words.confirmBody}
        confirm={words.confirm}
        cancel={words.back}
        onConfirm={send}
        onCancel={() => setAsking(false)}
      />
    </BlockStack>
  );
}

/** No buyer is named: we hold none. */
function MessageDraft(props: { order: string; title: string }) {
  const words = useTexts().oversell.draft;
  const [copied, setCopied] = useState(false);
  const text = words.text(props);
  return (
    <details>
      <summary>{words.title}</summary>
      <p className="quiet">{words.hint}</p>
      <label className="field">
        <span className="is-hidden">{words.title}</span>
        <textarea readOnly rows={7} value={text} />
      </label>
      <button type="button" className="chip" onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}>
        {words.copy}
      </button>{" "}
      <span role="status">{copied && words.copied}</span>
    </details>
  );
}
