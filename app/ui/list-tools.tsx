import { Form, Link, useSearchParams, useSubmit } from "@remix-run/react";
import { useTexts } from "./texts/texts.tsx";

/** The address of the same list with other choices; a changed choice begins again at the first page. */
export function useListAddress(): (changes: Record<string, string | null>) => string {
  const [params] = useSearchParams();
  return (changes) => {
    const next = new URLSearchParams(params);
    for (const name of ["page", "shop", "host", "embedded", "id_token", "hmac", "timestamp", "session", "locale"]) next.delete(name);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === "") next.delete(name);
      else next.set(name, value);
    }
    return `?${next}`;
  };
}

/** Views of one list, in the address, so that back, reload and a shared link all work. */
export function Views(props: { label: string; name: string; chosen: string; choices: { value: string; label: string }[]; plain: string }) {
  const address = useListAddress();
  return (
    <nav aria-label={props.label} className="chips">
      {props.choices.map((choice) => (
        <Link
          key={choice.value}
          className="chip"
          to={address({ [props.name]: choice.value === props.plain ? null : choice.value })}
          aria-current={choice.value === props.chosen ? "page" : undefined}
          preventScrollReset
        >
          {choice.label}
        </Link>
      ))}
    </nav>
  );
}

/** Search by Enter or button; other choices of the list travel along. */
export function SearchField(props: { label: string; keep: string[] }) {
  const words = useTexts().inventory;
  const [params] = useSearchParams();
  return (
    <Form method="get" role="search" className="edit-row">
      {props.keep.map((name) => params.get(name) && <input key={name} type="hidden" name={name} value={params.get(name) ?? ""} />)}
      <label className="field">
        {props.label}
        <input key={params.get("q")} type="search" name="q" defaultValue={params.get("q") ?? ""} maxLength={100} />
      </label>
      <button type="submit" className="chip">
        {words.searchButton}
      </button>
    </Form>
  );
}

export function Choice(props: {
  label: string;
  name: string;
  chosen: string;
  keep: string[];
  choices: { value: string; label: string }[];
}) {
  const submit = useSubmit();
  const [params] = useSearchParams();
  return (
    <Form method="get" onChange={(event) => submit(event.currentTarget)}>
      {props.keep.map((name) => params.get(name) && <input key={name} type="hidden" name={name} value={params.get(name) ?? ""} />)}
      <label className="field">
        {props.label}
        <select name={props.name} value={props.chosen} onChange={() => {}}>
          {props.choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      </label>
    </Form>
  );
}

/** By cursor: there is no page 7 of a list that moves. */
export function Pager(props: { previousPage: string | null; nextPage: string | null }) {
  const words = useTexts().frame;
  const address = useListAddress();
  if (!props.previousPage && !props.nextPage) return null;
  return (
    <nav aria-label={words.page} className="pager">
      {props.previousPage ? (
        <Link className="chip" rel="prev" to={address({ page: props.previousPage })}>
          {words.previous}
        </Link>
      ) : (
        <span />
      )}
      {props.nextPage ? (
        <Link className="chip" rel="next" to={address({ page: props.nextPage })}>
          {words.next}
        </Link>
      ) : (
        <span />
      )}
    </nav>
  );
}
