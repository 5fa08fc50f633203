import { Form, useNavigation } from "@remix-run/react";
import { useState } from "react";
import type { AttemptWay } from "#app/domain/connect-attempt.ts";
import { type ConnectProblem, fieldOf } from "#app/domain/connect-problem.ts";
import { useFormat } from "../format.tsx";
import { useFront } from "../kit/front-context.tsx";
import { useTexts } from "../texts/texts.tsx";
import { Consent } from "./consent.tsx";
import { ProblemNote } from "./problem-note.tsx";

type FormWay = Exclude<AttemptWay, "granted">;

type ConnectFormProps = {
  address: string;
  /** Which way is chosen at first; null = only pasting is offered (a try that goes on). */
  way: FormWay | null;
  handOverNeedsHttps: boolean;
  problem: ConnectProblem | null;
  /** Keys of the failed try may be used again until then. */
  keptUntil: Date | null;
};

/** Address, way, keys and consent: begins a try, or goes on with one that failed. Keys are never shown again. */
export function ConnectForm(props: ConnectFormProps) {
  const words = useTexts().connect;
  const front = useFront();
  const format = useFormat();
  const navigation = useNavigation();
  const [way, setWay] = useState<FormWay>(props.way ?? "pasted");
  const field = props.problem === null ? null : fieldOf(props.problem);
  return (
    <Form method="post" className="connect-form" noValidate>
      <ProblemNote id="connect-problem" problem={props.problem} />
      <label className="field">
        {words.address}
        <input
          name="address"
          defaultValue={props.address}
          inputMode="url"
          autoComplete="url"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={300}
          aria-invalid={field === "address"}
          aria-describedby="connect-address-help connect-problem"
        />
        <span id="connect-address-help" className="quiet">
          {words.addressHelp}
        </span>
      </label>
      {props.way !== null && <Ways way={way} onChange={setWay} handOverNeedsHttps={props.handOverNeedsHttps} />}
      {way === "pasted" && (
        <>
          <KeyField name="key" label={words.key} wrong={field === "keys"} />
          <KeyField name="secret" label={words.secret} wrong={field === "keys"} secret />
          {props.keptUntil && <p className="quiet">{words.kept({ at: format.time(props.keptUntil) })}</p>}
        </>
      )}
      <Consent channel="woocommerce" />
      <div className="acts">
        <button type="submit" className="act" disabled={!front.mayChange || navigation.state !== "idle"}>
          {props.way === null ? words.tryAgain : words.submit}
        </button>
      </div>
    </Form>
  );
}

function Ways(props: { way: FormWay; onChange: (way: FormWay) => void; handOverNeedsHttps: boolean }) {
  const words = useTexts().connect.ways;
  const help = { "handed-over": words.handedOverHelp, pasted: words.pastedHelp };
  return (
    <fieldset className="ways">
      <legend>{words.title}</legend>
      {(["handed-over", "pasted"] as const).map((way) => (
        <label key={way}>
          <input type="radio" name="way" value={way} checked={props.way === way} onChange={() => props.onChange(way)} />
          <span>{words[way]}</span>
          <span className="quiet">{help[way]}</span>
        </label>
      ))}
      {props.way === "handed-over" && props.handOverNeedsHttps && <p className="quiet">{words.handOverNeedsHttps}</p>}
    </fieldset>
  );
}

function KeyField(props: { name: string; label: string; wrong: boolean; secret?: boolean }) {
  return (
    <label className="field">
      {props.label}
      <input
        name={props.name}
        type={props.secret ? "password" : "text"}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={200}
        aria-invalid={props.wrong}
        aria-describedby="connect-problem"
      />
    </label>
  );
}
