import { useId } from "react";

type TextFieldProps = {
  label: string;
  value: string;
  hint?: string;
  problem: string | null;
  type?: "text" | "datetime-local";
  whole?: boolean;
  list?: string;
  onChange: (value: string) => void;
  /** The error stands beside the field once it is left, not while somebody types. */
  onBlur?: () => void;
};

/** A labelled field with its hint and its error tied to it. */
export function TextField(props: TextFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      <input
        id={id}
        type={props.type ?? "text"}
        inputMode={props.whole ? "numeric" : undefined}
        list={props.list}
        value={props.value}
        maxLength={100}
        aria-invalid={props.problem !== null}
        aria-describedby={`${id}-note`}
        onChange={(event) => props.onChange(event.target.value)}
        onBlur={props.onBlur}
      />
      <span id={`${id}-note`} className={props.problem ? "field-error" : "quiet"} role={props.problem ? "alert" : undefined}>
        {props.problem ?? props.hint}
      </span>
    </div>
  );
}

type SelectFieldProps = {
  label: string;
  value: string;
  problem: string | null;
  choices: { value: string; label: string }[];
  onChange: (value: string) => void;
};

export function SelectField(props: SelectFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      <select
        id={id}
        value={props.value}
        aria-invalid={props.problem !== null}
        aria-describedby={`${id}-note`}
        onChange={(event) => props.onChange(event.target.value)}
      >
        {props.choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
      <span id={`${id}-note`} className="field-error" role={props.problem ? "alert" : undefined}>
        {props.problem}
      </span>
    </div>
  );
}
